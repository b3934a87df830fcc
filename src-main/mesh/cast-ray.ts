/**
 * First triangle that a ray meets, through the tree of triangle-bvh.ts.
 *
 * In: tree, origin (m) and unit direction, head frame. Out: triangle, point, distance (m) and weights of its vertices.
 * Ray against triangle: Möller & Trumbore (1997); ray against box: slabs.
 */
import { makeSurfacePoint, type SurfacePoint, type TriangleBvh } from './triangle-bvh.ts';
import type { TriangleMesh } from './mesh.ts';

/** Deeper than log2 of any triangle count that fits into 32 bits. */
const STACK_DEPTH = 64;
const stack = new Uint32Array(STACK_DEPTH);
/** Weights of the last triangle that was met. */
const met = makeSurfacePoint();

/**
 * First triangle, seen from either side, that a ray meets at a distance in (0, maxDistance]; `direction` is unit.
 * A ray along an edge may slip between its two triangles: parity counting must not rest on it.
 */
export function castRay(
  bvh: TriangleBvh,
  origin: readonly [number, number, number],
  direction: readonly [number, number, number],
  maxDistance: number,
  out: SurfacePoint,
): boolean {
  const { bounds, starts, counts, order } = bvh;
  if (starts.length === 0) return false;
  let best = maxDistance;
  let found = false;
  let top = 0;
  stack[top++] = 0;
  while (top > 0) {
    const node = stack[--top]!;
    if (!rayMeetsBox(bounds, node, origin, direction, best)) continue;
    const count = counts[node]!;
    if (count === 0) {
      stack[top++] = starts[node]!;
      stack[top++] = node + 1;
      continue;
    }
    for (let i = starts[node]!; i < starts[node]! + count; i++) {
      const triangle = order[i]!;
      const distance = rayTriangle(bvh.mesh, triangle, origin, direction);
      if (!(distance > 0) || distance > best || (distance === best && found && triangle > out.triangle))
        continue;
      best = distance;
      found = true;
      out.triangle = triangle;
      out.weight1 = met.weight1;
      out.weight2 = met.weight2;
    }
  }
  if (!found) return false;
  out.distance = best;
  out.x = origin[0] + direction[0] * best;
  out.y = origin[1] + direction[1] * best;
  out.z = origin[2] + direction[2] * best;
  return true;
}

type Vector = readonly [number, number, number];

function rayMeetsBox(
  bounds: Float64Array,
  node: number,
  origin: Vector,
  direction: Vector,
  reach: number,
): boolean {
  let near = 0;
  let far = reach;
  for (let axis = 0; axis < 3; axis++) {
    const low = bounds[node * 6 + axis]! - origin[axis]!;
    const high = bounds[node * 6 + 3 + axis]! - origin[axis]!;
    if (direction[axis] === 0) {
      if (low > 0 || high < 0) return false;
      continue;
    }
    const a = low / direction[axis]!;
    const b = high / direction[axis]!;
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  return near <= far;
}

/** Distance along the ray, NaN when the triangle is missed; weights are left in `met`. */
function rayTriangle(mesh: TriangleMesh, triangle: number, o: Vector, d: Vector): number {
  const { positionsHead: p, triangles } = mesh;
  const a = triangles[triangle * 3]! * 3;
  const b = triangles[triangle * 3 + 1]! * 3;
  const c = triangles[triangle * 3 + 2]! * 3;
  const e1x = p[b]! - p[a]!;
  const e1y = p[b + 1]! - p[a + 1]!;
  const e1z = p[b + 2]! - p[a + 2]!;
  const e2x = p[c]! - p[a]!;
  const e2y = p[c + 1]! - p[a + 1]!;
  const e2z = p[c + 2]! - p[a + 2]!;
  const px = d[1] * e2z - d[2] * e2y;
  const py = d[2] * e2x - d[0] * e2z;
  const pz = d[0] * e2y - d[1] * e2x;
  const determinant = e1x * px + e1y * py + e1z * pz;
  if (determinant === 0) return NaN;
  const tx = o[0] - p[a]!;
  const ty = o[1] - p[a + 1]!;
  const tz = o[2] - p[a + 2]!;
  const v = (tx * px + ty * py + tz * pz) / determinant;
  if (v < 0 || v > 1) return NaN;
  const qx = ty * e1z - tz * e1y;
  const qy = tz * e1x - tx * e1z;
  const qz = tx * e1y - ty * e1x;
  const w = (d[0] * qx + d[1] * qy + d[2] * qz) / determinant;
  if (w < 0 || v + w > 1) return NaN;
  met.weight1 = v;
  met.weight2 = w;
  return (e2x * qx + e2y * qy + e2z * qz) / determinant;
}
