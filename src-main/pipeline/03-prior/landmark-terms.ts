/**
 * Landmark residuals of the MAP fit: found − projected, robust, trusted by visibility.
 * points (M), observations (M, 3) px, state → rows of the normal equations.
 *
 * Noise: MediaPipe's errors are strongly correlated between neighbours, so 478 landmarks carry far fewer facts than
 * 478 independent ones; the noise is widened for that (LANDMARK_NOISE). Cauchy weights let hair, hands and glasses go.
 * Far side: landmarks on the hidden half of a turned face are guesses, and those of the face oval slide along the
 * visible outline instead of staying on the skin, so trust falls with the angle between surface and view.
 */
import type { PointBasis } from './point-basis.ts';
import { FACE_OVAL } from './landmark-sets.ts';
import { type NormalEquations, addRow, addRowPair } from './normal-equations.ts';
import {
  type FitState,
  type ImageFrame,
  POSE_PARAMETERS,
  createProjectedPoint,
  projectWithDerivatives,
} from './fit-state.ts';
import { evaluatePoints } from './point-basis.ts';

export type LandmarkTerm = {
  points: PointBasis;
  /** (M, 3) u px, v px, relative depth px. */
  foundPx: ArrayLike<number>;
  /** (M) standard deviation of u and v, px; 0 = ignore the landmark. */
  sigmaPx: Float64Array;
  /** (M) standard deviation of the relative depth, px; 0 = ignore the depth. */
  depthSigmaPx: Float64Array;
  /** Placed by a person: never let go of, however far from the model. */
  pinned: ReadonlySet<number>;
};

/** Residuals beyond this many standard deviations lose their pull (Cauchy). */
const CAUCHY_SIGMAS = 3;

/** Adds the rows at `state`; only pose columns when the equations hold no more. */
export function addLandmarkRows(
  normal: NormalEquations,
  term: LandmarkTerm,
  state: FitState,
  image: ImageFrame,
): void {
  const { points, foundPx, sigmaPx } = term;
  const width = normal.size - POSE_PARAMETERS;
  const positions = evaluatePoints(points, state.coefficients);
  const stride = points.identityCount + points.expressionCount;
  const projected = createProjectedPoint();
  const rows = [0, 1, 2].map(() => new Float64Array(normal.size)) as [Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < points.count; i++) {
    const sigma = sigmaPx[i]!;
    if (sigma === 0) continue;
    const at = i * 3;
    projectWithDerivatives(state, image, positions[at]!, positions[at + 1]!, positions[at + 2]!, projected);
    const { byHead, byPose } = projected;
    const depthSigma = term.depthSigmaPx[i]!;
    for (let axis = 0; axis < (depthSigma > 0 ? 3 : 2); axis++) {
      const row = rows[axis]!;
      for (let p = 0; p < POSE_PARAMETERS; p++) row[p] = byPose[axis * POSE_PARAMETERS + p]!;
      const gx = byHead[axis * 3]!;
      const gy = byHead[axis * 3 + 1]!;
      const gz = byHead[axis * 3 + 2]!;
      const bx = at * stride;
      const by = bx + stride;
      const bz = by + stride;
      const { basis } = points;
      for (let k = 0; k < width; k++) {
        row[POSE_PARAMETERS + k] = gx * basis[bx + k]! + gy * basis[by + k]! + gz * basis[bz + k]!;
      }
    }
    const du = projected.u - foundPx[at]!;
    const dv = projected.v - foundPx[at + 1]!;
    const squared = (du * du + dv * dv) / (sigma * sigma);
    const robust = term.pinned.has(i) ? { cost: squared, weight: 1 } : cauchy(squared);
    addRowPair(normal, rows[0], du, rows[1], dv, robust.weight / (sigma * sigma));
    normal.cost += robust.cost;
    if (depthSigma === 0) continue;
    const dz = projected.depthPx - foundPx[at + 2]!;
    const robustDepth = cauchy((dz * dz) / (depthSigma * depthSigma));
    addRow(normal, rows[2], dz, robustDepth.weight / (depthSigma * depthSigma));
    normal.cost += robustDepth.cost;
  }
}

/** The cost that {@link addLandmarkRows} adds, without derivatives. */
export function landmarkCost(term: LandmarkTerm, state: FitState, image: ImageFrame): number {
  const positions = evaluatePoints(term.points, state.coefficients);
  const projected = createProjectedPoint();
  let cost = 0;
  for (let i = 0; i < term.points.count; i++) {
    const sigma = term.sigmaPx[i]!;
    if (sigma === 0) continue;
    const at = i * 3;
    projectWithDerivatives(state, image, positions[at]!, positions[at + 1]!, positions[at + 2]!, projected);
    const du = (projected.u - term.foundPx[at]!) / sigma;
    const dv = (projected.v - term.foundPx[at + 1]!) / sigma;
    const squared = du * du + dv * dv;
    cost += term.pinned.has(i) ? squared : cauchy(squared).cost;
    const depthSigma = term.depthSigmaPx[i]!;
    if (depthSigma === 0) continue;
    const dz = (projected.depthPx - term.foundPx[at + 2]!) / depthSigma;
    cost += cauchy(dz * dz).cost;
  }
  return cost;
}

const CAUCHY_SQUARED = CAUCHY_SIGMAS * CAUCHY_SIGMAS;

/** ρ(r²) = c²·log(1 + r²/c²) and its derivative, for r² in squared standard deviations. */
export function cauchy(squared: number): { cost: number; weight: number } {
  const ratio = squared / CAUCHY_SQUARED;
  return { cost: CAUCHY_SQUARED * Math.log1p(ratio), weight: 1 / (1 + ratio) };
}

/** Trust of a hidden landmark; not 0, so that a profile keeps the far eye on the far side. */
const HIDDEN_TRUST = 0.02;
/** Cosines between surface normal and view from which a landmark counts as hidden, and as plainly seen. */
const HIDDEN_COSINE = -0.1;
const SEEN_COSINE = 0.35;
/** The oval is the outline already at a slight turn: its landmarks need to face the camera much more. */
const OVAL_HIDDEN_COSINE = 0.05;
const OVAL_SEEN_COSINE = 0.7;
/** Trust of an oval landmark that is plainly seen: on a frontal face the oval, too, is an outline of hair and jaw. */
const OVAL_TRUST = 0.4;

/** (M) trust in [0, 1] of landmarks with normals (M, 3) in the head frame, for a rotation camera-from-head. */
export function landmarkTrust(normalsHead: Float64Array, rotation: Float64Array): Float64Array {
  const oval = new Set<number>(FACE_OVAL);
  const trust = new Float64Array(normalsHead.length / 3);
  for (let i = 0; i < trust.length; i++) {
    const cosine =
      rotation[6]! * normalsHead[i * 3]! +
      rotation[7]! * normalsHead[i * 3 + 1]! +
      rotation[8]! * normalsHead[i * 3 + 2]!;
    const isOval = oval.has(i);
    const low = isOval ? OVAL_HIDDEN_COSINE : HIDDEN_COSINE;
    const high = isOval ? OVAL_SEEN_COSINE : SEEN_COSINE;
    const t = Math.min(1, Math.max(0, (cosine - low) / (high - low)));
    const smooth = t * t * (3 - 2 * t);
    trust[i] = (HIDDEN_TRUST + (1 - HIDDEN_TRUST) * smooth) * (isOval ? OVAL_TRUST : 1);
  }
  return trust;
}
