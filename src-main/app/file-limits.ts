/** How large the files are that the studio takes. All arrive by the same way, so each is measured where it is used. */
import type { BlobStore } from '../blobs/blob-store.ts';
import type { BlobId } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';

/** 100 megapixels (the limit of stage 01) are below this in every format but raw TIFF. */
const MAX_PICTURE_BYTES = 256 * 2 ** 20;
/** Read whole by the fitter. */
const MAX_HEAD_MODEL_BYTES = 256 * 2 ** 20;

/** Throws `image-too-large`, `not-found`. */
export async function checkPictureSize(blobs: BlobStore, blob: BlobId): Promise<void> {
  if ((await blobs.size(blob)) <= MAX_PICTURE_BYTES) return;
  throw new StudioError({
    code: 'image-too-large',
    message: `The picture's file is larger than ${MAX_PICTURE_BYTES / 2 ** 20} MiB.`,
    hint: 'Save the picture with fewer pixels or as JPEG and add it again.',
  });
}

/** Throws `bad-request`, `not-found`. */
export async function checkHeadModelSize(blobs: BlobStore, blob: BlobId): Promise<void> {
  if ((await blobs.size(blob)) <= MAX_HEAD_MODEL_BYTES) return;
  throw new StudioError({
    code: 'bad-request',
    message: `This file is no head model: it is larger than ${MAX_HEAD_MODEL_BYTES / 2 ** 20} MiB.`,
    hint: 'Choose a FLAME model (.pkl or .npz) as its makers publish it, or a GNM head (.npz).',
  });
}
