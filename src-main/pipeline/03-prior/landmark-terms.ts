/**
 * Landmark residuals of the MAP fit: projected − found, robust, each with its own noise (trust-landmarks.ts).
 * points (M), observations (M, 3) px, state → rows of the normal equations.
 *
 * Cauchy weights let landmarks go that hair, hands or glasses have led astray.
 */
import { POINTS_AT_ONCE, addOuterProducts, startOuterProducts } from '../../tensor/outer-products.ts';
import type { NormalEquations } from './normal-equations.ts';
import {
  type FitState,
  type ImageFrame,
  POSE_PARAMETERS,
  createProjectedPoint,
  projectWithDerivatives,
} from './fit-state.ts';
import { type PointBasis, evaluatePoints } from './point-basis.ts';

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
  /** (M) [0, 1] by visibility alone: the weights of the reported error. */
  trust: Float64Array;
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
  const { basis } = points;
  const { size, gradient } = normal;
  const projected = createProjectedPoint();
  const products = startOuterProducts(size);
  const { plain, weighted, stride: rowLength } = products;
  let waiting = 0;
  for (let i = 0; i < points.count; i++) {
    const sigma = sigmaPx[i]!;
    if (sigma === 0) continue;
    const at = i * 3;
    projectWithDerivatives(state, image, positions[at]!, positions[at + 1]!, positions[at + 2]!, projected);
    const { byHead, byPose } = projected;
    const depthSigma = term.depthSigmaPx[i]!;
    const first = waiting * 3 * rowLength;
    for (let axis = 0; axis < 3; axis++) {
      for (let p = 0; p < POSE_PARAMETERS; p++)
        plain[first + axis * rowLength + p] = byPose[axis * POSE_PARAMETERS + p]!;
    }
    const ux = byHead[0]!;
    const uy = byHead[1]!;
    const uz = byHead[2]!;
    const vx = byHead[3]!;
    const vy = byHead[4]!;
    const vz = byHead[5]!;
    const wx = byHead[6]!;
    const wy = byHead[7]!;
    const wz = byHead[8]!;
    let bx = at * stride;
    let by = bx + stride;
    let bz = by + stride;
    const ofShapes = first + POSE_PARAMETERS;
    for (let u = ofShapes; u < ofShapes + width; u++, bx++, by++, bz++) {
      const x = basis[bx]!;
      const y = basis[by]!;
      const z = basis[bz]!;
      plain[u] = ux * x + uy * y + uz * z;
      plain[u + rowLength] = vx * x + vy * y + vz * z;
      plain[u + 2 * rowLength] = wx * x + wy * y + wz * z;
    }
    const du = projected.u - foundPx[at]!;
    const dv = projected.v - foundPx[at + 1]!;
    const squared = (du * du + dv * dv) / (sigma * sigma);
    const robust = term.pinned.has(i) ? { cost: squared, weight: 1 } : cauchy(squared);
    normal.cost += robust.cost;
    const dz = depthSigma === 0 ? 0 : projected.depthPx - foundPx[at + 2]!;
    const robustDepth = depthSigma === 0 ? IGNORED : cauchy((dz * dz) / (depthSigma * depthSigma));
    normal.cost += robustDepth.cost;
    const weightUv = robust.weight / (sigma * sigma);
    const weightDepth = depthSigma === 0 ? 0 : robustDepth.weight / (depthSigma * depthSigma);
    for (let p = 0, u = first; p < size; p++, u++) {
      const v = u + rowLength;
      const depth = v + rowLength;
      const a = plain[u]! * weightUv;
      const b = plain[v]! * weightUv;
      const c = plain[depth]! * weightDepth;
      weighted[u] = a;
      weighted[v] = b;
      weighted[depth] = c;
      gradient[p]! += a * du + b * dv + c * dz;
    }
    if (++waiting < POINTS_AT_ONCE) continue;
    addOuterProducts(products, waiting);
    waiting = 0;
  }
  addOuterProducts(products, waiting);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) normal.hessian[i * size + j]! += products.sum[i * rowLength + j]!;
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

const IGNORED = { cost: 0, weight: 0 };

const CAUCHY_SQUARED = CAUCHY_SIGMAS * CAUCHY_SIGMAS;

/** ρ(r²) = c²·log(1 + r²/c²) and its derivative, for r² in squared standard deviations. */
export function cauchy(squared: number): { cost: number; weight: number } {
  const ratio = squared / CAUCHY_SQUARED;
  return { cost: CAUCHY_SQUARED * Math.log1p(ratio), weight: 1 / (1 + ratio) };
}
