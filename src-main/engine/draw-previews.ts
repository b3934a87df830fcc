/**
 * What a stage shows while it works: its views as one picture after the other, its surface as one GLB after the other;
 * small, in the blob store, and replaced by the next one (the studio removes the old ones).
 */
import sharp from 'sharp';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { TriangleMesh } from '../mesh/mesh.ts';
import { type Preview, PREVIEW_PX } from '../pipeline/stage.ts';
import type { StageReport } from './messages.ts';
import { writePreview } from './write-preview.ts';

export type PreviewReport = Extract<StageReport, { type: 'preview' | 'surface-preview' }>;
export type Previews = {
  /** Returns at once; what comes while a picture is being written goes into the next one. */
  show(pictures: readonly Preview[]): void;
  showMesh(mesh: TriangleMesh): void;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
};

/** Sixteen views make a square. */
const COLUMNS = 4;
/** Previews are half-finished: artefacts of 70 do not show beside the noise, and a sheet is 30 kB. */
const QUALITY = 70;

export function createPreviews(blobs: BlobStore, report: (report: PreviewReport) => void): Previews {
  const latest = new Map<number, Preview['image']>();
  let changed = false;
  let mesh: TriangleMesh | null = null;
  let writing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    while (changed || mesh !== null) {
      if (mesh !== null) {
        const shown = mesh;
        mesh = null;
        report({ type: 'surface-preview', model: await blobs.put(await writePreview(shown)) });
        continue;
      }
      changed = false;
      const views = [...latest.keys()].sort((a, b) => a - b);
      const bytes = await drawSheet(views.map((view) => latest.get(view)!));
      const sheet = await blobs.put(bytes);
      report({ type: 'preview', preview: { sheet, columns: COLUMNS, views, cellPx: PREVIEW_PX } });
    }
  };
  // A preview that cannot be written (a full disk) is not worth a job: the stage's own result will say so.
  const begin = (): void => {
    writing ??= write()
      .catch(() => undefined)
      .finally(() => (writing = null));
  };
  return {
    show: (pictures) => {
      for (const { view, image } of pictures) latest.set(view, image);
      changed = true;
      begin();
    },
    showMesh: (next) => {
      mesh = next;
      begin();
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
