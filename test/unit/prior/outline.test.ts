import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import type { PortraitMask } from '../../../src-main/pipeline/02-analyse/analysis.ts';
import { type HeadObservations, fitHeadModel } from '../../../src-main/pipeline/03-prior/fit-head-model.ts';
import { type FitState, cameraOf } from '../../../src-main/pipeline/03-prior/fit-state.ts';
import { judgeConfidence } from '../../../src-main/pipeline/03-prior/judge-fit.ts';
import { matchOutline } from '../../../src-main/pipeline/03-prior/match-outline.ts';
import { evaluatePoints } from '../../../src-main/pipeline/03-prior/point-basis.ts';
import { prepareHeadModel } from '../../../src-main/pipeline/03-prior/prepare-head-model.ts';
import { shapeHead } from '../../../src-main/pipeline/03-prior/shape-head.ts';
import { rasterise } from '../../../src-main/render/rasterise.ts';
import { makeSyntheticHead } from '../../support/synthetic-head-model.ts';

const head = makeSyntheticHead();
const prepared = prepareHeadModel(head.model);
const image = { widthPx: 480, heightPx: 560 };
const CHIN_SHAPE = 2;

function stateOf(coefficients: number[]): FitState {
  return {
    rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    originPx: [0, 0],
    scalePxPerM: 1800,
    focalPx: 2200,
    depthOffsetPx: 0,
    coefficients: Float64Array.from([
      ...coefficients,
      ...new Array<number>(10 - coefficients.length).fill(0),
    ]),
  };
}

function maskOf(state: FitState, growPx = 0): PortraitMask {
  const { positionsHead } = shapeHead(head.model, state.coefficients);
  const { triangleIds } = rasterise({ positionsHead, triangles: prepared.triangles }, cameraOf(state, image));
  const alpha = new Uint8Array(triangleIds.length);
  triangleIds.forEach((id, i) => {
    if (id < 0) return;
    const [cx, cy] = [i % image.widthPx, Math.floor(i / image.widthPx)];
    for (let y = cy - growPx; y <= cy + growPx; y++) {
      for (let x = cx - growPx; x <= cx + growPx; x++) alpha[y * image.widthPx + x] = 255;
    }
  });
  return { ...image, alpha };
}

function observe(state: FitState, mask: PortraitMask | null): HeadObservations {
  const points = Float32Array.from(evaluatePoints(prepared.landmarks, state.coefficients));
  const landmarksPx = projectPoints(cameraOf(state, image), points);
  const distanceM = state.focalPx / state.scalePxPerM;
  for (let i = 2; i < landmarksPx.length; i += 3) {
    landmarksPx[i] = (landmarksPx[i]! - distanceM) * state.scalePxPerM;
  }
  return { ...image, landmarksPx, focalPx: state.focalPx, focalLogSigma: 0.05, mask };
}

const FAR = { inwardPx: 40, outwardPx: 40 };

describe('matchOutline', () => {
  const state = stateOf([]);
  const mesh = { ...shapeHead(head.model, state.coefficients), triangles: prepared.triangles };

  it('finds the edge of a grown mask at the grown distance', () => {
    const GROW_PX = 6;
    const mask = maskOf(state, GROW_PX);
    const match = matchOutline(mesh, () => 'edge', cameraOf(state, image), mask, FAR);
    expect(match.isBound.length).toBeGreaterThan(80);
    const camera = cameraOf(state, image);
    for (let i = 0; i < match.isBound.length; i++) {
      const at = [0, 1, 2].map((axis) =>
        [0, 1, 2].reduce(
          (sum, k) =>
            sum + match.weights[i * 3 + k]! * mesh.positionsHead[match.vertices[i * 3 + k]! * 3 + axis]!,
          0,
        ),
      );
      const [u, v] = projectPoints(camera, Float32Array.from(at));
      const dx = match.edgePx[i * 2]! - u!;
      const dy = match.edgePx[i * 2 + 1]! - v!;
      const distance = dx * match.normalPx[i * 2]! + dy * match.normalPx[i * 2 + 1]!;
      // The square brush grows diagonals by up to √2; outline pixels are 2.5 px of this picture wide.
      expect(distance).toBeGreaterThan(GROW_PX - 2.5);
      expect(distance).toBeLessThan(GROW_PX * Math.SQRT2 + 2.5);
    }
  });

  it('takes a bound only where the mesh sticks out of the mask', () => {
    const camera = cameraOf(state, image);
    const inside = matchOutline(mesh, () => 'bound', camera, maskOf(state, 10), FAR);
    expect(inside.isBound.length).toBe(0);
    const narrow = maskOf(stateOf([-2]));
    const outside = matchOutline(mesh, () => 'bound', camera, narrow, FAR);
    expect(outside.isBound.length).toBeGreaterThan(20);
    expect(outside.isBound.every((bound) => bound === 1)).toBe(true);
  });
});

describe('fitHeadModel with a portrait mask', () => {
  it('takes the chin from the outline where landmarks say nothing of it', () => {
    const CHIN_TOP_M = -0.03;
    const residualM = head.model.landmarks.residualM.map((residual, i) =>
      prepared.landmarks.neutralHead[i * 3 + 1]! < CHIN_TOP_M ? 1 : residual,
    );
    const blind = prepareHeadModel({ ...head.model, landmarks: { ...head.model.landmarks, residualM } });
    const truth = stateOf([0, 0, 1.8]);
    const meanLandmarks = observe(stateOf([]), null);
    const without = fitHeadModel(blind, meanLandmarks);
    const withMask = fitHeadModel(blind, { ...meanLandmarks, mask: maskOf(truth) });
    expect(Math.abs(without.state.coefficients[CHIN_SHAPE]!)).toBeLessThan(0.1);
    expect(withMask.state.coefficients[CHIN_SHAPE]!).toBeGreaterThan(1);
  });

  it('leaves a head alone that fits its mask', () => {
    const truth = stateOf([0.5, -0.5, 0.8]);
    const without = fitHeadModel(prepared, observe(truth, null)).state.coefficients;
    const withMask = fitHeadModel(prepared, observe(truth, maskOf(truth))).state.coefficients;
    withMask.forEach((value, k) => expect(Math.abs(value - without[k]!)).toBeLessThan(0.3));
  });
});

describe('judgeConfidence', () => {
  it('trusts what is seen more than what is not', () => {
    const observations = observe(stateOf([0.5]), null);
    const fit = fitHeadModel(prepared, observations);
    const { positionsHead } = shapeHead(head.model, fit.state.coefficients);
    const confidence = judgeConfidence(prepared, image, fit, positionsHead);
    for (const value of Object.values(confidence)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
    expect(confidence.forehead!).toBeGreaterThan(confidence.back! + 0.2);
  });
});
