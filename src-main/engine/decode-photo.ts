/** Stage 01 outside a job: is this file a usable picture, and what does it look like upright? For lists. */
import type { BlobStore } from '../blobs/blob-store.ts';
import type { BlobId } from '../contract/entities.ts';
import { readPhoto } from '../pipeline/01-photo/read-photo.ts';
import type { StageContext } from '../pipeline/stage.ts';
import { drawThumbnail } from './draw-thumbnail.ts';
import type { DecodedPhoto, HelperQuestion } from './messages.ts';

export async function answerPicture(question: HelperQuestion, blobs: BlobStore): Promise<DecodedPhoto> {
  if (question.about !== 'picture') throw new Error(`a decoder was asked about a ${question.about}`);
  return decodePhoto(question.photo, blobs);
}

/** Throws the stage's StudioError (`unsupported-image`, `damaged-image`, `image-too-large`). */
async function decodePhoto(photo: BlobId, blobs: BlobStore): Promise<DecodedPhoto> {
  const { image } = await readPhoto({ bytes: await blobs.get(photo) }, SILENT_CONTEXT);
  const thumbnail = await blobs.put(await drawThumbnail(image));
  let transparent = false;
  for (let i = 3; i < image.rgbaSrgb.length && !transparent; i += 4) transparent = image.rgbaSrgb[i]! < 255;
  return { thumbnail, widthPx: image.widthPx, heightPx: image.heightPx, transparent };
}

const refuse = (): never => {
  throw new Error('01-photo draws no random numbers, runs no model and reads no asset');
};

/** What there is to warn about is said by the job. */
const SILENT_CONTEXT: StageContext = {
  stage: '01-photo',
  signal: new AbortController().signal,
  progress: () => undefined,
  log: () => undefined,
  warn: () => undefined,
  random: refuse,
  inference: { device: { provider: 'none', threads: 0, note: '' }, run: refuse, readPack: refuse },
  readAsset: refuse,
  readUserFile: refuse,
};
