/**
 * The hair as a shell of its own, cut out of the template that was wrapped on it.
 * in: topology, shell (N, 3), Head, m, how far hair covers each vertex (N) → out: shell; null where too little of the head
 * is covered.
 * Template faces rather than triangles of the surface: quads, the head's own texture layout at its full density, and the
 * same levels of detail. Faces with a corner beyond the edge belong to it, so that its border lies below the skin, so that what shows is where the two cut each other.
 */
import type { Points } from '../../camera/frames.ts';
import { selectQuads } from '../../mesh/append-shell.ts';
import { labelSets } from '../../mesh/mesh-checks.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import type { HairShell } from './head.ts';
import { EDGE } from './spread-hair.ts';
import { unfoldTriangles } from './unfold-triangles.ts';

/** Pieces of fewer faces than this share of the largest one are stray. */
const PIECE_SHARE = 0.15;
/** Share of the skin's faces below which what was found is stray. */
const LEAST_SHARE = 0.01;

export type HairInput = {
  topology: HeadTopology;
  graph: VertexGraph;
  shellHead: Points<'Head'>;
  coverage: Float32Array;
};

export function cutHair({ topology, graph, shellHead, coverage }: HairInput): HairShell | null {
  const { quads, quadGroups, groups } = topology;
  const skinGroup = groups.indexOf('skin');
  const found: number[] = [];
  let skinQuads = 0;
  for (let quad = 0; quad < quadGroups.length; quad++) {
    if (skinGroup !== -1 && quadGroups[quad] !== skinGroup) continue;
    skinQuads++;
    const most = Math.max(...[0, 1, 2, 3].map((k) => coverage[quads[quad * 4 + k]!]!));
    if (most > EDGE) found.push(quad);
  }
  const kept = keepLargePieces(topology, found);
  if (kept.length < LEAST_SHARE * skinQuads) return null;
  const cut = Uint32Array.from(kept);
  const positionsHead = shellHead.slice();
  const { triangles } = triangulateTopology(selectQuads(topology, cut, 'hair'));
  unfoldTriangles(positionsHead, triangles, graph, () => true);
  return { quads: cut, positionsHead, coverage };
}

function keepLargePieces({ quads, vertexCount }: HeadTopology, found: readonly number[]): number[] {
  const corners = found.flatMap((quad) => [...quads.subarray(quad * 4, quad * 4 + 4)]);
  const labels = labelSets(corners, 4, vertexCount);
  const sizes = new Map<number, number>();
  const labelOf = (quad: number): number => labels[quads[quad * 4]!]!;
  for (const quad of found) sizes.set(labelOf(quad), (sizes.get(labelOf(quad)) ?? 0) + 1);
  const least = PIECE_SHARE * Math.max(...sizes.values());
  return found.filter((quad) => sizes.get(labelOf(quad))! >= least);
}
