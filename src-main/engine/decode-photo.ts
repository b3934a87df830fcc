/** Stage 01 outside a job: is this file a usable picture, and what does it look like upright? For thumbnails. */
import type { ImageRgba } from '../image/image.ts';
import { readPhoto } from '../pipeline/01-photo/read-photo.ts';
import type { StageContext } from '../pipeline/stage.ts';

/** Throws the stage's StudioError (`unsupported-image`, `damaged-image`, `image-too-large`). */
export async function decodePhoto(bytes: Uint8Array): Promise<ImageRgba> {
  const photo = await readPhoto({ bytes }, SILENT_CONTEXT);
  return photo.image;
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
  inference: { device: { provider: 'none', threads: 0, note: '' }, run: refuse },
  readAsset: refuse,
};
