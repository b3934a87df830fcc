/**
 * What is outermost of a mesh along rays from the medial line of the head.
 * in: rays (N), triangle tree, how far outside they begin → out: (N) radius at which the outermost triangle is met, m, NaN
 * where there is none, and (N) cosine between the ray and that triangle's normal.
 * From outside, because rays from within end in the first pocket between two curls.
 */
import { castRay } from '../../mesh/cast-ray.ts';
import { faceNormals } from '../../mesh/face-normals.ts';
import { makeSurfacePoint, type TriangleBvh } from '../../mesh/triangle-bvh.ts';
import type { MedialRays } from './outward-directions.ts';

export type Outermost = { radii: Float32Array; cosines: Float32Array };

/** `wanted`: vertices that are asked for; `reachM` beyond their own radius the rays begin. */
export function shootInwards(
  { origins, directions, radii }: MedialRays,
  tree: TriangleBvh,
  reachM: number,
  wanted: (vertex: number) => boolean,
): Outermost {
  const normals = faceNormals(tree.mesh);
  const hit = makeSurfacePoint();
  const out = {
    radii: new Float32Array(radii.length).fill(Number.NaN),
    cosines: new Float32Array(radii.length),
  };
  for (let v = 0; v < radii.length; v++) {
    if (!wanted(v)) continue;
    const [x, y, z] = [directions[v * 3]!, directions[v * 3 + 1]!, directions[v * 3 + 2]!];
    const from = radii[v]! + reachM;
    const start = [
      origins[v * 3]! + from * x,
      origins[v * 3 + 1]! + from * y,
      origins[v * 3 + 2]! + from * z,
    ] as const;
    if (!castRay(tree, start, [-x, -y, -z], from, hit)) continue;
    const at = hit.triangle * 3;
    out.radii[v] = from - hit.distance;
    out.cosines[v] = x * normals[at]! + y * normals[at + 1]! + z * normals[at + 2]!;
  }
  return out;
}
