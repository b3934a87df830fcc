/** One task: blobs in, the pipeline, blobs out. */
import type { BlobStore } from '../blobs/blob-store.ts';
import { viewRig } from '../camera/view-rig.ts';
import type { BlobId, HeadFile, HeadSettings } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { ViewEdit } from '../contract/views.ts';
import type { Inference } from '../inference/inference.ts';
import type { PictureEdit } from '../pipeline/04-views/edit/picture-edit.ts';
import type { View } from '../pipeline/04-views/views.ts';
import type { editViews } from '../pipeline/edit-views.ts';
import type { generateHead } from '../pipeline/generate-head.ts';
import type { RunStage } from '../pipeline/stage.ts';
import { readRecord, writeRecord } from './artefact.ts';
import type { EngineOptions, EngineResult, EngineTask } from './messages.ts';

/** What the engine runs; a test hands in small stages of its own. */
export type PipelineModule = {
  generateHead: typeof generateHead;
  editViews: typeof editViews;
  createInference(options: EngineOptions): Promise<Inference>;
};

type Made = Omit<EngineResult, 'peakMb'>;

export async function performTask(
  task: EngineTask,
  pipeline: PipelineModule,
  blobs: BlobStore,
  run: RunStage,
): Promise<Made> {
  const { settings, edit } = task;
  const bytes = await blobs.get(task.photo);
  const takes = await Promise.all(
    task.takes.map(async ({ view, data }) => ({
      index: view,
      view: await readTake(blobs, data, settings, view),
    })),
  );
  if (edit === undefined) {
    const {
      files: contents,
      checks,
      scores,
      views,
      headModel,
    } = await pipeline.generateHead(bytes, settings, run, takes);
    const files: HeadFile[] = [];
    for (const { name, mediaType, bytes: content } of contents) {
      files.push({ name, mediaType, blob: await blobs.put(content), bytes: content.byteLength });
    }
    return { files, headModel, checks: checks ?? [], scores, views, takes: [] };
  }
  const edited = await pipeline.editViews(bytes, settings, run, takes, await readEdit(edit, blobs));
  const made: Made = { files: [], headModel: null, checks: [], scores: {}, views: [], takes: [] };
  for (const { index, view, png, scores } of edited) {
    const image = await blobs.put(png);
    made.takes.push({ view: index, image, data: await writeRecord(blobs, view), scores });
  }
  return made;
}

/** Takes may come out of a project file from anybody: nothing but pictures of the right size is believed. */
async function readTake(
  blobs: BlobStore,
  blob: BlobId,
  { views, viewSizePx }: HeadSettings,
  index: number,
): Promise<View> {
  const { image, normalsHead, depth, photoWeight, overPhoto } = (await readRecord(
    blobs,
    blob,
  )) as Partial<View>;
  const pixels = viewSizePx ** 2;
  const rig = viewRig(views, viewSizePx)[index];
  const fits =
    rig !== undefined &&
    image?.rgbaSrgb instanceof Uint8ClampedArray &&
    image.rgbaSrgb.length === pixels * 4 &&
    normalsHead instanceof Int8Array &&
    normalsHead.length === pixels * 3 &&
    depth instanceof Float32Array &&
    depth.length === pixels &&
    photoWeight instanceof Uint8Array &&
    photoWeight.length === pixels &&
    (overPhoto === undefined || (overPhoto instanceof Uint8Array && overPhoto.length === pixels));
  if (!fits) {
    throw new StudioError({
      code: 'bad-request',
      message: `The take of view ${index} is not of these views.`,
      hint: 'Choose another take of this view.',
      stage: '04-views',
    });
  }
  const { rgbaSrgb } = image;
  return {
    ...rig,
    image: { widthPx: viewSizePx, heightPx: viewSizePx, rgbaSrgb },
    normalsHead,
    depth,
    photoWeight,
    ...(overPhoto === undefined ? {} : { overPhoto }),
  };
}

/** With pictures instead of their names. */
async function readEdit(edit: ViewEdit, blobs: BlobStore): Promise<PictureEdit> {
  if (edit.kind === 'paint') return { ...edit, picture: await blobs.get(edit.picture) };
  const masks = await Promise.all(
    edit.masks.map(async ({ view, blob }) => ({ view, picture: await blobs.get(blob) })),
  );
  return { ...edit, masks };
}
