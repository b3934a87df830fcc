/**
 * Levenberg–Marquardt with box bounds for a sum of robust squares.
 * start state + problem → state of lowest cost, costs per accepted step.
 *
 * The problem owns the state and says how a step moves it (rotations are no vectors) and which parameters sit at a
 * bound. Bounds are an active set: a parameter at its bound whose descent direction leaves the box is frozen for that
 * step, then `move` clamps. Damping is Marquardt's (multiples of the diagonal), because pixels, logarithms and
 * coefficients have different units. No clock and no randomness: the same input gives the same bytes.
 */
import { type NormalEquations, createNormalEquations, solveStep } from './normal-equations.ts';

export type Problem<State> = {
  parameterCount: number;
  cost(state: State): number;
  /** Fills H, g and the cost at `state`. */
  linearise(state: State, normal: NormalEquations): void;
  /** `state` moved by `step`, inside the bounds. */
  move(state: State, step: Float64Array): State;
  /** −1 at the lower bound, +1 at the upper, 0 free. */
  boundSide(state: State, parameter: number): -1 | 0 | 1;
};

export type MinimiseOptions = {
  maxIterations: number;
  /** Stops when a step lowers the cost by less than this fraction. */
  relativeTolerance: number;
};

export type Minimum<State> = { state: State; cost: number; iterations: number };

/** Marquardt's λ: small, because all problems here start near the minimum or are well conditioned by their priors. */
const FIRST_DAMPING = 1e-3;
const MIN_DAMPING = 1e-7;
/** Beyond this damping a step is shorter than rounding; the minimum is found. */
const MAX_DAMPING = 1e6;

export function minimise<State>(
  start: State,
  problem: Problem<State>,
  options: MinimiseOptions,
): Minimum<State> {
  let state = start;
  let damping = FIRST_DAMPING;
  let cost = Number.POSITIVE_INFINITY;
  let iterations = 0;
  while (iterations < options.maxIterations) {
    iterations++;
    const normal = createNormalEquations(problem.parameterCount);
    problem.linearise(state, normal);
    cost = normal.cost;
    const frozen = frozenParameters(problem, state, normal);
    let accepted: { state: State; cost: number } | null = null;
    while (accepted === null && damping <= MAX_DAMPING) {
      const step = solveStep(normal, damping, frozen);
      const candidate = step === null ? null : problem.move(state, step);
      const candidateCost = candidate === null ? Number.POSITIVE_INFINITY : problem.cost(candidate);
      if (candidate !== null && candidateCost < cost) accepted = { state: candidate, cost: candidateCost };
      damping = accepted === null ? damping * 8 : Math.max(MIN_DAMPING, damping / 4);
    }
    if (accepted === null) break;
    const gain = (cost - accepted.cost) / Math.max(cost, Number.MIN_VALUE);
    state = accepted.state;
    cost = accepted.cost;
    if (gain < options.relativeTolerance) break;
  }
  return { state, cost, iterations };
}

function frozenParameters<State>(problem: Problem<State>, state: State, normal: NormalEquations): Uint8Array {
  const frozen = new Uint8Array(problem.parameterCount);
  for (let i = 0; i < frozen.length; i++) {
    const side = problem.boundSide(state, i);
    // The step goes along −gradient, so a gradient against the bound's side pushes out of the box.
    if (side !== 0 && normal.gradient[i]! * side < 0) frozen[i] = 1;
  }
  return frozen;
}
