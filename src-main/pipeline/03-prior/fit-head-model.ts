/**
 * MAP fit of a linear head model to landmarks and portrait mask: pose, perspective camera, identity and expression
 * (gaze and jaw are expression shapes of the model).
 * head model, landmarks (478, 3) px, mask (H, W) → state (pose, camera, coefficients). Pure: no clock, no randomness.
 *
 * Stands where DECA stands in the paper (§3.2: the mesh is "estimated, never ground truth"). DECA regresses FLAME with
 * a network trained on data that may not be shipped; here the same quantities are the minimum of
 *   Σ ρ(|found − projected|²/σ²) + the same of openings + Σ ρ(outline²/σ_o²) + |identity|² + expression prior + (log f − log f₀)²/σ_f²
 * by Levenberg–Marquardt with analytic Jacobians: rigid start (Horn), pose alone, everything by landmarks, then
 * everything with the outline matched anew before each minimisation. Landmark trust depends on the pose and is renewed
 * with each of these steps. A warm start skips the rigid start and the pose: that is what a dragged landmark uses.
 */
import type { PortraitMask } from '../02-analyse/analysis.ts';
import { alignSimilarity } from '../../mesh/align-rigid.ts';
import { type CoefficientPrior, addPriorRows, priorCost } from './coefficient-prior.ts';
import { type FitState, type ImageFrame, POSE_PARAMETERS, cameraOf, moveState } from './fit-state.ts';
import { type LandmarkTerm, addLandmarkRows, landmarkCost } from './landmark-terms.ts';
import { matchOutline } from './match-outline.ts';
import { type Problem, minimise } from './minimise.ts';
import { addOpeningRows, openingCost } from './opening-term.ts';
import { type OutlineTerm, addOutlineRows, outlineCost } from './outline-term.ts';
import { gatherPointBasis } from './point-basis.ts';
import type { PreparedModel } from './prepare-head-model.ts';
import { shapeHead } from './shape-head.ts';
import { type LandmarkObservations, trustLandmarks } from './trust-landmarks.ts';

export type HeadObservations = ImageFrame &
  LandmarkObservations & {
    /** Null: landmarks only. */
    mask: PortraitMask | null;
    focalPx: number;
    /** How well the focal length is known: standard deviation of its logarithm. */
    focalLogSigma: number;
  };

export type FitOptions = {
  /** Warm start. */
  start?: FitState;
  /** Levenberg–Marquardt steps of the landmark fit; the outline rounds have OUTLINE_ITERATIONS each. */
  maxIterations: number;
  outlineRounds: number;
  /** Standard deviation of a landmark as a share of the outer eye distance, with neighbours' correlation in it. */
  landmarkNoise: number;
};

export const FIT_DEFAULTS: FitOptions = { maxIterations: 20, outlineRounds: 3, landmarkNoise: 0.04 };

/** How far landmarks lie from those of the mean head because people differ: what the rigid start has to live with. */
const START_NOISE_M = 0.004;
/** A step that lowers the cost by less than this fraction moves no landmark by a visible amount. */
const RELATIVE_TOLERANCE = 1e-4;
/** With the pose known to a degree or so, trust hardly changes any more. */
const POSE_ITERATIONS = 8;
/** Matches change between rounds, so each round goes only part of the way. */
const OUTLINE_ITERATIONS = 4;
/** Standard deviation of an outline point as a share of the outer eye distance: mask edge and its correlation. */
const OUTLINE_NOISE = 0.06;
/** Search for the mask's edge, as shares of the outer eye distance: inside the mesh, and outside of bare skin. */
const OUTLINE_INWARD = 0.4;
const OUTLINE_OUTWARD = 0.12;

export type HeadFit = {
  state: FitState;
  iterations: number;
  /** What the state is the minimum of; the posterior is read off their Hessian. */
  terms: FitTerms;
};

export type FitTerms = { landmarks: LandmarkTerm; outline: OutlineTerm | null; prior: CoefficientPrior };

