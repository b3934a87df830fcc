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
    for (let slot = 0, at = 0; slot < moving.length; slot++, at += 3) {
      const i = moving[slot]!;
      const from = graph.offsets[i]!;
      const to = graph.offsets[i + 1]!;
      let x = 0;
      let y = 0;
      let z = 0;
      for (let e = from; e < to; e++) {
        const other = graph.neighbours[e]! * 3;
        x += p[other]!;
        y += p[other + 1]!;
        z += p[other + 2]!;
      }
      const count = to - from;
      const own = share[i]!;
      next[at] = p[i * 3]! + own * (x / count - p[i * 3]!);
      next[at + 1] = p[i * 3 + 1]! + own * (y / count - p[i * 3 + 1]!);
      next[at + 2] = p[i * 3 + 2]! + own * (z / count - p[i * 3 + 2]!);
    }
    for (let slot = 0, at = 0; slot < moving.length; slot++, at += 3) {
      const i = moving[slot]! * 3;
      p[i] = next[at]!;
      p[i + 1] = next[at + 1]!;
      p[i + 2] = next[at + 2]!;
    }
  }
  return Float32Array.from(p);
}
