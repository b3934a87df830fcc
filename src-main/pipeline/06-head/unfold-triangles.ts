/**
 * Turns back triangles that the wrap has folded over their neighbours.
 * in: positions (N, 3) in place, triangles, graph, (N) which may move → out: how many folded triangles remain.
 * The vertices of such triangles (folded-triangles.ts) and the rings around them are moved to the mean of their neighbours, more rings the longer it lasts, until none is left.
 */
import type { Points } from '../../camera/frames.ts';
import { foldedTriangles } from '../../mesh/folded-triangles.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';

const PASSES = 40;
/** One more ring around a folded triangle is moved after this many passes. */
const PASSES_PER_RING = 8;

export function unfoldTriangles(
  positionsHead: Points<'Head'>,
  triangles: Uint32Array,
  graph: VertexGraph,
  mayMove: (vertex: number) => boolean,
): number {
  const isMovable = (triangle: number): boolean =>
    [0, 1, 2].some((k) => mayMove(triangles[triangle * 3 + k]!));
  for (let pass = 0; ; pass++) {
    const folded = foldedTriangles({ positionsHead, triangles }).filter(isMovable);
    if (folded.length === 0 || pass === PASSES) return folded.length;
    const moving = new Set<number>();
    for (const triangle of folded) {
      for (let k = 0; k < 3; k++) {
        moving.add(triangles[triangle * 3 + k]!);
      }
    }
    for (let ring = 0; ring <= pass / PASSES_PER_RING; ring++) {
      for (const v of [...moving]) {
        for (let e = graph.offsets[v]!; e < graph.offsets[v + 1]!; e++) moving.add(graph.neighbours[e]!);
      }
    }
    for (const v of moving) {
      if (!mayMove(v)) continue;
      const from = graph.offsets[v]!;
      const to = graph.offsets[v + 1]!;
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let e = from; e < to; e++) sum += positionsHead[graph.neighbours[e]! * 3 + k]!;
        positionsHead[v * 3 + k] = (positionsHead[v * 3 + k]! + sum / (to - from)) / 2;
      }
    }
  }
}
