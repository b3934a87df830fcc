/**
 * Outline residuals of the MAP fit: distance along the image normal from mesh outline to mask edge.
 * points (M) of the matched outline, state → rows of the normal equations.
 *
 * The point stays on its triangle while the shape moves; matches are renewed between minimisations (as in ICP).
 */
import {
  type FitState,
  type ImageFrame,
  POSE_PARAMETERS,
  createProjectedPoint,
  projectWithDerivatives,
} from './fit-state.ts';
import { cauchy } from './landmark-terms.ts';
import type { OutlineMatch } from './match-outline.ts';
import { type NormalEquations, addRow } from './normal-equations.ts';
import { type PointBasis, evaluatePoints } from './point-basis.ts';

export type OutlineTerm = { points: PointBasis; match: OutlineMatch; sigmaPx: number };

/** Signed distance outside the mask's edge, px; 0 for a bound that holds. */
function outlineResidual(match: OutlineMatch, i: number, u: number, v: number): number {
  const distance =
    match.normalPx[i * 2]! * (u - match.edgePx[i * 2]!) +
    match.normalPx[i * 2 + 1]! * (v - match.edgePx[i * 2 + 1]!);
  return match.isBound[i] === 1 ? Math.max(0, distance) : distance;
}

export function addOutlineRows(
  normal: NormalEquations,
  term: OutlineTerm,
  state: FitState,
  image: ImageFrame,
): void {
  const { points, match, sigmaPx } = term;
  const width = normal.size - POSE_PARAMETERS;
  const stride = points.identityCount + points.expressionCount;
  const positions = evaluatePoints(points, state.coefficients);
  const projected = createProjectedPoint();
  const row = new Float64Array(normal.size);
  for (let i = 0; i < points.count; i++) {
    const at = i * 3;
    projectWithDerivatives(state, image, positions[at]!, positions[at + 1]!, positions[at + 2]!, projected);
    const residual = outlineResidual(match, i, projected.u, projected.v);
    if (residual === 0) continue;
    const nx = match.normalPx[i * 2]!;
    const ny = match.normalPx[i * 2 + 1]!;
    const { byHead, byPose } = projected;
    for (let p = 0; p < POSE_PARAMETERS; p++) row[p] = nx * byPose[p]! + ny * byPose[POSE_PARAMETERS + p]!;
    const gx = nx * byHead[0]! + ny * byHead[3]!;
    const gy = nx * byHead[1]! + ny * byHead[4]!;
    const gz = nx * byHead[2]! + ny * byHead[5]!;
    const base = at * stride;
    for (let k = 0; k < width; k++) {
      row[POSE_PARAMETERS + k] =
        gx * points.basis[base + k]! +
        gy * points.basis[base + stride + k]! +
        gz * points.basis[base + 2 * stride + k]!;
    }
    const robust = cauchy((residual * residual) / (sigmaPx * sigmaPx));
    addRow(normal, row, residual, robust.weight / (sigmaPx * sigmaPx));
    normal.cost += robust.cost;
  }
}

export function outlineCost(term: OutlineTerm, state: FitState, image: ImageFrame): number {
  const positions = evaluatePoints(term.points, state.coefficients);
  const projected = createProjectedPoint();
  let cost = 0;
  for (let i = 0; i < term.points.count; i++) {
    const at = i * 3;
    projectWithDerivatives(state, image, positions[at]!, positions[at + 1]!, positions[at + 2]!, projected);
    const residual = outlineResidual(term.match, i, projected.u, projected.v) / term.sigmaPx;
    cost += cauchy(residual * residual).cost;
  }
  return cost;
}
