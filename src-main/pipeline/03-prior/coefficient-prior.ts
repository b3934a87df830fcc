/**
 * The "A PRIORI" of the MAP fit: −log p(identity, expression, focal length), up to a constant.
 *
 * Identity: unit normal, which is how the model's coefficients are scaled. Expression: non-negative, mostly zero
 * (an exponential plus a normal prior), and left and right units like each other; gaze is conjugate, so the left
 * eye's "out" goes with the right eye's "in". Focal length: log-normal.
 */
import { type NormalEquations, addPrior } from './normal-equations.ts';
import { type FitState, POSE_PARAMETERS } from './fit-state.ts';

export type CoefficientPrior = {
  identityCount: number;
  expressionCount: number;
  /** Pairs of expression indices that act together. */
  pairs: [number, number][];
  focalPx: number;
  /** Standard deviation of log f. */
  focalLogSigma: number;
};

/** One unit is a full grimace; a portrait moves a unit by a third of that. */
const EXPRESSION_SIGMA = 0.35;
/** Strength of the pull to zero, in −log p per unit: an unused unit stays at 0 instead of fitting noise. */
const EXPRESSION_SPARSITY = 1;
/** How far left and right differ: a raised brow or a wink is possible but has to be seen. */
const PAIR_SIGMA = 0.15;

const GAZE_PAIRS = [
  ['eyeLookOutLeft', 'eyeLookInRight'],
  ['eyeLookInLeft', 'eyeLookOutRight'],
] as const;

/** Index pairs of expressions that act together. */
export function pairExpressions(names: readonly string[]): [number, number][] {
  const index = new Map(names.map((name, i) => [name, i]));
  const pairs: [number, number][] = [];
  const add = (left: string, right: string): void => {
    const a = index.get(left);
    const b = index.get(right);
    if (a !== undefined && b !== undefined) pairs.push([a, b]);
  };
  for (const name of names) {
    const sideways = name.startsWith('eyeLookIn') || name.startsWith('eyeLookOut');
    if (name.endsWith('Left') && !sideways) add(name, `${name.slice(0, -'Left'.length)}Right`);
  }
  for (const [left, right] of GAZE_PAIRS) add(left, right);
  return pairs;
}

/** Adds the prior's rows; only the focal length's when the equations hold the pose alone. */
export function addPriorRows(normal: NormalEquations, prior: CoefficientPrior, state: FitState): void {
  addPrior(normal, 6, -1, Math.log(state.focalPx / prior.focalPx), 1 / prior.focalLogSigma ** 2);
  if (normal.size === POSE_PARAMETERS) return;
  const c = state.coefficients;
  for (let k = 0; k < prior.identityCount; k++) addPrior(normal, POSE_PARAMETERS + k, -1, c[k]!, 1);
  const first = prior.identityCount;
  for (let e = 0; e < prior.expressionCount; e++) {
    addPrior(normal, POSE_PARAMETERS + first + e, -1, c[first + e]!, 1 / EXPRESSION_SIGMA ** 2);
    // Linear because weights are ≥ 0; the gradient here is half the cost's, as everywhere.
    normal.gradient[POSE_PARAMETERS + first + e]! += EXPRESSION_SPARSITY;
    normal.cost += 2 * EXPRESSION_SPARSITY * c[first + e]!;
  }
  for (const [a, b] of prior.pairs) {
    const i = POSE_PARAMETERS + first + a;
    const j = POSE_PARAMETERS + first + b;
    addPrior(normal, i, j, c[first + a]! - c[first + b]!, 1 / PAIR_SIGMA ** 2);
  }
}

export function priorCost(prior: CoefficientPrior, state: FitState, poseOnly: boolean): number {
  let cost = (Math.log(state.focalPx / prior.focalPx) / prior.focalLogSigma) ** 2;
  if (poseOnly) return cost;
  const c = state.coefficients;
  for (let k = 0; k < prior.identityCount; k++) cost += c[k]! * c[k]!;
  const first = prior.identityCount;
  for (let e = 0; e < prior.expressionCount; e++) {
    cost += (c[first + e]! / EXPRESSION_SIGMA) ** 2 + 2 * EXPRESSION_SPARSITY * c[first + e]!;
  }
  for (const [a, b] of prior.pairs) cost += ((c[first + a]! - c[first + b]!) / PAIR_SIGMA) ** 2;
  return cost;
}
