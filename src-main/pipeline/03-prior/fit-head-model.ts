/**
 * MAP fit of a linear head model to landmarks: pose, perspective camera, identity and expression (gaze and jaw are
 * expression shapes of the model).
 * head model, landmarks (478, 3) px → state (pose, camera, coefficients). Pure: no clock, no randomness, no I/O.
 *
 * Stands where DECA stands in the paper (§3.2: the mesh is "estimated, never ground truth"). DECA regresses FLAME with
 * a network trained on data that may not be shipped; here the same quantities are the minimum of
 *   Σ ρ(|found − projected|²/σ²) + |identity|² + expression prior + (log f − log f₀)²/σ_f²
 * found by Levenberg–Marquardt with analytic Jacobians: rigid start (Horn), pose alone, then everything, with the
 * landmarks' trust renewed in between because it depends on the pose.
 * A warm start (`options.start`) skips the rigid start: that is what a dragged landmark uses.
 */
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import type { HeadModel } from './head-model.ts';
import { alignSimilarity } from './align-rigid.ts';
import { type CoefficientPrior, addPriorRows, pairExpressions, priorCost } from './coefficient-prior.ts';
import { type FitState, type ImageFrame, POSE_PARAMETERS, moveState } from './fit-state.ts';
import { OUTER_EYE_CORNERS } from './landmark-sets.ts';
import { type LandmarkTerm, addLandmarkRows, landmarkCost, landmarkTrust } from './landmark-terms.ts';
import { type Problem, minimise } from './minimise.ts';
import { type PointBasis, gatherPointBasis } from './point-basis.ts';

/** A head model with what every fit needs of it; make it once per model. */
export type PreparedModel = {
  model: HeadModel;
  /** The 478 landmarks. */
  landmarks: PointBasis;
  /** (478, 3) unit normals of the landmarks on the mean head. */
  landmarkNormalsHead: Float64Array;
  /** Distance of the outer eye corners of the mean head, m: the unit of landmark errors. */
  eyeDistanceM: number;
  pairs: [number, number][];
};

export type HeadObservations = ImageFrame & {
  /** (478, 3) u px, v px, relative depth px (negative = towards the camera). */
  landmarksPx: ArrayLike<number>;
  /** (478) landmarks that a person placed; they are believed almost to the pixel. */
  pinned?: ReadonlySet<number>;
  focalPx: number;
  /** How well the focal length is known: standard deviation of its logarithm. */
  focalLogSigma: number;
};

export type FitOptions = {
  /** Warm start. */
  start?: FitState;
  maxIterations: number;
  /** Standard deviation of a landmark as a share of the outer eye distance, with neighbours' correlation in it. */
  landmarkNoise: number;
};

export const FIT_DEFAULTS: FitOptions = { maxIterations: 20, landmarkNoise: 0.04 };

/** Depth of MediaPipe's mesh is a guess from appearance: weaker than the image position by this factor. */
const DEPTH_SIGMA_FACTOR = 4;
/** A pinned landmark's standard deviation as a share of the outer eye distance: what a hand can place. */
const PINNED_NOISE = 0.004;
/** A step that lowers the cost by less than this fraction moves no landmark by a visible amount. */
const RELATIVE_TOLERANCE = 1e-4;
/** With the pose known to a degree or so, trust hardly changes any more. */
const POSE_ITERATIONS = 8;

export function prepareHeadModel(model: HeadModel): PreparedModel {
  const landmarks = gatherPointBasis(model, model.landmarks.vertices, model.landmarks.weights);
  const [right, left] = OUTER_EYE_CORNERS;
  const p = landmarks.neutralHead;
  const eyeDistanceM = Math.hypot(
    p[left * 3]! - p[right * 3]!,
    p[left * 3 + 1]! - p[right * 3 + 1]!,
    p[left * 3 + 2]! - p[right * 3 + 2]!,
  );
  return {
    model,
    landmarks,
    landmarkNormalsHead: landmarkNormals(model),
    eyeDistanceM,
    pairs: pairExpressions(model.expressionNames),
  };
}

export type LandmarkFit = {
  state: FitState;
  iterations: number;
  /** (478) trust by visibility at the final pose. */
  trust: Float64Array;
};

export function fitHeadModel(
  prepared: PreparedModel,
  observations: HeadObservations,
  options: Partial<FitOptions> = {},
): LandmarkFit {
  const { landmarkNoise, maxIterations, start } = { ...FIT_DEFAULTS, ...options };
  const prior: CoefficientPrior = {
    identityCount: prepared.landmarks.identityCount,
    expressionCount: prepared.landmarks.expressionCount,
    pairs: prepared.pairs,
    focalPx: observations.focalPx,
    focalLogSigma: observations.focalLogSigma,
  };
  let state = start ?? rigidStart(prepared, observations);
  let iterations = 0;
  const run = (poseOnly: boolean, limit: number): void => {
    const term = landmarkTerm(prepared, observations, state, landmarkNoise);
    const problem = landmarkProblem(term, prior, observations, poseOnly);
    const minimum = minimise(state, problem, {
      maxIterations: limit,
      relativeTolerance: RELATIVE_TOLERANCE,
    });
    state = minimum.state;
    iterations += minimum.iterations;
  };
  if (start === undefined) run(true, POSE_ITERATIONS);
  run(false, maxIterations);
  return { state, iterations, trust: landmarkTrust(prepared.landmarkNormalsHead, state.rotation) };
}

