import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import {
  addPriorRows,
  pairExpressions,
  priorCost,
} from '../../../src-main/pipeline/03-prior/coefficient-prior.ts';
import { rigidStart } from '../../../src-main/pipeline/03-prior/fit-head-model.ts';
import {
  type FitState,
  POSE_PARAMETERS,
  cameraOf,
  createProjectedPoint,
  moveState,
  projectWithDerivatives,
} from '../../../src-main/pipeline/03-prior/fit-state.ts';
import { addLandmarkRows, landmarkCost } from '../../../src-main/pipeline/03-prior/landmark-terms.ts';
import { addOpeningRows, openingCost } from '../../../src-main/pipeline/03-prior/opening-term.ts';
import { createNormalEquations } from '../../../src-main/pipeline/03-prior/normal-equations.ts';
import { prepareHeadModel } from '../../../src-main/pipeline/03-prior/prepare-head-model.ts';
import { trustLandmarks } from '../../../src-main/pipeline/03-prior/trust-landmarks.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';
import { makeSyntheticHead } from '../../support/synthetic-head-model.ts';

const image = { widthPx: 500, heightPx: 700 };
const head = makeSyntheticHead();
const prepared = prepareHeadModel(head.model);
const identityCount = head.model.identityCount;
const size = POSE_PARAMETERS + identityCount + head.model.expressionNames.length;

function someState(): FitState {
  const state: FitState = {
    rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    originPx: [20, -30],
    scalePxPerM: 1300,
    focalPx: 900,
    depthOffsetPx: 25,
    coefficients: Float64Array.of(0.5, -0.3, 0.2, 0.9, -1, 0.1, 0.3, 0.2, 0.4, 0.1),
  };
  return moveState(state, Float64Array.of(0.2, 0.5, -0.1, 0, 0, 0, 0, 0), identityCount, image);
}

describe('projectWithDerivatives', () => {
  it('agrees with the camera of the kernel', () => {
    const out = createProjectedPoint();
    projectWithDerivatives(someState(), image, 0.03, -0.05, 0.09, out);
    const [u, v] = projectPoints(cameraOf(someState(), image), Float32Array.of(0.03, -0.05, 0.09));
    expect(out.u).toBeCloseTo(u!, 3);
    expect(out.v).toBeCloseTo(v!, 3);
  });

  it('has the derivatives of finite differences', () => {
    const point = [0.03, -0.05, 0.09] as const;
    const at = createProjectedPoint();
    projectWithDerivatives(someState(), image, ...point, at);
    const [plus, minus] = [createProjectedPoint(), createProjectedPoint()];
    const h = 1e-5;
    const difference = (): number[] => [plus.u - minus.u, plus.v - minus.v, plus.depthPx - minus.depthPx];
    for (let p = 0; p < POSE_PARAMETERS; p++) {
      const step = new Float64Array(POSE_PARAMETERS);
      step[p] = h;
      projectWithDerivatives(moveState(someState(), step, identityCount, image), image, ...point, plus);
      step[p] = -h;
      projectWithDerivatives(moveState(someState(), step, identityCount, image), image, ...point, minus);
      difference().forEach((value, row) => {
        expect(at.byPose[row * POSE_PARAMETERS + p]!).toBeCloseTo(value / (2 * h), 2);
      });
    }
    for (let axis = 0; axis < 3; axis++) {
      const moved = (by: number): [number, number, number] =>
        point.map((value, a) => value + (a === axis ? by : 0)) as [number, number, number];
      projectWithDerivatives(someState(), image, ...moved(h), plus);
      projectWithDerivatives(someState(), image, ...moved(-h), minus);
      difference().forEach((value, row) => {
        expect(at.byHead[row * 3 + axis]!).toBeCloseTo(value / (2 * h), 2);
      });
    }
  });
});

describe('gradient of the whole cost', () => {
  it('is that of finite differences, robust weights and priors included', () => {
    const seed = Uint32Array.of(3, 1, 4, 1);
    const random = createSeededRandom(seed);
    const landmarksPx = new Float32Array(478 * 3).map(
      (_, i) => (i % 3 === 2 ? 0 : 250) + 200 * (random() - 0.5),
    );
    const observations = { ...image, landmarksPx, focalPx: 1000, focalLogSigma: 0.3 };
    const term = trustLandmarks(prepared, observations, rigidStart(prepared, observations), 0.05);
    const prior = {
      identityCount,
      expressionCount: head.model.expressionNames.length,
      pairs: pairExpressions(head.model.expressionNames),
      focalPx: 1000,
      focalLogSigma: 0.3,
    };
    const cost = (state: FitState): number =>
      landmarkCost(term, state, image) +
      openingCost(term, state, image, false) +
      priorCost(prior, state, false);
    const normal = createNormalEquations(size);
    addLandmarkRows(normal, term, someState(), image);
    addOpeningRows(normal, term, someState(), image);
    addPriorRows(normal, prior, someState());
    expect(normal.cost).toBeCloseTo(cost(someState()), 6);
    const h = 1e-6;
    for (let p = 0; p < size; p++) {
      const step = new Float64Array(size);
      step[p] = h;
      const plus = cost(moveState(someState(), step, identityCount, image));
      step[p] = -h;
      const minus = cost(moveState(someState(), step, identityCount, image));
      const numeric = (plus - minus) / (2 * h);
      expect(2 * normal.gradient[p]!, `parameter ${p}, seed ${seed}`).toBeCloseTo(
        numeric,
        -Math.log10(1e-4 * Math.max(1, Math.abs(numeric))),
      );
    }
  });
});
