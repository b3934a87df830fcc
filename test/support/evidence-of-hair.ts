import type { TriangleMesh } from '../../src-main/mesh/mesh.ts';
import { buildVertexGraph } from '../../src-main/mesh/vertex-graph.ts';
import { vertexNormals } from '../../src-main/mesh/vertex-normals.ts';
import type { HairEvidence } from '../../src-main/pipeline/06-head/find-hair.ts';
import type { View } from '../../src-main/pipeline/04-views/views.ts';

/** What stage 06 asks hair of: M, views of it, and a surface that stands off M by `growth` along the normals. */
export function evidenceOfHair(
  mesh: TriangleMesh,
  growth: Float32Array,
  views: readonly View[],
): Omit<HairEvidence, 'hairShare' | 'isHairTold'> {
  return {
    positionsHead: mesh.positionsHead,
    outward: vertexNormals(mesh),
    graph: buildVertexGraph(mesh),
    growth,
    distances: growth,
    surfaceHead: mesh.positionsHead,
    views,
  };
}
