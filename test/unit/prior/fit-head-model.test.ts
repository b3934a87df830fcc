import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import { alignSimilarity } from '../../../src-main/mesh/align-rigid.ts';
import { type HeadObservations, fitHeadModel } from '../../../src-main/pipeline/03-prior/fit-head-model.ts';
import { landmarkErrorPercent } from '../../../src-main/pipeline/03-prior/judge-fit.ts';
import { prepareHeadModel } from '../../../src-main/pipeline/03-prior/prepare-head-model.ts';
import { type FitState, cameraOf, moveState } from '../../../src-main/pipeline/03-prior/fit-state.ts';
import { evaluatePoints } from '../../../src-main/pipeline/03-prior/point-basis.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';
import { makeSyntheticHead } from '../../support/synthetic-head-model.ts';

const head = makeSyntheticHead();
const prepared = prepareHeadModel(head.model);
const image = { widthPx: 640, heightPx: 800 };
const FOCAL_PX = 1100;

function truthState(
  turn: { yawDeg: number; pitchDeg?: number; rollDeg?: number },
  coefficients: number[],
): FitState {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const upright: FitState = {
    rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    originPx: [13, -21],
    scalePxPerM: 1500,
    focalPx: FOCAL_PX,
    depthOffsetPx: 40,
    coefficients: Float64Array.from(coefficients),
  };
  const steps = [
    [0, radians(turn.yawDeg), 0],
    [radians(turn.pitchDeg ?? 0), 0, 0],
    [0, 0, radians(turn.rollDeg ?? 0)],
  ];
  return steps.reduce((state, [x, y, z]) => {
    const step = Float64Array.of(x!, y!, z!, 0, 0, 0, 0, 0);
    return moveState(state, step, head.model.identityCount, image);
  }, upright);
}

/** Exact landmarks of a state, as the landmark model would give them. */
function observe(state: FitState): HeadObservations {
  const points = Float32Array.from(evaluatePoints(prepared.landmarks, state.coefficients));
  const landmarksPx = projectPoints(cameraOf(state, image), points);
  // projectPoints gives metric depth; the landmark model gives depth relative to the head, in px.
  for (let i = 2; i < landmarksPx.length; i += 3) {
    landmarksPx[i] = (landmarksPx[i]! - state.focalPx / state.scalePxPerM) * state.scalePxPerM;
  }
  return { ...image, landmarksPx, focalPx: FOCAL_PX, focalLogSigma: 0.05, mask: null };
}

const TRUE_COEFFICIENTS = [0.8, -1.1, 1.2, -0.7, 0.9, 0.5, 0.4, 0.3, 0.2, 0];
const PRECISE = { landmarkNoise: 0.002, maxIterations: 40 };

/** Largest distance between two point sets, mm, up to size: one picture does not tell a large head from a near one. */
function largestGapMm(a: Float64Array, b: Float64Array): number {
  const { rotation, scale, translation } = alignSimilarity(a, b, new Float64Array(a.length / 3).fill(1));
  let worst = 0;
  for (let i = 0; i < a.length; i += 3) {
    const gaps = [0, 1, 2].map((row) => {
      const turned = [0, 1, 2].reduce((sum, k) => sum + rotation[row * 3 + k]! * a[i + k]!, 0);
      return scale * turned + translation[row]! - b[i + row]!;
    });
    worst = Math.max(worst, Math.hypot(...gaps));
  }
  return worst * 1000;
}

function landmarksOf(state: FitState): Float64Array {
  return evaluatePoints(prepared.landmarks, state.coefficients);
}

