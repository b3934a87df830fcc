/** The fitter's process with the real networks and the real head model on a sample picture. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBlobStore, type BlobStore } from '../../../src-main/blobs/blob-store.ts';
import { PHOTO_EDITS_DEFAULTS, type BlobId, type PhotoFit } from '../../../src-main/contract/entities.ts';
import { createFitterClient, type FitterClient } from '../../../src-main/engine/fitter-client.ts';
import { createNodeFork } from '../../../src-main/engine/fork-engine.ts';
import { fitPrior } from '../../../src-main/pipeline/03-prior/fit-prior.ts';
import { readHeadModel } from '../../../src-main/pipeline/03-prior/read-head-model.ts';
import { analysePicture, openFaceInference } from '../../support/face-inference.ts';
import { APP_PATHS, makeTemporaryFolder, makeTinyPhoto } from '../../support/studio-host.ts';
import { writeFlame } from '../../support/write-flame.ts';

const CHIN = 152;
const EYE_CORNER = 263;
const bytes = readFileSync(join(APP_PATHS.assetsDirectory, 'samples/astronaut.jpg'));

let folder: ReturnType<typeof makeTemporaryFolder>;
let blobs: BlobStore;
let fitter: FitterClient;
let photo: BlobId;
let first: PhotoFit;

beforeAll(async () => {
  folder = makeTemporaryFolder();
  blobs = createBlobStore(folder.path);
  photo = await blobs.put(bytes);
  fitter = createFitterClient(
    createNodeFork(
      APP_PATHS.engineEntry,
      {
        role: 'fit',
        blobsDirectory: folder.path,
        modelsDirectory: APP_PATHS.modelsDirectory,
        assetsDirectory: APP_PATHS.assetsDirectory,
        version: 'test',
        threads: 1,
      },
      () => undefined,
    ),
  );
  first = await fitter.fit({ photo, edits: PHOTO_EDITS_DEFAULTS, live: false, headModel: null });
});
afterAll(async () => {
  await fitter.close();
  folder.remove();
});

const at = (points: readonly number[], landmark: number): [number, number] => [
  points[landmark * 2]!,
  points[landmark * 2 + 1]!,
];
const distance = (a: [number, number], b: [number, number]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

test('answers what the photo step draws: points where the face is, lines of the mesh around them', () => {
  expect(first.foundPx).toHaveLength(478 * 2);
  expect(first.fittedPx).toHaveLength(478 * 2);
  expect(first.facing).toHaveLength(478);
  const eyes = distance(at(first.foundPx, 33), at(first.foundPx, EYE_CORNER));
  for (const landmark of [33, EYE_CORNER, 1, 61, 291, CHIN]) {
    expect(distance(at(first.foundPx, landmark), at(first.fittedPx, landmark)) / eyes).toBeLessThan(0.1);
    expect(first.facing[landmark]).toBe(true);
  }
  // x0, y0, x1, y1 each; short against the face, and all of them together hold it.
  expect(first.wirePx.length % 4).toBe(0);
  expect(first.wirePx.length / 4).toBeGreaterThan(500);
  const xs = first.wirePx.filter((_, i) => i % 2 === 0);
  for (const landmark of [127, 356]) {
    expect(Math.min(...xs)).toBeLessThan(at(first.fittedPx, landmark)[0] + 1);
    expect(Math.max(...xs)).toBeGreaterThan(at(first.fittedPx, landmark)[0] - 1);
  }
  expect(first.landmarkErrorPercent).toBeGreaterThan(0);
  expect(Object.keys(first.confidence)).toContain('nose');
});

test('a point that is dragged is followed live, in one process, and the full fit agrees', async () => {
  const pid = fitter.pid();
  const [x, y] = at(first.fittedPx, CHIN);
  let live = first;
  for (const step of [3, 6, 9]) {
    const edits = { ...PHOTO_EDITS_DEFAULTS, pins: [{ landmark: CHIN, xPx: x, yPx: y + step }] };
    live = await fitter.fit({ photo, edits, live: true, headModel: null });
    expect(distance(at(live.fittedPx, CHIN), [x, y + step])).toBeLessThan(2);
  }
  expect(distance(at(live.fittedPx, EYE_CORNER), at(first.fittedPx, EYE_CORNER))).toBeLessThan(2);
  // What was found stays what was found.
  expect(live.foundPx).toEqual(first.foundPx);
  const full = await fitter.fit({
    photo,
    edits: { ...PHOTO_EDITS_DEFAULTS, pins: [{ landmark: CHIN, xPx: x, yPx: y + 9 }] },
    live: false,
    headModel: null,
  });
  expect(distance(at(full.fittedPx, CHIN), [x, y + 9])).toBeLessThan(2);
  expect(fitter.pid()).toBe(pid);
});

test('a full fit does not remember drags: it is the one that a job makes', async () => {
  const pins = [{ landmark: 1, xPx: at(first.fittedPx, 1)[0] + 6, yPx: at(first.fittedPx, 1)[1] }];
  await fitter.fit({ photo, edits: { ...PHOTO_EDITS_DEFAULTS, pins }, live: true, headModel: null });
  expect(await fitter.fit({ photo, edits: PHOTO_EDITS_DEFAULTS, live: false, headModel: null })).toEqual(
    first,
  );
  const inference = await openFaceInference();
  const { photo: picture, analysis, context } = await analysePicture(bytes, inference);
  const readAsset = async (name: string): Promise<Uint8Array> =>
    readFileSync(join(APP_PATHS.assetsDirectory, name));
  const prior = await fitPrior({ photo: picture, analysis, pins: [] }, { ...context, readAsset });
  await inference.release();
  expect(first.landmarkErrorPercent).toBe(prior.landmarkErrorPercent);
  expect(first.confidence).toEqual(prior.confidence);
});

test('cropped, the head is found at the same place of the whole photo; lens and mask are told', async () => {
  const crop = { xPx: 130, yPx: 10, widthPx: 200, heightPx: 220 };
  const cropped = await fitter.fit({
    photo,
    edits: { ...PHOTO_EDITS_DEFAULTS, crop },
    live: false,
    headModel: null,
  });
  const eyes = distance(at(first.foundPx, 33), at(first.foundPx, EYE_CORNER));
  for (const landmark of [33, EYE_CORNER, 1, 61, 291]) {
    expect(distance(at(cropped.fittedPx, landmark), at(first.fittedPx, landmark)) / eyes).toBeLessThan(0.1);
  }
  const [face] = cropped.faces;
  expect(Math.abs(face!.xPx - first.faces[0]!.xPx)).toBeLessThan(eyes / 4);
  const mask = await sharp(await blobs.get(cropped.mask)).metadata();
  expect([mask.width, mask.height]).toEqual([crop.widthPx, crop.heightPx]);

  const focalLength35Mm = 135;
  const long = await fitter.fit({
    photo,
    edits: { ...PHOTO_EDITS_DEFAULTS, crop, focalLength35Mm },
    live: false,
    headModel: null,
  });
  // The artist's word weighs as much as EXIF's: the landmarks may move it a little.
  expect(Math.abs(Math.log(long.fittedFocalLength35Mm / focalLength35Mm))).toBeLessThan(0.25);
  expect(long.fileFocalLength35Mm).toBeNull();
});

test('a picture without a face is refused as a job would, and the next one is answered', async () => {
  const empty = await blobs.put(await makeTinyPhoto());
  const edits = PHOTO_EDITS_DEFAULTS;
  await expect(fitter.fit({ photo: empty, edits, live: true, headModel: null })).rejects.toMatchObject({
    code: 'no-face-found',
  });
  await expect(fitter.fit({ photo, edits, live: true, headModel: null })).resolves.toEqual(first);
});

test("a head model of the user's own is read, named with its licence and fitted; other files are refused", async () => {
  const own = readHeadModel(readFileSync(join(APP_PATHS.assetsDirectory, 'head-model.bin')));
  const headModel = await blobs.put(writeFlame(own));
  const described = await fitter.describeHeadModel(headModel);
  expect(described).toMatchObject({ blob: headModel, id: 'flame', licence: /FLAME licence.*bind/ });
  const edits = PHOTO_EDITS_DEFAULTS;
  const fit = await fitter.fit({ photo, edits, live: false, headModel });
  expect(fit.foundPx).toEqual(first.foundPx);
  expect(fit.warnings).toContainEqual({
    code: 'own-head-model',
    message: expect.stringContaining(described.licence) as string,
    stage: '03-prior',
  });
  // A quarter of the vertices, most of the statistics: nearly as good.
  expect(fit.landmarkErrorPercent).toBeLessThan(first.landmarkErrorPercent + 1);
  expect(fit.wirePx).not.toEqual(first.wirePx);
  await expect(fitter.describeHeadModel(photo)).rejects.toMatchObject({ code: 'bad-request' });
  await expect(fitter.fit({ photo, edits, live: false, headModel: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'model-missing',
  });
});
