/**
 * Lets the last ring of the hair's shell lie along the line at which hair ends, instead of along the template's edges.
 * in: (N, 3), Head, m, graph, coverage (N) in [0, 1] → out: (N, 3); vertices beside that line, on its outside, have moved to
 * where it crosses their edges.
 * At the nape edges are 15 mm long, so that a border along them is a staircase.
 */
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { EDGE } from './spread-hair.ts';

/** Of an edge, so that no face loses its area. */
const SHARE_MAX = 0.65;

export function slideBorder(
  positionsHead: Points<'Head'>,
  { offsets, neighbours }: VertexGraph,
  coverage: Float32Array,
  isFixed: ReadonlySet<number>,
): Points<'Head'> {
  const out = positionsHead.slice();
  for (let v = 0; v < coverage.length; v++) {
    const own = coverage[v]!;
    if (own >= EDGE || isFixed.has(v)) continue;
    const inside = [...neighbours.subarray(offsets[v], offsets[v + 1])].filter((j) => coverage[j]! > EDGE);
    for (const j of inside) {
      const share = Math.min(SHARE_MAX, (EDGE - own) / (coverage[j]! - own)) / inside.length;
      for (let k = 0; k < 3; k++) {
        const way = positionsHead[j * 3 + k]! - positionsHead[v * 3 + k]!;
        out[v * 3 + k] = out[v * 3 + k]! + share * way;
      }
    }
  }
  return out;
}
