/**
 * Triangles that a move has turned over.
 * in: base head (N, 3), moved head (N, 3), Head, m, triangles, graph → out: indices of triangles, ascending.
 * A triangle and what is around it turn as one, up to how they are bent: a triangle whose normal is more than 90° off the one that it
 * would have if it had turned as its corners and their neighbours have (least squares) lies upside down. A crease that becomes sharper
 * than 90°, as lids and lips do in a blink or a smile (folded-triangles.ts), is none.
 */
import type { Points } from '../camera/frames.ts';
import { alignSimilarity } from './align-rigid.ts';
import { faceNormals } from './face-normals.ts';
import { foldedTriangles } from './folded-triangles.ts';
import type { VertexGraph } from './vertex-graph.ts';

export function flippedTriangles(
  base: Points<'Head'>,
  moved: Points<'Head'>,
  triangles: Uint32Array,
  { offsets, neighbours }: VertexGraph,
): number[] {
  const folded = foldedTriangles({ positionsHead: moved, triangles });
  if (folded.length === 0) return [];
  const corners = (t: number): Uint32Array => triangles.subarray(t * 3, t * 3 + 3);
  const shown = Uint32Array.from(folded.flatMap((t) => [...corners(t)]));
  const before = faceNormals({ positionsHead: base, triangles: shown });
  const after = faceNormals({ positionsHead: moved, triangles: shown });
  return folded.filter((t, i) => {
    const around = [
      ...new Set([...corners(t)].flatMap((v) => [v, ...neighbours.subarray(offsets[v], offsets[v + 1])])),
    ];
    const placesOf = (head: Points<'Head'>): number[] =>
      around.flatMap((v) => [...head.subarray(v * 3, v * 3 + 3)]);
    const weights = around.map(() => 1);
    const { rotation } = alignSimilarity(placesOf(base), placesOf(moved), weights, { fixedScale: 1 });
    let cosine = 0;
    for (let row = 0; row < 3; row++)
      for (let k = 0; k < 3; k++) cosine += after[i * 3 + row]! * rotation[row * 3 + k]! * before[i * 3 + k]!;
    return cosine < 0;
  });
}
