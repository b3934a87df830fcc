import type { TriangleMesh } from './mesh.ts';

/** (N) m² that each vertex stands for: a third of its triangles. */
export function vertexAreas({ positionsHead: p, triangles }: TriangleMesh): Float32Array {
  const areas = new Float32Array(p.length / 3);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]! * 3, triangles[t + 1]! * 3, triangles[t + 2]! * 3];
    const [ux, uy, uz] = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!];
    const [vx, vy, vz] = [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!];
    const share = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 6;
    for (const corner of [a, b, c]) areas[corner / 3]! += share;
  }
  return areas;
}
