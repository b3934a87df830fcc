/**
 * A template with separate texture indices → one indexed triangle list per face group, as glTF wants it.
 * in: topology (N vertices) → out per group: (M) template vertex, (M, 2) uv, (F, 3).
 * glTF 2.0 §3.7.2: all attributes share one index, so a vertex is repeated for each uv it has. Normals are looked up by
 * template vertex: computed after splitting they would show each seam as a crease.
 */
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';

export type GroupMesh = {
  group: number;
  /** (M) template vertex of each vertex. */
  vertices: Uint32Array;
  uvs: Float32Array;
  triangles: Uint32Array;
};

/** Groups without faces are left out. */
export function splitSeams(topology: HeadTopology): GroupMesh[] {
  const { triangles, triangleUvs, triangleGroups } = triangulateTopology(topology);
  const uvCount = topology.uvs.length / 2;
  return topology.groups.flatMap((_, group) => {
    const sources: [vertex: number, uv: number][] = [];
    const indexOf = new Map<number, number>();
    const indices: number[] = [];
    for (let corner = 0; corner < triangles.length; corner++) {
      if (triangleGroups[Math.floor(corner / 3)] !== group) continue;
      const vertex = triangles[corner]!;
      const uv = triangleUvs[corner]!;
      const key = vertex * uvCount + uv;
      let index = indexOf.get(key);
      if (index === undefined) {
        index = sources.push([vertex, uv]) - 1;
        indexOf.set(key, index);
      }
      indices.push(index);
    }
    if (indices.length === 0) return [];
    const mesh: GroupMesh = {
      group,
      vertices: Uint32Array.from(sources, ([vertex]) => vertex),
      uvs: new Float32Array(sources.length * 2),
      triangles: Uint32Array.from(indices),
    };
    sources.forEach(([, uv], index) => mesh.uvs.set(topology.uvs.subarray(uv * 2, uv * 2 + 2), index * 2));
    return [mesh];
  });
}

/** Smooth normals; +Z where a vertex has no triangle of positive area, because glTF allows unit vectors only. */
export function unitNormals(positionsHead: Points<'Head'>, triangles: Uint32Array): Points<'Head'> {
  const normalsHead = vertexNormals({ positionsHead, triangles });
  for (let i = 0; i < normalsHead.length; i += 3) {
    if (normalsHead[i] === 0 && normalsHead[i + 1] === 0 && normalsHead[i + 2] === 0) normalsHead[i + 2] = 1;
  }
  return normalsHead;
}
