/**
 * Takes the relief off the template where hair hides it: an ear under hair has no shape on the surface.
 * in: template (N, 3), Head, m, its graph, (N) in [0, 1] how far a vertex is moved, passes → out: (N, 3) with those
 * vertices relaxed into what is around them, everything else untouched. An ear of 16 rings lies flat after 120 passes.
 * Without it the back of an ear and the ear itself are drawn to the same strip of hair and fold over each other.
 */
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';

export function flattenRelief(
  positionsHead: Points<'Head'>,
  graph: VertexGraph,
  share: Float32Array,
  passes: number,
): Points<'Head'> {
  const moving = [...share.keys()].filter((i) => share[i]! > 0);
  const p = Float64Array.from(positionsHead);
  const next = new Float64Array(moving.length * 3);
  for (let pass = 0; pass < passes; pass++) {
    moving.forEach((i, slot) => {
      const from = graph.offsets[i]!;
      const to = graph.offsets[i + 1]!;
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let e = from; e < to; e++) sum += p[graph.neighbours[e]! * 3 + k]!;
        next[slot * 3 + k] = p[i * 3 + k]! + share[i]! * (sum / (to - from) - p[i * 3 + k]!);
      }
    });
    moving.forEach((i, slot) => p.set(next.subarray(slot * 3, slot * 3 + 3), i * 3));
  }
  return Float32Array.from(p);
}
