/**
 * Undoes what still cuts itself after sheets were parted: corners of eyes and mouth, pleats.
 * in: base head without cuts (N, 3), moved head (N, 3), Head, m, in place, a patch of triangles → out: pairs of triangles
 * that still cut each other.
 * A patch that moves as one cannot cut itself, so moves around a cut are averaged over what is near in space, over a wider
 * neighbourhood the longer it lasts: across the corner of an eye as well as along the lid.
 */
import type { Points } from '../../../camera/frames.ts';
import { findSelfIntersections } from '../../../mesh/self-intersections.ts';
import { refitTriangleBvh, type TriangleBvh } from '../../../mesh/triangle-bvh.ts';
import { nearVertices } from './near-vertices.ts';

/** Radius of the first average, and what each further one adds, m: an edge at the corners is 0.5 to 1 mm long. */
const RADIUS_M = 0.0015;
const WIDER_M = 0.0006;
const PASSES = 12;

/** `bvh` is over the patch, at any positions of the same vertices. */
export function relaxTangles(base: Points<'Head'>, moved: Points<'Head'>, bvh: TriangleBvh): number {
  const patch = [...new Set(bvh.mesh.triangles)];
  for (let pass = 0; ; pass++) {
    const pairs = findSelfIntersections(refitTriangleBvh(bvh, moved));
    if (pairs.length === 0 || pass === PASSES) return pairs.length / 2;
    const radius = RADIUS_M + pass * WIDER_M;
    const cut = new Set([...pairs].flatMap((t) => [...bvh.mesh.triangles.subarray(t * 3, t * 3 + 3)]));
    const around = nearVertices(base, patch, 2 * radius);
    const isNear = new Set(
      [...cut].flatMap((other) => around(other).filter((v) => distance2(base, v, other) < radius * radius)),
    );
    const near = patch.filter((v) => isNear.has(v));
    const averages = near.map((v) => meanMove(base, moved, around(v), v, radius));
    near.forEach((v, i) => {
      for (let k = 0; k < 3; k++) moved[v * 3 + k] = base[v * 3 + k]! + averages[i]![k]!;
    });
  }
}

function meanMove(
  base: Points<'Head'>,
  moved: Points<'Head'>,
  around: readonly number[],
  vertex: number,
  radius: number,
): [number, number, number] {
  let [sum, x, y, z] = [0, 0, 0, 0];
  for (const v of around) {
    const d2 = distance2(base, v, vertex);
    if (d2 > 4 * radius * radius) continue;
    const weight = Math.exp((-2 * d2) / (radius * radius));
    sum += weight;
    x += weight * (moved[v * 3]! - base[v * 3]!);
    y += weight * (moved[v * 3 + 1]! - base[v * 3 + 1]!);
    z += weight * (moved[v * 3 + 2]! - base[v * 3 + 2]!);
  }
  return [x / sum, y / sum, z / sum];
}

function distance2(p: Points<'Head'>, a: number, b: number): number {
  return (
    (p[a * 3]! - p[b * 3]!) ** 2 + (p[a * 3 + 1]! - p[b * 3 + 1]!) ** 2 + (p[a * 3 + 2]! - p[b * 3 + 2]!) ** 2
  );
}
