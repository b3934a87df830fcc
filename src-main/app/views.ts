import type { BlobStore } from '../blobs/blob-store.ts';
import type { StudioApi } from '../contract/api.ts';
import type { Job, JobBase, JobTask } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { DecoderClient } from '../engine/decoder-client.ts';
import type { Library } from '../library/library.ts';
import type { StoredViewSet } from '../library/view-table.ts';
import { checkPictureSize } from './file-limits.ts';
import { findHead } from './heads.ts';
import type { StartJob } from './jobs.ts';
import type { LibraryEdits } from './library-edits.ts';
import { notFound } from './projects.ts';
import { describeViewSet, findViewSet, openViewSet, takesInUse, viewName } from './view-sets.ts';
import { findRegeneration, type PackPlaces } from './view-packs.ts';

type ViewCalls = Pick<
  StudioApi,
  'views.open' | 'views.choose' | 'views.lock' | 'views.regenerate' | 'views.paint' | 'views.build'
>;

export type ViewCallsParts = {
  library: Library;
  blobs: BlobStore;
  decoder: DecoderClient;
  edits: LibraryEdits;
  startJob: StartJob;
  packPlaces: PackPlaces;
};

export function createViewCalls(parts: ViewCallsParts): ViewCalls {
  const { library, blobs, decoder, edits, startJob, packPlaces } = parts;
  const find = (id: string): StoredViewSet => findViewSet(library, id);
  const describe = (id: string) => describeViewSet(find(id), packPlaces);
  const startEdit = (set: StoredViewSet, edit: Extract<JobTask, { kind: 'views' }>['edit']): Job => {
    // Those in use when it starts: an edit that still waits or runs comes before it.
    const task: JobTask = { kind: 'views', viewSetId: set.id, takes: [], edit };
    const base: JobBase | null = set.jobId === null ? null : { jobId: set.jobId, fromStage: null };
    return startJob(set.photoId, set.settings, base, task);
  };

  return {
    'views.open': async ({ headId }) => {
      const { id } = openViewSet(library, findHead(library, headId));
      return describe(id);
    },
    'views.choose': async ({ viewSetId, choices }) => {
      const set = find(viewSetId);
      checkFree(
        set,
        choices.map(({ view }) => view),
      );
      const choice = set.views.map(({ takeId }) => takeId);
      for (const { view, takeId } of choices) {
        if (!set.views[view]!.takes.some(({ id }) => id === takeId)) throw notFound('take', takeId);
        choice[view] = takeId;
      }
      const name = viewName(library, set, choices[0]!.view);
      edits.applyToViews('choose-take', name, choices.length, [
        { kind: 'view-set', id: set.id, values: { choice } },
      ]);
      return describe(viewSetId);
    },
    'views.lock': async ({ viewSetId, views, locked }) => {
      const set = find(viewSetId);
      checkExist(set, views);
      const values = { locked: set.views.map((view, i) => (views.includes(i) ? locked : view.locked)) };
      const name = viewName(library, set, views[0]!);
      edits.applyToViews(locked ? 'lock' : 'unlock', name, views.length, [
        { kind: 'view-set', id: set.id, values },
      ]);
      return describe(viewSetId);
    },
    'views.regenerate': async ({ viewSetId, views, seed, strength, masks }) => {
      const set = find(viewSetId);
      checkFree(set, views);
      for (const { view, blob } of masks) {
        if (!views.includes(view)) throw noView(view);
        if (!(await blobs.has(blob))) throw notFound('mask', blob);
        await checkPictureSize(blobs, blob);
      }
      checkRegeneration(set, packPlaces);
      return startEdit(set, { kind: 'regenerate', views, seed, strength, masks });
    },
    'views.paint': async ({ viewSetId, view, blob }) => {
      checkFree(find(viewSetId), [view]);
      await checkPictureSize(blobs, blob);
      const { widthPx, heightPx, transparent } = await decoder.decode(blob);
      // Decoding took a moment: what was locked or removed meanwhile stays so.
      const set = find(viewSetId);
      checkFree(set, [view]);
      const sizePx = set.settings.viewSizePx;
      if (widthPx !== sizePx || heightPx !== sizePx)
        throw unusablePaint(`it has ${widthPx} × ${heightPx} px, the view ${sizePx} × ${sizePx}`);
      if (!transparent) throw unusablePaint('it has no transparency around the head');
      return startEdit(set, { kind: 'paint', view, picture: blob });
    },
    'views.build': async ({ viewSetId, headId }) => {
      const set = find(viewSetId);
      const head = findHead(library, headId);
      if (openViewSet(library, head).id !== set.id) throw otherViews();
      const task: JobTask = { kind: 'head', viewSetId: set.id, takes: takesInUse(set) };
      return startJob(set.photoId, head.settings, { jobId: head.jobId, fromStage: null }, task);
    },
  };
}

function checkExist({ views }: StoredViewSet, indices: readonly number[]): void {
  for (const view of indices) if (views[view] === undefined) throw noView(view);
}

function checkFree(set: StoredViewSet, indices: readonly number[]): void {
  checkExist(set, indices);
  const locked = indices.find((view) => set.views[view]!.locked);
  if (locked === undefined) return;
  throw new StudioError({
    code: 'bad-request',
    message: `The view at ${set.views[locked]!.azimuthDeg}° is locked.`,
    hint: 'Unlock it first, or leave it out.',
  });
}

function checkRegeneration({ views }: StoredViewSet, packPlaces: PackPlaces): void {
  const regeneration = findRegeneration(views.length, packPlaces);
  if (regeneration === 'available') return;
  throw new StudioError({
    code: regeneration === 'no-pack' ? 'model-missing' : 'bad-request',
    message:
      regeneration === 'no-pack'
        ? 'No multi-view model is installed, and reprojection draws nothing at random: a view made again would be the same.'
        : `The installed multi-view model makes another number of views than these ${views.length}.`,
    hint: 'Paint over the view instead: save it, change it, and bring it back.',
    stage: '04-views',
  });
}

function noView(view: number): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: `There is no view ${view} to do this with.`,
    hint: 'Choose among the views of this head.',
  });
}

function unusablePaint(reason: string): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: `This picture cannot be used for the view: ${reason}.`,
    hint: 'Save the view as PNG from here, paint on it, and bring it back with the same size and its transparency.',
  });
}

function otherViews(): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: 'This version was made from other views.',
    hint: 'Open the version whose views you changed.',
  });
}
