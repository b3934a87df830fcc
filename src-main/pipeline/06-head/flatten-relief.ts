/**
 * Takes the relief off the template where hair covers it: an ear under hair has no shape on the surface.
 * in: template (N, 3), Head, m, its graph, normals and outward directions, coverage (N) → out: (N, 3) with covered folds
 * relaxed into the scalp around them, everything else untouched.
 * Without it the back of an ear and the ear itself are drawn to the same strip of hair and fold over each other.
 */
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';

/** A vertex belongs to a fold when its normal leaves the outward direction by more than 60°; fully by 80°. */
const FOLD_COSINES = [0.5, 0.17] as const;
/** Rings over which a fold reaches the vertices between its flanks: an ear is about 16 rings across. */
const FOLD_RINGS = 8;
const RING_DECAY = 0.93;
/** Passes after which an ear of 16 rings lies flat. */
const PASSES = 120;

export function flattenRelief(
  positionsHead: Points<'Head'>,
  graph: VertexGraph,
  normals: Float32Array,
  outward: Points<'Head'>,
  coverage: Float32Array,
): Points<'Head'> {
  const amount = spreadFolds(graph, normals, outward, coverage);
  const moving = [...amount.keys()].filter((i) => amount[i]! > 0);
  const p = Float64Array.from(positionsHead);
  const next = new Float64Array(moving.length * 3);
  for (let pass = 0; pass < PASSES; pass++) {
    moving.forEach((i, slot) => {
      const from = graph.offsets[i]!;
      const to = graph.offsets[i + 1]!;
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let e = from; e < to; e++) sum += p[graph.neighbours[e]! * 3 + k]!;
        next[slot * 3 + k] = p[i * 3 + k]! + amount[i]! * (sum / (to - from) - p[i * 3 + k]!);
      }
    });
    moving.forEach((i, slot) => p.set(next.subarray(slot * 3, slot * 3 + 3), i * 3));
  }
  return Float32Array.from(p);
}

/** (N) in [0, 1]: how much of a covered fold a vertex belongs to. */
function spreadFolds(
  graph: VertexGraph,
  normals: Float32Array,
  outward: Points<'Head'>,
  coverage: Float32Array,
): Float32Array {
  let folds = coverage.map((_, i) => {
    const at = i * 3;
    const cosine =
      normals[at]! * outward[at]! + normals[at + 1]! * outward[at + 1]! + normals[at + 2]! * outward[at + 2]!;
    return Math.min(Math.max((FOLD_COSINES[0] - cosine) / (FOLD_COSINES[0] - FOLD_COSINES[1]), 0), 1);
  });
  for (let ring = 0; ring < FOLD_RINGS; ring++) {
    folds = folds.map((own, i) => {
      let most = own;
      for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++) {
        most = Math.max(most, RING_DECAY * folds[graph.neighbours[e]!]!);
      }
      return most;
    });
  }
  return folds.map((fold, i) => fold * coverage[i]!);
}
