/** The photo step's answers with the real networks and head model. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createBlobStore } from '../../../src-main/blobs/blob-store.ts';
import { PHOTO_EDITS_DEFAULTS, type MaskStroke } from '../../../src-main/contract/entities.ts';
import { createPhotoFitter } from '../../../src-main/engine/fit-photo.ts';
import { createOnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { retouchMask } from '../../../src-main/pipeline/02-analyse/retouch-mask.ts';
import { APP_PATHS, makeTemporaryFolder } from '../../support/studio-host.ts';

vi.mock(import('../../../src-main/pipeline/02-analyse/retouch-mask.ts'), async (importOriginal) => {
  const original = await importOriginal();
  return { retouchMask: vi.fn(original.retouchMask) };
});

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeAll(() => (folder = makeTemporaryFolder()));
afterAll(() => folder.remove());

test('a point that is dragged waits for no brush: the mask is painted for full fits alone', async () => {
  const { assetsDirectory, modelsDirectory } = APP_PATHS;
  const blobs = createBlobStore(folder.path);
  const fit = createPhotoFitter({
    blobs,
    inference: await createOnnxInference({ modelsDir: modelsDirectory }),
    readAsset: (name) => readFile(join(assetsDirectory, name)),
    readUserFile: (id) => blobs.get(id),
  });
  const photo = await blobs.put(await readFile(join(assetsDirectory, 'samples/astronaut.jpg')));
  const stroke: MaskStroke = { keep: false, radiusPx: 20, pointsPx: [[30, 30]] };
  const painted = vi.mocked(retouchMask);
  const ask = (edits: Partial<typeof PHOTO_EDITS_DEFAULTS>, live: boolean) =>
    fit({ about: 'fit', photo, edits: { ...PHOTO_EDITS_DEFAULTS, ...edits }, live, headModel: null });

  const { foundPx } = await ask({}, false);
  await ask({ maskStrokes: [stroke] }, false);
  expect(painted.mock.calls.filter(([, strokes]) => strokes.length === 1)).toHaveLength(1);
  painted.mockClear();
  const pin = { landmark: 152, xPx: foundPx[304]!, yPx: foundPx[305]! + 8 };
  const dragged = await ask({ maskStrokes: [stroke], pins: [pin] }, true);
  expect(painted).not.toHaveBeenCalled();
  expect(dragged.foundPx).toEqual(foundPx);
  expect(dragged.fittedPx).not.toEqual(foundPx);
}, 120_000);
