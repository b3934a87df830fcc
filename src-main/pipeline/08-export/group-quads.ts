/**
 * A template with separate texture indices → its faces by group, as quads with texture indices of their own.
 * in: topology (N vertices) → out per group: (M) template vertex, ascending, (F, 4) vertices, (T, 2) uv, (F, 4) uvs.
 * What programs for modelling take: no vertex is repeated at a uv seam.
 */
import type { HeadTopology } from '../../mesh/mesh.ts';

export type GroupQuads = {
  group: number;
  /** (M) template vertex of each vertex. */
  vertices: Uint32Array;
  /** (F, 4) indices into `vertices`; the last two are equal in a triangle. */
  quads: Uint32Array;
  uvs: Float32Array;
  /** (F, 4) indices into `uvs`. */
  quadUvs: Uint32Array;
};

/** Groups without faces are left out. */
export function groupQuads(topology: HeadTopology): GroupQuads[] {
  return topology.groups.flatMap((_, group) => {
    const corners: number[] = [];
    topology.quadGroups.forEach((of, quad) => {
      if (of === group) corners.push(quad * 4, quad * 4 + 1, quad * 4 + 2, quad * 4 + 3);
    });
    if (corners.length === 0) return [];
    const [vertices, quads] = renumber(corners.map((corner) => topology.quads[corner]!));
    const [uvIndices, quadUvs] = renumber(corners.map((corner) => topology.quadUvs[corner]!));
    const uvs = new Float32Array(uvIndices.length * 2);
    uvIndices.forEach((uv, i) => uvs.set(topology.uvs.subarray(uv * 2, uv * 2 + 2), i * 2));
    return [{ group, vertices, quads, uvs, quadUvs }];
  });
}

/** The different values, ascending, and where each of `indices` stands among them. */
function renumber(indices: number[]): [used: Uint32Array, renumbered: Uint32Array] {
  const used = Uint32Array.from(new Set(indices)).sort();
  const placeOf = new Map<number, number>();
  used.forEach((value, place) => placeOf.set(value, place));
  return [used, Uint32Array.from(indices, (value) => placeOf.get(value)!)];
}
