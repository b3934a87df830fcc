/**
 * Takes a move back where it makes the skin cut itself or turns triangles over: the last resort.
 * in: base head (N, 3), moved head (N, 3), Head, m, in place, tree over the skin's triangles, graph → out: triangles that
 * still do so, and do not in the base head.
 * Averaging (relax-tangles.ts) mends what is crumpled. It cannot mend a move that is too large for the room that it has: the
 * bag of the mouth behind a cheek that the fit has brought a centimetre further in. There the move becomes smaller,
 * most at the cut and by nothing some millimetres around it, the wider the longer it lasts.
 */
import type { Points } from '../../../camera/frames.ts';
import { flippedTriangles } from '../../../mesh/flipped-triangles.ts';
import { findSelfIntersections } from '../../../mesh/self-intersections.ts';
import { refitTriangleBvh, type TriangleBvh } from '../../../mesh/triangle-bvh.ts';
import type { VertexGraph } from '../../../mesh/vertex-graph.ts';
import { distancesTo } from '../distances-to.ts';

/** How far around a cut the move becomes smaller, and what each further pass adds, m. */
const REACH_M = 0.006;
const WIDER_M = 0.001;
/** What the first pass takes off the move at the cut itself, each further one this much more. */
const STEP = 0.1;
const PASSES = 16;

/** `bvh` is over the skin, at any positions of the same vertices. */
export function dampTangles(
  base: Points<'Head'>,
  moved: Points<'Head'>,
  bvh: TriangleBvh,
  graph: VertexGraph,
): number {
  const { triangles } = bvh.mesh;
  let known: Set<string> | null = null;
  for (let pass = 0; ; pass++) {
    const pairs = findSelfIntersections(refitTriangleBvh(bvh, moved));
    if (pairs.length > 0) known ??= new Set(pairNames(findSelfIntersections(refitTriangleBvh(bvh, base))));
    const cut = pairNames(pairs).flatMap((name, i) =>
      known!.has(name) ? [] : [pairs[i * 2]!, pairs[i * 2 + 1]!],
    );
    const wrong = new Set([...cut, ...flippedTriangles(base, moved, triangles, graph)]);
    if (wrong.size === 0 || pass === PASSES) return wrong.size;
    const corners = [...new Set([...wrong].flatMap((t) => [...triangles.subarray(t * 3, t * 3 + 3)]))];
    const reach = REACH_M + pass * WIDER_M;
    const step = Math.min(1, STEP * (pass + 1));
    distancesTo(base, corners, reach).forEach((distance, v) => {
      const kept = 1 - step * (1 - (distance / reach) ** 2);
      for (let i = v * 3; i < v * 3 + 3; i++) moved[i] = base[i]! + kept * (moved[i]! - base[i]!);
    });
  }
}

function pairNames(pairs: Uint32Array): string[] {
  return Array.from({ length: pairs.length / 2 }, (_, i) => `${pairs[i * 2]} ${pairs[i * 2 + 1]}`);
}
