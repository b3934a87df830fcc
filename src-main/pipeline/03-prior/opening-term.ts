/**
 * How far mouth and eyes are open: residuals of the vector from one landmark to the one across the slit.
 * landmark term, state → rows of the normal equations.
 *
 * The detector misplaces upper and lower lip, or both lids, together; what lies between them it sees much better than where
 * they are. By single landmarks alone, each with the noise of its place, a long face was fitted by an opened jaw.
 */
import { type NormalEquations, addRow } from './normal-equations.ts';
import {
  type FitState,
  type ImageFrame,
  POSE_PARAMETERS,
  type ProjectedPoint,
  createProjectedPoint,
  projectWithDerivatives,
} from './fit-state.ts';
import { OPENINGS } from './landmark-sets.ts';
import { type LandmarkTerm, cauchy } from './landmark-terms.ts';
import { evaluatePoints, type PointBasis } from './point-basis.ts';

/** Standard deviation of an opening as a share of those of its two landmarks. */
const OPENING_NOISE = 0.25;

type Opening = readonly [upper: number, lower: number];

/** Adds the rows at `state`; none to equations of the pose alone, which an opening says next to nothing about. */
export function addOpeningRows(
  normal: NormalEquations,
  term: LandmarkTerm,
  state: FitState,
  image: ImageFrame,
): void {
  if (normal.size === POSE_PARAMETERS) return;
  const positions = evaluatePoints(term.points, state.coefficients);
  const upper = createProjectedPoint();
  const lower = createProjectedPoint();
  const row = new Float64Array(normal.size);
  for (const opening of OPENINGS) {
    const sigma = sigmaOf(term, opening);
    if (sigma === 0) continue;
    const residual = project(term, opening, positions, state, image, upper, lower);
    const { cost, weight } = cauchy((residual[0] ** 2 + residual[1] ** 2) / sigma ** 2);
    normal.cost += cost;
    for (const axis of [0, 1] as const) {
      row.fill(0);
      addDerivatives(row, 1, term.points, opening[0], upper, axis);
      addDerivatives(row, -1, term.points, opening[1], lower, axis);
      addRow(normal, row, residual[axis], weight / sigma ** 2);
    }
  }
}

/** The cost that {@link addOpeningRows} adds. */
export function openingCost(
  term: LandmarkTerm,
  state: FitState,
  image: ImageFrame,
  poseOnly: boolean,
): number {
  if (poseOnly) return 0;
  const positions = evaluatePoints(term.points, state.coefficients);
  const upper = createProjectedPoint();
  const lower = createProjectedPoint();
  let sum = 0;
  for (const opening of OPENINGS) {
    const sigma = sigmaOf(term, opening);
    if (sigma === 0) continue;
    const [du, dv] = project(term, opening, positions, state, image, upper, lower);
    sum += cauchy((du * du + dv * dv) / sigma ** 2).cost;
  }
  return sum;
}

/** px; 0 where one of the two is ignored. Trust, doubt near pins and pins themselves are in those of the landmarks. */
function sigmaOf({ sigmaPx }: LandmarkTerm, [a, b]: Opening): number {
  return sigmaPx[a] === 0 || sigmaPx[b] === 0 ? 0 : OPENING_NOISE * Math.hypot(sigmaPx[a]!, sigmaPx[b]!);
}

/** Fills both projections → the vector between them less that between the found two (u, v), px. */
function project(
  { foundPx }: LandmarkTerm,
  [a, b]: Opening,
  positions: Float64Array,
  state: FitState,
  image: ImageFrame,
  upper: ProjectedPoint,
  lower: ProjectedPoint,
): [number, number] {
  const at = (landmark: number, out: ProjectedPoint): void =>
    projectWithDerivatives(
      state,
      image,
      positions[landmark * 3]!,
      positions[landmark * 3 + 1]!,
      positions[landmark * 3 + 2]!,
      out,
    );
  at(a, upper);
  at(b, lower);
  return [
    upper.u - lower.u - (foundPx[a * 3]! - foundPx[b * 3]!),
    upper.v - lower.v - (foundPx[a * 3 + 1]! - foundPx[b * 3 + 1]!),
  ];
}

/** row += sign · derivatives of u (axis 0) or v (axis 1) of a landmark by all parameters. */
function addDerivatives(
  row: Float64Array,
  sign: 1 | -1,
  { basis, identityCount, expressionCount }: PointBasis,
  landmark: number,
  { byHead, byPose }: ProjectedPoint,
  axis: 0 | 1,
): void {
  const stride = identityCount + expressionCount;
  const base = landmark * 3 * stride;
  const [x, y, z] = [byHead[axis * 3]!, byHead[axis * 3 + 1]!, byHead[axis * 3 + 2]!];
  for (let p = 0; p < POSE_PARAMETERS; p++) row[p]! += sign * byPose[axis * POSE_PARAMETERS + p]!;
  for (let k = 0; k < stride; k++) {
    row[POSE_PARAMETERS + k]! +=
      sign * (x * basis[base + k]! + y * basis[base + stride + k]! + z * basis[base + 2 * stride + k]!);
  }
}
