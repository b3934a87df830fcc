/**
 * Smooth unit normals of the vertices.
 *
 * In: mesh (N vertices, F triangles CCW from outside). Out: (N, 3) float32, head frame; (0, 0, 0) for a vertex without
 * a triangle of positive area. Each face normal is weighted by the face's angle at the vertex (Thürmer & Wüthrich 1998):
 * unlike area weights, the result does not depend on how flat parts are cut into triangles.
 */
import type { TriangleMesh } from './mesh.ts';

export function vertexNormals(mesh: TriangleMesh): Float32Array {
  const { positionsHead: p, triangles } = mesh;
  const normals = new Float32Array(p.length);
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]! * 3;
      const b = triangles[t + ((k + 1) % 3)]! * 3;
      const c = triangles[t + ((k + 2) % 3)]! * 3;
      const ux = p[b]! - p[a]!;
      const uy = p[b + 1]! - p[a + 1]!;
      const uz = p[b + 2]! - p[a + 2]!;
      const vx = p[c]! - p[a]!;
      const vy = p[c + 1]! - p[a + 1]!;
      const vz = p[c + 2]! - p[a + 2]!;
      const nx = uy * vz - uz * vy;
      const ny = uz * vx - ux * vz;
      const nz = ux * vy - uy * vx;
      const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
      if (length === 0) continue;
      const weight = Math.atan2(length, ux * vx + uy * vy + uz * vz) / length;
      normals[a] = normals[a]! + nx * weight;
      normals[a + 1] = normals[a + 1]! + ny * weight;
      normals[a + 2] = normals[a + 2]! + nz * weight;
    }
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!);
    if (length === 0) continue;
    normals[i] = normals[i]! / length;
    normals[i + 1] = normals[i + 1]! / length;
    normals[i + 2] = normals[i + 2]! / length;
  }
  return normals;
}
