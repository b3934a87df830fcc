import type { TriangleMesh } from '../../mesh/mesh.ts';
import type { UvTriangles } from '../../render/texel-fragments.ts';

/** Density of the map on the head: square root of the ratio of the areas, texels per metre. */
export function texelsPerM(mesh: TriangleMesh, { uvs, triangleUvs }: UvTriangles, sizePx: number): number {
  const { positionsHead: p, triangles } = mesh;
  let areaM2 = 0;
  let areaUv = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const at = (k: number, axis: number): number =>
      p[triangles[t + k]! * 3 + axis]! - p[triangles[t]! * 3 + axis]!;
    const x = at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1);
    const y = at(1, 2) * at(2, 0) - at(1, 0) * at(2, 2);
    const z = at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0);
    areaM2 += Math.hypot(x, y, z) / 2;
    const uv = (k: number, axis: number): number =>
      uvs[triangleUvs[t + k]! * 2 + axis]! - uvs[triangleUvs[t]! * 2 + axis]!;
    areaUv += Math.abs(uv(1, 0) * uv(2, 1) - uv(2, 0) * uv(1, 1)) / 2;
  }
  return sizePx * Math.sqrt(areaUv / areaM2);
}
