/** The views of a head as the library keeps them: found or made from the head, and changed by what a job made. */
import { randomUUID } from 'node:crypto';
import { viewRig } from '../camera/view-rig.ts';
import type { Head, Job, JobTask } from '../contract/entities.ts';
import type { TakeRef, ViewSet, ViewState, ViewTake } from '../contract/views.ts';
import type { EngineResult } from '../engine/messages.ts';
import type { Edit } from '../library/history-table.ts';
import type { StoredJob } from '../library/job-table.ts';
import type { Library } from '../library/library.ts';
import type { StoredViewSet } from '../library/view-table.ts';
import type { LibraryEdits } from './library-edits.ts';
import { notFound } from './projects.ts';
import { findRegeneration, type PackPlaces } from './view-packs.ts';

export function describeViewSet({ jobId: _, ...set }: StoredViewSet, packPlaces: PackPlaces): ViewSet {
  return { ...set, regeneration: findRegeneration(set.views.length, packPlaces) };
}

/** Throws `not-found`, also when its photo is in the trash. */
export function findViewSet(library: Library, id: string): StoredViewSet {
  const set = library.views.find(id);
  if (set === null || library.photos.find(set.photoId) === null) throw notFound('views', id);
  return set;
}

/** The set that a head's views belong to; made when they are looked at for the first time. */
export function openViewSet(library: Library, head: Head): StoredViewSet {
  const task = library.jobs.find(head.jobId)?.task;
  const id = task?.kind === 'head' ? task.viewSetId : null;
  const known = (id === null ? null : library.views.find(id)) ?? library.views.findOfJob(head.jobId);
  if (known !== null) return known;
  const pictures = head.files.filter(({ name }) => /^views\/view-\d+\.png$/.test(name));
  if (pictures.length === 0) throw notFound('views of', head.name);
  const views = viewRig(pictures.length, head.settings.viewSizePx).map((rig, view): ViewState => {
    const take: ViewTake = {
      id: randomUUID(),
      view,
      origin: { kind: 'generated' },
      image: pictures[view]!.blob,
      data: task?.takes.find((ref) => ref.view === view)?.data ?? null,
      scores: head.views[view]?.scores ?? null,
      createdAt: head.createdAt,
    };
    const { azimuthDeg, elevationDeg } = rig;
    return { azimuthDeg, elevationDeg, takes: [take], takeId: take.id, locked: false };
  });
  const { photoId, jobId, settings } = head;
  const set: StoredViewSet = {
    id: randomUUID(),
    photoId,
    jobId,
    settings,
    views,
    createdAt: new Date().toISOString(),
  };
  library.views.insert(set);
  return set;
}

/** What is in use instead of what stage 04 generates. */
export function takesInUse({ views }: Pick<StoredViewSet, 'views'>): TakeRef[] {
  return views.flatMap(({ takes, takeId }, view) => {
    const data = takes.find(({ id }) => id === takeId)?.data ?? null;
    return data === null ? [] : [{ view, takeId, data }];
  });
}

/** What a job starts from: an edit, from the takes that are in use now, not those when it was asked for. */
export function startTask(library: Library, task: JobTask): JobTask {
  if (task.kind !== 'views') return task;
  const set = library.views.find(task.viewSetId);
  return set === null ? task : { ...task, takes: takesInUse(set) };
}

/**
 * The task of a head that carries on from another job: takes stay as long as the views below them come out the same.
 */
export function inheritTakes(base: Job | null, settings: Head['settings'], fromViews: boolean): JobTask {
  const fresh: JobTask = { kind: 'head', viewSetId: null, takes: [] };
  if (base === null || base.task.kind !== 'head' || fromViews) return fresh;
  const { method, views, viewSizePx, steps, seed, photoEdits, headModel } = base.settings;
  const samePhoto = JSON.stringify(settings.photoEdits) === JSON.stringify(photoEdits);
  // Takes hold depth and normals, which are those of the head model's face.
  const sameFace = samePhoto && settings.headModel === headModel;
  const same =
    sameFace && settings.method === method && settings.views === views && settings.viewSizePx === viewSizePx;
  // Reprojection draws no random numbers and has no steps.
  const sameDraw = method === 'reproject' || (settings.steps === steps && settings.seed === seed);
  return same && sameDraw ? base.task : fresh;
}

/** A view's name in the words of "Undo …". */
export function viewName(library: Library, set: StoredViewSet, view: number): string {
  const photo = library.photos.findAny(set.photoId);
  return `${set.views[view]!.azimuthDeg}°, ${photo?.name ?? ''}`;
}

/** New takes are used at once, but for views that were locked meanwhile. */
export function acceptTakes(
  library: Library,
  edits: LibraryEdits,
  { task }: Pick<StoredJob, 'task'>,
  result: EngineResult,
): void {
  if (task.kind !== 'views') return;
  const set = library.views.find(task.viewSetId);
  // Its photo was removed for good while the job ran.
  if (set === null) return;
  const createdAt = new Date().toISOString();
  const choice = set.views.map(({ takeId }) => takeId);
  const takes = result.takes.map(({ view, image, data, scores }): ViewTake => {
    const id = randomUUID();
    if (!set.views[view]!.locked) choice[view] = id;
    return { id, view, origin: originOf(task.edit, view), image, data, scores, createdAt };
  });
  const changes: Edit[] = [
    ...takes.map(({ id }): Edit => ({ kind: 'view-take', id, values: { trashedAt: null } })),
    { kind: 'view-set', id: set.id, values: { choice } },
  ];
  const name = viewName(library, set, takes[0]!.view);
  edits.applyToViews(task.edit.kind, name, takes.length, changes, () => {
    for (const take of takes) library.views.insertTake(set.id, take, createdAt);
  });
}

function originOf(edit: Extract<JobTask, { kind: 'views' }>['edit'], view: number): ViewTake['origin'] {
  if (edit.kind === 'paint') return { kind: 'painted', picture: edit.picture };
  const mask = edit.masks.find((candidate) => candidate.view === view)?.blob ?? null;
  return { kind: 'regenerated', seed: edit.seed, strength: edit.strength, mask };
}
