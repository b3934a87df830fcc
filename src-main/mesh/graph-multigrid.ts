/**
 * Aggregation multigrid for the systems of `vertex-graph.ts`: (C + Σ w (e_i − e_j)(e_i − e_j)ᵀ) x = b with C ≥ 0 diagonal.
 *
 * In: graph, confidence (N). Out: a symmetric positive definite preconditioner: b → about x, for three right sides at once
 * ({@link LANES}, interleaved: one pass over the edges serves all, and three independent sums hide the latency of one).
 * Levels come from `coarsen-graph.ts`. One V-cycle: Gauss–Seidel forwards on the way down, backwards on the way up. Constant
 * pieces correct too little, so corrections are scaled up (Braess 1995).
 */
import { coarsenFully, countOf, type GraphLevel } from './coarsen-graph.ts';
import type { VertexGraph } from './vertex-graph.ts';

/** Right sides that are solved together. */
export const LANES = 3;

/** One level with what a set of confidences makes of it; `x` is the answer to `b`, (N, LANES). */
export type SystemLevel = GraphLevel & {
  /** (N) of the matrix, and 1 / it, 0 where it is 0. */
  diagonal: Float64Array;
  inverse: Float64Array;
  b: Float64Array;
  x: Float64Array;
};

/** Double sweeps on the coarsest level. */
const COARSEST_SWEEPS = 8;
/** Found on fields of 12k-vertex heads: 1 takes a third more steps, 1.8 no fewer. */
const CORRECTION_SCALE = 1.5;

const known = new WeakMap<VertexGraph, GraphLevel[]>();

/** Coarsening depends on the graph alone and is made once for each. */
export function buildSystem(graph: VertexGraph, confidence: Float32Array): SystemLevel[] {
  let levels = known.get(graph);
  if (levels === undefined) known.set(graph, (levels = coarsenFully(graph)));
  let own = new Float64Array(confidence);
  return levels.map((level) => {
    const { vertexCount, offsets, weights, aggregates } = level;
    const diagonal = own.slice();
    for (let i = 0; i < vertexCount; i++) {
      for (let e = offsets[i]!; e < offsets[i + 1]!; e++) diagonal[i] = diagonal[i]! + weights[e]!;
    }
    if (aggregates !== null) {
      const coarse = new Float64Array(countOf(aggregates));
      aggregates.forEach((aggregate, i) => (coarse[aggregate] = coarse[aggregate]! + own[i]!));
      own = coarse;
    }
    const size = vertexCount * LANES;
    const inverse = diagonal.map((value) => (value > 0 ? 1 / value : 0));
    return { ...level, diagonal, inverse, b: new Float64Array(size), x: new Float64Array(size) };
  });
}

/** Writes the answer to `levels[depth].b` into `levels[depth].x`. */
export function runCycle(levels: readonly SystemLevel[], depth = 0): void {
  const level = levels[depth]!;
  const coarse = levels[depth + 1];
  sweepFromZero(level);
  if (coarse === undefined) {
    for (let round = 0; round < COARSEST_SWEEPS; round++) {
      if (round > 0) sweepForwards(level);
      sweepBackwards(level);
    }
    return;
  }
  restrictResidual(level, coarse);
  runCycle(levels, depth + 1);
  const { x, aggregates } = level;
  for (let i = 0, at = 0; i < level.vertexCount; i++, at += LANES) {
    const from = aggregates![i]! * LANES;
    x[at] = x[at]! + CORRECTION_SCALE * coarse.x[from]!;
    x[at + 1] = x[at + 1]! + CORRECTION_SCALE * coarse.x[from + 1]!;
    x[at + 2] = x[at + 2]! + CORRECTION_SCALE * coarse.x[from + 2]!;
  }
  sweepBackwards(level);
}

/** out ← A x for `LANES` vectors; returns xᵀ A x of each. */
export function applySystem(level: SystemLevel, x: Float64Array, out: Float64Array): number[] {
  const { vertexCount, offsets, neighbours, weights, diagonal } = level;
  let [dot0, dot1, dot2] = [0, 0, 0];
  for (let i = 0, at = 0; i < vertexCount; i++, at += LANES) {
    const own = diagonal[i]!;
    let s0 = own * x[at]!;
    let s1 = own * x[at + 1]!;
    let s2 = own * x[at + 2]!;
    const end = offsets[i + 1]!;
    for (let e = offsets[i]!; e < end; e++) {
      const w = weights[e]!;
      const from = neighbours[e]! * LANES;
      s0 -= w * x[from]!;
      s1 -= w * x[from + 1]!;
      s2 -= w * x[from + 2]!;
    }
    out[at] = s0;
    out[at + 1] = s1;
    out[at + 2] = s2;
    dot0 += s0 * x[at]!;
    dot1 += s1 * x[at + 1]!;
    dot2 += s2 * x[at + 2]!;
  }
  return [dot0, dot1, dot2];
}

/** Gauss–Seidel over all vertices, first to last; vertices without edges and confidence stay 0. */
function sweepForwards(level: SystemLevel): void {
  sweep(level, 0, 1, level.offsets.subarray(1));
}

/** The same, last to first. */
function sweepBackwards(level: SystemLevel): void {
  sweep(level, level.vertexCount - 1, -1, level.offsets.subarray(1));
}

/** A forward sweep that starts from x = 0: later neighbours add nothing yet. */
function sweepFromZero(level: SystemLevel): void {
  sweep(level, 0, 1, level.laterFrom);
}

/** From vertex `first` on by `step`; of vertex i the edges before `ends[i]` count. */
function sweep(level: SystemLevel, first: number, step: 1 | -1, ends: SystemLevel['offsets']): void {
  const { vertexCount, offsets, neighbours, weights, inverse, b, x } = level;
  for (
    let done = 0, i = first, at = first * LANES;
    done < vertexCount;
    done++, i += step, at += step * LANES
  ) {
    let s0 = b[at]!;
    let s1 = b[at + 1]!;
    let s2 = b[at + 2]!;
    const end = ends[i]!;
    for (let e = offsets[i]!; e < end; e++) {
      const w = weights[e]!;
      const from = neighbours[e]! * LANES;
      s0 += w * x[from]!;
      s1 += w * x[from + 1]!;
      s2 += w * x[from + 2]!;
    }
    const scale = inverse[i]!;
    x[at] = s0 * scale;
    x[at + 1] = s1 * scale;
    x[at + 2] = s2 * scale;
  }
}

/** After {@link sweepFromZero} the residual of a vertex is what its later neighbours have become since. */
function restrictResidual(level: SystemLevel, coarse: SystemLevel): void {
  const { vertexCount, offsets, laterFrom, neighbours, weights, x } = level;
  const aggregates = level.aggregates!;
  const { b } = coarse;
  b.fill(0);
  for (let i = 0; i < vertexCount; i++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    const end = offsets[i + 1]!;
    for (let e = laterFrom[i]!; e < end; e++) {
      const w = weights[e]!;
      const from = neighbours[e]! * LANES;
      s0 += w * x[from]!;
      s1 += w * x[from + 1]!;
      s2 += w * x[from + 2]!;
    }
    const to = aggregates[i]! * LANES;
    b[to] = b[to]! + s0;
    b[to + 1] = b[to + 1]! + s1;
    b[to + 2] = b[to + 2]! + s2;
  }
}
