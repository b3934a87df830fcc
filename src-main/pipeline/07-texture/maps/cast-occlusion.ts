/**
 * How open every vertex lies to light from all around: ambient occlusion.
 * in: mesh (N vertices), unit normals (N, 3), Head, m → out: (N) in [0, 1], 1 = nothing in the way,
 * or not wanted.
 * RAYS cosine-weighted directions about the normal, the same for every vertex, each up to REACH_M: nearer things darken
 * more. A head's far sides do not count, because the light of a scene is the renderer's business.
 */
import type { Points } from '../../../camera/frames.ts';
import { castRay } from '../../../mesh/cast-ray.ts';
import type { TriangleMesh } from '../../../mesh/mesh.ts';
import { buildTriangleBvh, makeSurfacePoint } from '../../../mesh/triangle-bvh.ts';

/** 16 rays make 17 grades at a vertex; interpolation and neighbours smooth them. */
const RAYS = 16;
/** Lids, nostrils, ears and the corner under the nose are shallower than this. */
const REACH_M = 0.03;
/** Starts above the surface by so much, so that a vertex does not meet its own triangles. */
const LIFT_M = 0.0005;
/** Golden angle: points of a spiral cover the disc evenly (Vogel 1979). */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

export function castOcclusion(
  mesh: TriangleMesh,
  normals: Points<'Head'>,
  isWanted: (vertex: number) => boolean = () => true,
): Float32Array {
  const bvh = buildTriangleBvh(mesh);
  const hit = makeSurfacePoint();
  const disc = spiralDisc(RAYS);
  const { positionsHead: p } = mesh;
  return Float32Array.from({ length: p.length / 3 }, (_, vertex) => {
    if (!isWanted(vertex)) return 1;
    const at = vertex * 3;
    const [nx, ny, nz] = [normals[at]!, normals[at + 1]!, normals[at + 2]!];
    // Frisvad (2012) without its singular case, which is a normal that points straight to −Z.
    const isBack = nz < -0.999;
    const a = isBack ? 0 : 1 / (1 + nz);
    const b = -nx * ny * a;
    const right = isBack ? [0, -1, 0] : [1 - nx * nx * a, b, -nx];
    const up = isBack ? [-1, 0, 0] : [b, 1 - ny * ny * a, -ny];
    const origin = [p[at]! + LIFT_M * nx, p[at + 1]! + LIFT_M * ny, p[at + 2]! + LIFT_M * nz] as const;
    let open = 0;
    for (const [x, y, z] of disc) {
      const direction = [
        x * right[0]! + y * up[0]! + z * nx,
        x * right[1]! + y * up[1]! + z * ny,
        x * right[2]! + y * up[2]! + z * nz,
      ] as const;
      open += castRay(bvh, origin, direction, REACH_M, hit) ? hit.distance / REACH_M : 1;
    }
    return open / RAYS;
  });
}

/** (x, y, z) with z = √(1 − x² − y²): points evenly on a disc, lifted to the hemisphere, are cosine-weighted (Malley). */
function spiralDisc(count: number): [number, number, number][] {
  return Array.from({ length: count }, (_, k) => {
    const radius = Math.sqrt((k + 0.5) / count);
    const angle = k * GOLDEN_ANGLE;
    return [radius * Math.cos(angle), radius * Math.sin(angle), Math.sqrt(1 - radius * radius)];
  });
}
