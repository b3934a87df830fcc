/**
 * Triangles that are folded over their neighbours: they face away from the smooth normal of one of their corners.
 *
 * In: mesh. Out: indices of triangles, ascending.
 */
import { faceNormals } from './face-normals.ts';
import type { TriangleMesh } from './mesh.ts';
import { vertexNormals } from './vertex-normals.ts';

export function foldedTriangles(mesh: TriangleMesh): number[] {
  const { triangles } = mesh;
  const faces = faceNormals(mesh);
  const normals = vertexNormals(mesh);
  const folded: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const v = triangles[t + k]! * 3;
      const cosine =
        faces[t]! * normals[v]! + faces[t + 1]! * normals[v + 1]! + faces[t + 2]! * normals[v + 2]!;
      if (cosine >= 0) continue;
      folded.push(t / 3);
      break;
    }
  }
  return folded;
}
