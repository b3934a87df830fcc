import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import { fitPriorToPhoto } from '../../../src-main/pipeline/03-prior/fit-prior.ts';
import { type FitState, cameraOf, stateOf } from '../../../src-main/pipeline/03-prior/fit-state.ts';
import { evaluatePoints } from '../../../src-main/pipeline/03-prior/point-basis.ts';
import { prepareHeadModel } from '../../../src-main/pipeline/03-prior/prepare-head-model.ts';
import type { Prior } from '../../../src-main/pipeline/03-prior/prior.ts';
import { refitPrior } from '../../../src-main/pipeline/03-prior/refit-prior.ts';
import { makeSyntheticHead } from '../../support/synthetic-head-model.ts';

const prepared = prepareHeadModel(makeSyntheticHead().model);
const image = { widthPx: 480, heightPx: 560 };
const CHIN = 152;

const truth: FitState = {
  rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  originPx: [5, 10],
  scalePxPerM: 1800,
  focalPx: 2200,
  depthOffsetPx: 0,
  coefficients: Float64Array.of(0.5, -0.5, 0.3, 0, 0, 0, 0, 0, 0, 0),
};

function analyse(): {
  landmarks: Float32Array;
  mask: { widthPx: number; heightPx: number; alpha: Uint8Array };
} {
  const points = Float32Array.from(evaluatePoints(prepared.landmarks, truth.coefficients));
  const landmarks = projectPoints(cameraOf(truth, image), points);
  const distanceM = truth.focalPx / truth.scalePxPerM;
  for (let i = 2; i < landmarks.length; i += 3)
    landmarks[i] = (landmarks[i]! - distanceM) * truth.scalePxPerM;
  return { landmarks, mask: { ...image, alpha: new Uint8Array(480 * 560).fill(255) } };
}

function landmarkAt(prior: Prior, landmark: number): [number, number] {
  const { vertices, weights } = prepared.model.landmarks;
  const at = [0, 1, 2].map((axis) =>
    [0, 1, 2].reduce((sum, k) => {
      const vertex = vertices[landmark * 3 + k]! * 3 + axis;
      return sum + weights[landmark * 3 + k]! * prior.positionsHead[vertex]!;
    }, 0),
  );
  const [u, v] = projectPoints(prior.photoCamera, Float32Array.from(at));
  return [u!, v!];
}

describe('refitPrior', () => {
  const photo = { image, focalLength35Mm: null };
  const first = fitPriorToPhoto(prepared, photo, analyse());

  it('starts where the prior is: without pins almost nothing moves', () => {
    const again = refitPrior(prepared, first, analyse(), []);
    for (const landmark of [CHIN, 33, 263]) {
      const [u, v] = landmarkAt(first, landmark);
      const [uAgain, vAgain] = landmarkAt(again, landmark);
      expect(Math.hypot(u - uAgain, v - vAgain)).toBeLessThan(1);
    }
  });

  it('brings a dragged chin to the pointer in two updates and leaves the eyes where they are', () => {
    const [u, v] = landmarkAt(first, CHIN);
    const pins = [{ landmark: CHIN, xPx: u, yPx: v + 10 }];
    const followed = refitPrior(prepared, refitPrior(prepared, first, analyse(), pins), analyse(), pins);
    expect(Math.abs(landmarkAt(followed, CHIN)[1] - (v + 10))).toBeLessThan(3);
    const before = landmarkAt(first, 263);
    const after = landmarkAt(followed, 263);
    expect(Math.hypot(before[0] - after[0], before[1] - after[1])).toBeLessThan(3);
    expect(followed.photoCamera.focalPx[0] / first.photoCamera.focalPx[0]).toBeCloseTo(1, 1);
  });

  it('agrees with the full fit on the same pins', () => {
    const [u, v] = landmarkAt(first, CHIN);
    const pins = [{ landmark: CHIN, xPx: u, yPx: v + 10 }];
    const full = fitPriorToPhoto(prepared, photo, analyse(), pins);
    expect(Math.abs(landmarkAt(full, CHIN)[1] - (v + 10))).toBeLessThan(3);
  });
});

describe('stateOf', () => {
  it('is the reverse of cameraOf', () => {
    const back = stateOf(cameraOf(truth, image), truth.coefficients);
    expect(back.scalePxPerM).toBeCloseTo(truth.scalePxPerM, 6);
    expect(back.originPx[0]).toBeCloseTo(truth.originPx[0], 6);
    expect(back.originPx[1]).toBeCloseTo(truth.originPx[1], 6);
    expect(back.rotation).toEqual(truth.rotation);
  });
});