describe('fitHeadModel on a head of known parameters', () => {
  for (const turn of [
    { yawDeg: 0 },
    { yawDeg: 20, pitchDeg: 10, rollDeg: -15 },
    { yawDeg: -45, pitchDeg: -10, rollDeg: 5 },
    { yawDeg: 75 },
  ]) {
    it(`recovers pose, identity and expression at yaw ${turn.yawDeg}°`, () => {
      const truth = truthState(turn, TRUE_COEFFICIENTS);
      const observations = observe(truth);
      const fit = fitHeadModel(prepared, observations, PRECISE);
      // Priors pull coefficients a little towards the mean; 0.5 mm of 220 mm is what that costs here.
      expect(largestGapMm(landmarksOf(fit.state), landmarksOf(truth))).toBeLessThan(0.5);
      const cosine =
        (fit.state.rotation.reduce((sum, value, i) => sum + value * truth.rotation[i]!, 0) - 1) / 2;
      expect((Math.acos(Math.min(1, cosine)) * 180) / Math.PI).toBeLessThan(0.5);
      expect(landmarkErrorPercent(prepared, image, fit)).toBeLessThan(0.3);
    });
  }

  it('lets go of landmarks that are plainly wrong', () => {
    const seed = Uint32Array.of(7, 1, 1, 1);
    const random = createSeededRandom(seed);
    const truth = truthState({ yawDeg: 10 }, TRUE_COEFFICIENTS);
    const observations = observe(truth);
    const clean = fitHeadModel(prepared, observations, PRECISE);
    const spoiled = Float32Array.from(observations.landmarksPx);
    for (let i = 0; i < 478; i += 8) {
      spoiled[i * 3]! += 30 + 60 * random();
      spoiled[i * 3 + 1]! += 60 * random();
    }
    const fit = fitHeadModel(prepared, { ...observations, landmarksPx: spoiled }, PRECISE);
    const gap = largestGapMm(landmarksOf(fit.state), landmarksOf(clean.state));
    expect(gap, `seed ${seed}`).toBeLessThan(0.5);
  });

  it('gives the same bytes twice', () => {
    const observations = observe(truthState({ yawDeg: 30 }, TRUE_COEFFICIENTS));
    const [a, b] = [fitHeadModel(prepared, observations), fitHeadModel(prepared, observations)];
    expect(a.state).toEqual(b.state);
  });

  it('turns a mirrored picture into the mirrored head', () => {
    const coefficients = [0.8, -1.1, 1.2, -0.7, 0.9, 0.5, 0.4, 0.3, 0, 0.2];
    const observations = observe(truthState({ yawDeg: 25, rollDeg: 8 }, coefficients));
    const mirrored = new Float32Array(observations.landmarksPx.length);
    for (let i = 0; i < 478; i++) {
      const from = head.landmarkMirror[i]! * 3;
      mirrored[i * 3] = image.widthPx - observations.landmarksPx[from]!;
      mirrored[i * 3 + 1] = observations.landmarksPx[from + 1]!;
      mirrored[i * 3 + 2] = observations.landmarksPx[from + 2]!;
    }
    const fit = fitHeadModel(prepared, observations).state;
    const twin = fitHeadModel(prepared, { ...observations, landmarksPx: mirrored }).state;
    const { identityCount } = head.model;
    for (let k = 0; k < identityCount; k++) {
      expect(twin.coefficients[k]!).toBeCloseTo(fit.coefficients[k]! * head.identitySign[k]!, 2);
    }
    head.expressionMirror.forEach((other, e) => {
      expect(twin.coefficients[identityCount + e]!).toBeCloseTo(fit.coefficients[identityCount + other]!, 2);
    });
    expect(twin.originPx[0]).toBeCloseTo(-fit.originPx[0], 1);
    expect(twin.rotation[2]!).toBeCloseTo(-fit.rotation[2]!, 3);
  });

  it('keeps expression weights in [0, 1] and unused ones at zero', () => {
    const fit = fitHeadModel(prepared, observe(truthState({ yawDeg: 0 }, TRUE_COEFFICIENTS)));
    const weights = fit.state.coefficients.subarray(head.model.identityCount);
    for (const weight of weights) {
      expect(weight).toBeGreaterThanOrEqual(0);
      expect(weight).toBeLessThanOrEqual(1);
    }
    expect(weights[3]).toBeLessThan(0.05);
  });

  it('follows a pinned landmark in a few warm iterations', () => {
    const observations = observe(truthState({ yawDeg: 0 }, TRUE_COEFFICIENTS));
    const first = fitHeadModel(prepared, observations);
    const landmarksPx = Float32Array.from(observations.landmarksPx);
    const CHIN = 152;
    landmarksPx[CHIN * 3 + 1]! += 12;
    const dragged = { ...observations, landmarksPx, pinned: new Set([CHIN]) };
    const fit = fitHeadModel(prepared, dragged, { start: first.state, maxIterations: 6 });
    const chinPx = (state: FitState): number =>
      projectPoints(cameraOf(state, image), Float32Array.from(landmarksOf(state)))[CHIN * 3 + 1]!;
    expect(fit.iterations).toBeLessThanOrEqual(6);
    expect(chinPx(fit.state) - chinPx(first.state)).toBeGreaterThan(6);
  });
});
