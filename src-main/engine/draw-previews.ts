/**
 * What a stage shows of its views while it makes them, as one picture after the other: small, in the blob store, and
 * replaced by the next one (the studio removes the old ones).
 */
import sharp from 'sharp';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { ViewsPreview } from '../contract/events.ts';
import { type Preview, PREVIEW_PX } from '../pipeline/stage.ts';

export type PreviewSheet = Omit<ViewsPreview, 'jobId'>;
export type Previews = {
  /** Returns at once; what comes while a picture is being written goes into the next one. */
  show(pictures: readonly Preview[]): void;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
};

/** Sixteen views make a square. */
const COLUMNS = 4;
/** Previews are half-finished: artefacts of 70 do not show beside the noise, and a sheet is 30 kB. */
const QUALITY = 70;

export function createPreviews(blobs: BlobStore, report: (sheet: PreviewSheet) => void): Previews {
  const latest = new Map<number, Preview['image']>();
  let changed = false;
  let writing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    while (changed) {
      changed = false;
      const views = [...latest.keys()].sort((a, b) => a - b);
      const bytes = await drawSheet(views.map((view) => latest.get(view)!));
      report({ sheet: await blobs.put(bytes), columns: COLUMNS, views, cellPx: PREVIEW_PX });
    }
  };
  return {
    show: (pictures) => {
      for (const { view, image } of pictures) latest.set(view, image);
      changed = true;
      // A preview that cannot be written (a full disk) is not worth a job: the stage's own result will say so.
      writing ??= write()
        .catch(() => undefined)
        .finally(() => (writing = null));
    },
    settled: async () => void (await writing),
  };
}

/** WebP with alpha; cells in reading order. */
function drawSheet(images: readonly Preview['image'][]): Promise<Uint8Array> {
  const rows = Math.ceil(images.length / COLUMNS);
  return sharp({
    create: {
      width: COLUMNS * PREVIEW_PX,
      height: rows * PREVIEW_PX,
      channels: 4,
      background: { r: 0, g: 0, b: 0, alpha: 0 },
    },
  })
    .composite(
      images.map(({ widthPx, heightPx, rgbaSrgb }, cell) => ({
        input: Buffer.from(rgbaSrgb.buffer, rgbaSrgb.byteOffset, rgbaSrgb.byteLength),
        raw: { width: widthPx, height: heightPx, channels: 4 as const },
        left: (cell % COLUMNS) * PREVIEW_PX,
        top: Math.floor(cell / COLUMNS) * PREVIEW_PX,
      })),
    )
    .webp({ quality: QUALITY })
    .toBuffer();
}
