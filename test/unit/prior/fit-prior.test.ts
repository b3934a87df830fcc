import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import type { Photo } from '../../../src-main/pipeline/01-photo/photo.ts';
import type { Analysis } from '../../../src-main/pipeline/02-analyse/analysis.ts';
import { fitPrior } from '../../../src-main/pipeline/03-prior/fit-prior.ts';
import { type FitState, cameraOf } from '../../../src-main/pipeline/03-prior/fit-state.ts';
import { estimateFocal } from '../../../src-main/pipeline/03-prior/focal-prior.ts';
import { evaluatePoints } from '../../../src-main/pipeline/03-prior/point-basis.ts';
import { prepareHeadModel } from '../../../src-main/pipeline/03-prior/prepare-head-model.ts';
import { encodeArrayFile } from '../../../src-main/tensor/array-file.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead } from '../../support/synthetic-head-model.ts';

const { model } = makeSyntheticHead();
const prepared = prepareHeadModel(model);
const image = { widthPx: 400, heightPx: 500 };
const photo: Photo = {
  image: createImage(400, 500),
  sha256: '',
  format: 'png',
  focalLength35Mm: null,
  cropFactor: 1,
};
const state: FitState = {
  rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  originPx: [0, 0],
  scalePxPerM: 1500,
  focalPx: 1800,
  depthOffsetPx: 0,
  coefficients: Float64Array.of(0.5, 0.5, 0, 0, 0, 0, 0.3, 0, 0, 0),
};

/** What stage 02 would say of the synthetic head; the fields that this stage does not read are left out. */
function analyse(): Analysis {
  const points = Float32Array.from(evaluatePoints(prepared.landmarks, state.coefficients));
  const landmarks = projectPoints(cameraOf(state, image), points);
  const distanceM = state.focalPx / state.scalePxPerM;
  for (let i = 2; i < landmarks.length; i += 3)
    landmarks[i] = (landmarks[i]! - distanceM) * state.scalePxPerM;
  const mask = { ...image, alpha: new Uint8Array(400 * 500).fill(255) };
  return { landmarks, mask } as Analysis;
}

const context = () => {
  const recorded = recordContext('03-prior');
  let reads = 0;
  const readAsset = (): Promise<Uint8Array> => {
    reads++;
    return Promise.resolve(encodeArrayFile(model));
  };
  return { ...recorded, readAsset, countReads: () => reads };
};

describe('fitPrior', () => {
  it('gives a whole prior: mesh in the head frame, camera of the photo, confidence of every region', async () => {
    const stage = context();
    const prior = await fitPrior({ photo, analysis: analyse() }, stage);
    expect(prior.modelId).toBe('synthetic');
    expect([prior.modelLicence, prior.modelCredits]).toEqual([model.licence, model.credits]);
    expect(prior.positionsHead.length).toBe(model.topology.vertexCount * 3);
    expect(prior.positionsHead.every(Number.isFinite)).toBe(true);
    expect(prior.photoCamera).toMatchObject(image);
    expect(prior.photoCamera.centrePx).toEqual([200, 250]);
    expect(Object.keys(prior.confidence)).toEqual(model.regionNames);
    expect(prior.landmarkErrorPercent).toBeLessThan(1);
    expect(stage.warnings).toEqual([]);
    // The open jaw is in the posed mesh and not in the neutral one.
    const moved = prior.positionsHead.some((value, i) => Math.abs(value - prior.neutralHead[i]!) > 0.002);
    expect(moved).toBe(true);
  });

  it('decodes the model once per process', async () => {
    const stage = context();
    await fitPrior({ photo, analysis: analyse() }, stage);
    expect(stage.countReads()).toBe(0);
  });

  it('warns when the landmarks are no face', async () => {
    const analysis = analyse();
    const shuffled = Float32Array.from(analysis.landmarks);
    for (let i = 0; i < 478; i++) {
      const other = (i * 191) % 478;
      shuffled.set(analysis.landmarks.subarray(other * 3, other * 3 + 3), i * 3);
    }
    const stage = context();
    await fitPrior({ photo, analysis: { ...analysis, landmarks: shuffled } }, stage);
    expect(stage.warnings).toEqual(['prior-doubtful']);
  });

  it('stops when the job is cancelled', async () => {
    const stage = { ...context(), signal: AbortSignal.abort() };
    await expect(fitPrior({ photo, analysis: analyse() }, stage)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('estimateFocal', () => {
  it('takes the diagonal field of view of the EXIF 35-mm equivalent', () => {
    // 50 mm on 43.27 mm, on a picture with a diagonal of 5000 px.
    const { focalPx } = estimateFocal({ widthPx: 4000, heightPx: 3000, focalLength35Mm: 50 }, 2000);
    expect(focalPx).toBeCloseTo((50 / 43.27) * 5000, 6);
  });

  it('does not put a tightly cropped head close to the lens', () => {
    const tight = estimateFocal({ widthPx: 300, heightPx: 300, focalLength35Mm: null }, 1500);
    expect(tight.focalPx / 1500).toBeGreaterThan(1);
    const wide = estimateFocal({ widthPx: 4000, heightPx: 3000, focalLength35Mm: null }, 1500);
    expect(wide.focalPx).toBeGreaterThan(4000);
  });
});