export function fitHeadModel(
  prepared: PreparedModel,
  observations: HeadObservations,
  options: Partial<FitOptions> = {},
): HeadFit {
  const { landmarkNoise, maxIterations, outlineRounds, start } = { ...FIT_DEFAULTS, ...options };
  const prior: CoefficientPrior = {
    identityCount: prepared.landmarks.identityCount,
    expressionCount: prepared.landmarks.expressionCount,
    pairs: prepared.pairs,
    focalPx: observations.focalPx,
    focalLogSigma: observations.focalLogSigma,
  };
  let state = start ?? rigidStart(prepared, observations);
  let iterations = 0;
  const run = (limit: number, outline: OutlineTerm | null, poseOnly = false): FitTerms => {
    const landmarks = trustLandmarks(prepared, observations, state, landmarkNoise);
    const terms = { landmarks, outline, prior };
    const minimum = minimise(state, fitProblem(terms, observations, poseOnly), {
      maxIterations: limit,
      relativeTolerance: RELATIVE_TOLERANCE,
    });
    state = minimum.state;
    iterations += minimum.iterations;
    return terms;
  };
  if (start === undefined) run(POSE_ITERATIONS, null, true);
  let terms = run(maxIterations, null);
  if (observations.mask !== null) {
    for (let round = 0; round < outlineRounds; round++) {
      terms = run(OUTLINE_ITERATIONS, outlineTerm(prepared, observations, observations.mask, state));
    }
  }
  return { state, iterations, terms };
}

/** Weak-perspective pose from landmarks with their relative depth. */
export function rigidStart(
  prepared: PreparedModel,
  observations: ImageFrame & LandmarkObservations & { focalPx: number },
): FitState {
  const { landmarks } = prepared;
  const found = new Float64Array(landmarks.count * 3);
  for (let i = 0; i < landmarks.count; i++) {
    found[i * 3] = observations.landmarksPx[i * 3]! - observations.widthPx / 2;
    found[i * 3 + 1] = observations.heightPx / 2 - observations.landmarksPx[i * 3 + 1]!;
    found[i * 3 + 2] = -observations.landmarksPx[i * 3 + 2]!;
  }
  const weights = Float64Array.from(
    prepared.model.landmarks.residualM,
    (residual) => 1 / (START_NOISE_M ** 2 + residual ** 2),
  );
  const { rotation, scale, translation } = alignSimilarity(landmarks.neutralHead, found, weights);
  return {
    rotation,
    originPx: [translation[0], translation[1]],
    scalePxPerM: scale,
    focalPx: observations.focalPx,
    depthOffsetPx: -translation[2],
    coefficients: new Float64Array(landmarks.identityCount + landmarks.expressionCount),
  };
}

function outlineTerm(
  prepared: PreparedModel,
  image: ImageFrame,
  mask: PortraitMask,
  state: FitState,
): OutlineTerm {
  const eyePx = prepared.eyeDistanceM * state.scalePxPerM;
  const { positionsHead } = shapeHead(prepared.model, state.coefficients);
  const match = matchOutline(
    { positionsHead, triangles: prepared.triangles },
    (vertex) => prepared.outlineRules[vertex]!,
    cameraOf(state, image),
    mask,
    { inwardPx: OUTLINE_INWARD * eyePx, outwardPx: OUTLINE_OUTWARD * eyePx },
  );
  const points = gatherPointBasis(prepared.model, match.vertices, match.weights);
  return { points, match, sigmaPx: OUTLINE_NOISE * eyePx };
}

export function fitProblem(terms: FitTerms, image: ImageFrame, poseOnly = false): Problem<FitState> {
  const { landmarks, outline, prior } = terms;
  const { identityCount, expressionCount } = prior;
  return {
    parameterCount: POSE_PARAMETERS + (poseOnly ? 0 : identityCount + expressionCount),
    cost: (state) =>
      landmarkCost(landmarks, state, image) +
      openingCost(landmarks, state, image, poseOnly) +
      (outline === null ? 0 : outlineCost(outline, state, image)) +
      priorCost(prior, state, poseOnly),
    linearise(state, normal) {
      addLandmarkRows(normal, landmarks, state, image);
      addOpeningRows(normal, landmarks, state, image);
      if (outline !== null) addOutlineRows(normal, outline, state, image);
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