/** Weak-perspective pose from landmarks with their relative depth. */
export function rigidStart(prepared: PreparedModel, observations: HeadObservations): FitState {
  const { landmarks } = prepared;
  const found = new Float64Array(landmarks.count * 3);
  for (let i = 0; i < landmarks.count; i++) {
    found[i * 3] = observations.landmarksPx[i * 3]! - observations.widthPx / 2;
    found[i * 3 + 1] = observations.heightPx / 2 - observations.landmarksPx[i * 3 + 1]!;
    found[i * 3 + 2] = -observations.landmarksPx[i * 3 + 2]!;
  }
  const { rotation, scale, translation } = alignSimilarity(
    landmarks.neutralHead,
    found,
    new Float64Array(landmarks.count).fill(1),
  );
  return {
    rotation,
    originPx: [translation[0], translation[1]],
    scalePxPerM: scale,
    focalPx: observations.focalPx,
    depthOffsetPx: -translation[2],
    coefficients: new Float64Array(landmarks.identityCount + landmarks.expressionCount),
  };
}

/** The landmark term with the noise and trust that hold at `state`. */
export function landmarkTerm(
  prepared: PreparedModel,
  observations: HeadObservations,
  state: FitState,
  landmarkNoise: number,
): LandmarkTerm {
  const eyePx = prepared.eyeDistanceM * state.scalePxPerM;
  const trust = landmarkTrust(prepared.landmarkNormalsHead, state.rotation);
  const pinned = observations.pinned ?? new Set<number>();
  const sigmaPx = new Float64Array(prepared.landmarks.count);
  const depthSigmaPx = new Float64Array(prepared.landmarks.count);
  for (let i = 0; i < sigmaPx.length; i++) {
    const embedding = prepared.model.landmarks.residualM[i]! * state.scalePxPerM;
    const sigma =
      (Math.hypot(landmarkNoise * eyePx, embedding) / Math.sqrt(trust[i]!)) * doubtNearPins(prepared, pinned, i);
    // A hand moves a landmark in the picture only: its depth stays the guess that it was.
    sigmaPx[i] = pinned.has(i) ? PINNED_NOISE * eyePx : sigma;
    depthSigmaPx[i] = DEPTH_SIGMA_FACTOR * sigma;
  }
  return {
    points: prepared.landmarks,
    foundPx: observations.landmarksPx,
    sigmaPx,
    depthSigmaPx,
    pinned,
  };
}

/** Whoever drags a landmark says that its neighbours are wrong, too: their noise grows by up to this factor. */
const PIN_DOUBT = 5;
/** How far that reaches, as a share of the outer eye distance: a lip, an eye, the tip of the chin. */
const PIN_REACH = 0.15;

function doubtNearPins(prepared: PreparedModel, pinned: ReadonlySet<number>, i: number): number {
  const p = prepared.landmarks.neutralHead;
  let nearness = 0;
  for (const pin of pinned) {
    const d = Math.hypot(
      p[i * 3]! - p[pin * 3]!,
      p[i * 3 + 1]! - p[pin * 3 + 1]!,
      p[i * 3 + 2]! - p[pin * 3 + 2]!,
    );
    nearness = Math.max(nearness, Math.exp(-((d / (PIN_REACH * prepared.eyeDistanceM)) ** 2)));
  }
  return 1 + (PIN_DOUBT - 1) * nearness;
}

function landmarkProblem(
  term: LandmarkTerm,
  prior: CoefficientPrior,
  image: ImageFrame,
  poseOnly: boolean,
): Problem<FitState> {
  const { identityCount, expressionCount } = prior;
  return {
    parameterCount: POSE_PARAMETERS + (poseOnly ? 0 : identityCount + expressionCount),
    cost: (state) => landmarkCost(term, state, image) + priorCost(prior, state, poseOnly),
    linearise(state, normal) {
      addLandmarkRows(normal, term, state, image);
      addPriorRows(normal, prior, state);
    },
    move: (state, step) => moveState(state, step, identityCount, image),
    boundSide(state, parameter) {
      const k = parameter - POSE_PARAMETERS;
      if (k < identityCount) return 0;
      if (state.coefficients[k]! <= 0) return -1;
      return state.coefficients[k]! >= 1 ? 1 : 0;
    },
  };
}

/** Trust-weighted mean distance of projected from found landmarks, % of the outer eye distance (not foreshortened). */
export function landmarkErrorPercent(
  prepared: PreparedModel,
  observations: HeadObservations,
  fit: LandmarkFit,
  projectedPx: Float32Array,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < fit.trust.length; i++) {
    const du = projectedPx[i * 3]! - observations.landmarksPx[i * 3]!;
    const dv = projectedPx[i * 3 + 1]! - observations.landmarksPx[i * 3 + 1]!;
    sum += fit.trust[i]! * Math.hypot(du, dv);
    total += fit.trust[i]!;
  }
  return (100 * sum) / total / (prepared.eyeDistanceM * fit.state.scalePxPerM);
}

/** (478, 3) unit normals of the mean head at the landmarks. */
function landmarkNormals(model: HeadModel): Float64Array {
  const { vertices, weights } = model.landmarks;
  const { triangles } = triangulateTopology(model.topology);
  const normals = vertexNormals({ positionsHead: model.neutralHead, triangles });
  const out = new Float64Array(vertices.length);
  for (let i = 0; i < vertices.length; i += 3) {
    for (let corner = 0; corner < 3; corner++) {
      for (let axis = 0; axis < 3; axis++) {
        out[i + axis]! += weights[i + corner]! * normals[vertices[i + corner]! * 3 + axis]!;
      }
    }
    const length = Math.hypot(out[i]!, out[i + 1]!, out[i + 2]!) || 1;
    for (let axis = 0; axis < 3; axis++) out[i + axis]! /= length;
  }
  return out;
}
