/**
 * Bounding volume tree over the triangles of a mesh: nearest point (first hit of a ray: cast-ray.ts).
 *
 * In: mesh (N vertices, F triangles, head frame, m). Out: triangle, point, distance (m) and weights of vertices 1 and 2
 * (vertex 0 has 1 − the two). Split at the median of the longest side of the centroids' box down to LEAF_TRIANGLES.
 * Nearest point on a triangle: Ericson, Real-Time Collision Detection (2005) §5.1.5.
 * 24 k triangles: built in 15 ms; a query near the surface takes about 3 µs.
 * Dropped: surface-area splits (5 % fewer visits, three times the code).
 */
import type { Points } from '../camera/frames.ts';
import type { TriangleMesh } from './mesh.ts';
import { selectLower } from './select-lower.ts';

/** 4 measured fastest among 2, 4, 8. */
const LEAF_TRIANGLES = 4;
/** Deeper than log2 of any triangle count that fits into 32 bits. */
const STACK_DEPTH = 64;

export type TriangleBvh = {
  mesh: TriangleMesh;
  /** (F) triangles in tree order. */
  order: Uint32Array;
  /** (M, 6) min xyz, max xyz of each node. */
  bounds: Float64Array;
  /** (M) leaf: first place in `order`; inner node: the right child (the left one follows its parent). */
  starts: Uint32Array;
  /** (M) triangles of a leaf; 0 for an inner node. */
  counts: Uint32Array;
};

export type SurfacePoint = {
  triangle: number;
  distance: number;
  x: number;
  y: number;
  z: number;
  weight1: number;
  weight2: number;
};

export const makeSurfacePoint = (): SurfacePoint => ({
  triangle: -1,
  distance: Infinity,
  x: 0,
  y: 0,
  z: 0,
  weight1: 0,
  weight2: 0,
});

export function buildTriangleBvh(mesh: TriangleMesh): TriangleBvh {
  const count = mesh.triangles.length / 3;
  const boxes = triangleBoxes(mesh);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  const bounds: number[] = [];
  const starts: number[] = [];
  const counts: number[] = [];
  const split = (from: number, to: number): void => {
    const node = starts.length;
    const box = [0, 0, 0, 0, 0, 0];
    const sides = [0, 0, 0];
    for (let axis = 0; axis < 3; axis++) {
      let low = Infinity;
      let high = -Infinity;
      // Twice the triangles' centres.
      let first = Infinity;
      let last = -Infinity;
      for (let i = from; i < to; i++) {
        const at = order[i]! * 6 + axis;
        const least = boxes[at]!;
        const most = boxes[at + 3]!;
        low = Math.min(low, least);
        high = Math.max(high, most);
        first = Math.min(first, least + most);
        last = Math.max(last, least + most);
      }
      box[axis] = low;
      box[axis + 3] = high;
      sides[axis] = last - first;
    }
    bounds.push(...box);
    starts.push(from);
    counts.push(to - from);
    if (to - from <= LEAF_TRIANGLES) return;
    const axis = sides.indexOf(Math.max(...sides));
    const middle = (from + to) >> 1;
    selectLower(order, boxes, axis, from, middle, to);
    split(from, middle);
    starts[node] = starts.length;
    counts[node] = 0;
    split(middle, to);
  };
  if (count > 0) split(0, count);
  return {
    mesh,
    order,
    bounds: Float64Array.from(bounds),
    starts: Uint32Array.from(starts),
    counts: Uint32Array.from(counts),
  };
}

/**
 * The same tree over the same triangles at other positions: boxes are recomputed, the split is kept.
 * As fast a tree as a new one as long as the shape is a similar one, an expression of the same face for example.
 */
export function refitTriangleBvh(bvh: TriangleBvh, positionsHead: Points<'Head'>): TriangleBvh {
  const { order, starts, counts } = bvh;
  const mesh = { positionsHead, triangles: bvh.mesh.triangles };
  const boxes = triangleBoxes(mesh);
  const bounds = new Float64Array(bvh.bounds.length);
  // Children come after their parents.
  for (let node = starts.length - 1; node >= 0; node--) {
    const at = node * 6;
    bounds.fill(Infinity, at, at + 3);
    bounds.fill(-Infinity, at + 3, at + 6);
    const grow = (from: Float64Array, place: number): void => {
      for (let axis = 0; axis < 3; axis++) {
        bounds[at + axis] = Math.min(bounds[at + axis]!, from[place + axis]!);
        bounds[at + 3 + axis] = Math.max(bounds[at + 3 + axis]!, from[place + 3 + axis]!);
      }
    };
    for (let i = starts[node]!; i < starts[node]! + counts[node]!; i++) grow(boxes, order[i]! * 6);
    if (counts[node] === 0) {
      grow(bounds, (node + 1) * 6);
      grow(bounds, starts[node]! * 6);
    }
  }
  return { mesh, order, bounds, starts, counts };
}

function triangleBoxes({ positionsHead, triangles }: TriangleMesh): Float64Array {
  const boxes = new Float64Array(triangles.length * 2);
  for (let t = 0; t < triangles.length; t += 3) {
    for (let axis = 0; axis < 3; axis++) {
      const a = positionsHead[triangles[t]! * 3 + axis]!;
      const b = positionsHead[triangles[t + 1]! * 3 + axis]!;
      const c = positionsHead[triangles[t + 2]! * 3 + axis]!;
      boxes[t * 2 + axis] = Math.min(a, b, c);
      boxes[t * 2 + 3 + axis] = Math.max(a, b, c);
    }
  }
  return boxes;
}

const stack = new Uint32Array(STACK_DEPTH);

/**
 * Nearest point of the mesh within `maxDistance` of (x, y, z); false (and `out` untouched) when there is none.
 * `accept` leaves triangles out, e.g. those that face the other way.
 */
export function closestPoint(
  bvh: TriangleBvh,
  x: number,
  y: number,
  z: number,
  maxDistance: number,
  out: SurfacePoint,
  accept?: (triangle: number) => boolean,
): boolean {
  const { bounds, starts, counts, order } = bvh;
  if (starts.length === 0) return false;
  let best = maxDistance * maxDistance;
  let found = false;
  let top = 0;
  stack[top++] = 0;
  while (top > 0) {
    const node = stack[--top]!;
    if (boxDistance2(bounds, node, x, y, z) > best) continue;
    const count = counts[node]!;
    if (count > 0) {
      for (let i = starts[node]!; i < starts[node]! + count; i++) {
        const triangle = order[i]!;
        if (accept !== undefined && !accept(triangle)) continue;
        const distance2 = triangleDistance2(bvh.mesh, triangle, x, y, z);
        if (distance2 < best || (distance2 === best && (!found || triangle < out.triangle))) {
          best = distance2;
          found = true;
          out.triangle = triangle;
          out.weight1 = nearest.weight1;
          out.weight2 = nearest.weight2;
          out.x = nearest.x;
          out.y = nearest.y;
          out.z = nearest.z;
        }
      }
      continue;
    }
    const left = node + 1;
    const right = starts[node]!;
    const leftFirst = boxDistance2(bounds, left, x, y, z) <= boxDistance2(bounds, right, x, y, z);
    stack[top++] = leftFirst ? right : left;
    stack[top++] = leftFirst ? left : right;
  }
  if (found) out.distance = Math.sqrt(best);
  return found;
}

function boxDistance2(bounds: Float64Array, node: number, x: number, y: number, z: number): number {
  const at = node * 6;
  const dx = Math.max(bounds[at]! - x, 0, x - bounds[at + 3]!);
  const dy = Math.max(bounds[at + 1]! - y, 0, y - bounds[at + 4]!);
  const dz = Math.max(bounds[at + 2]! - z, 0, z - bounds[at + 5]!);
  return dx * dx + dy * dy + dz * dz;
}

const nearest = { x: 0, y: 0, z: 0, weight1: 0, weight2: 0 };

/** Squared distance of a point from a triangle; the nearest point is left in `nearest`. */
function triangleDistance2(mesh: TriangleMesh, triangle: number, x: number, y: number, z: number): number {
  const { positionsHead: p, triangles } = mesh;
  const a = triangles[triangle * 3]! * 3;
  const b = triangles[triangle * 3 + 1]! * 3;
  const c = triangles[triangle * 3 + 2]! * 3;
  // One by one: taken apart from arrays these numbers would be most of what a search puts on the heap.
  const ax = p[a]!;
  const ay = p[a + 1]!;
  const az = p[a + 2]!;
  const abx = p[b]! - ax;
  const aby = p[b + 1]! - ay;
  const abz = p[b + 2]! - az;
  const acx = p[c]! - ax;
  const acy = p[c + 1]! - ay;
  const acz = p[c + 2]! - az;
  const apx = x - ax;
  const apy = y - ay;
  const apz = z - az;
  const d1 = abx * apx + aby * apy + abz * apz;
  const d2 = acx * apx + acy * apy + acz * apz;
  const bb = abx * abx + aby * aby + abz * abz;
  const bc = abx * acx + aby * acy + abz * acz;
  const cc = acx * acx + acy * acy + acz * acz;
  const d3 = d1 - bb;
  const d4 = d2 - bc;
  const d5 = d1 - bc;
  const d6 = d2 - cc;
  const vc = d1 * d4 - d3 * d2;
  const vb = d5 * d2 - d1 * d6;
  const va = d3 * d6 - d5 * d4;
  let v = 0;
  let w = 0;
  if (d1 <= 0 && d2 <= 0) {
    // Vertex 0: both weights stay 0.
  } else if (d3 >= 0 && d4 <= d3) v = 1;
  else if (vc <= 0 && d1 >= 0 && d3 <= 0) v = d1 / (d1 - d3);
  else if (d6 >= 0 && d5 <= d6) w = 1;
  else if (vb <= 0 && d2 >= 0 && d6 <= 0) w = d2 / (d2 - d6);
  else if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    w = (d4 - d3) / (d4 - d3 + (d5 - d6));
    v = 1 - w;
  } else {
    v = vb / (va + vb + vc);
    w = vc / (va + vb + vc);
  }
  nearest.weight1 = v;
  nearest.weight2 = w;
  nearest.x = ax + abx * v + acx * w;
  nearest.y = ay + aby * v + acy * w;
  nearest.z = az + abz * v + acz * w;
  const dx = x - nearest.x;
  const dy = y - nearest.y;
  const dz = z - nearest.z;
  return dx * dx + dy * dy + dz * dz;
}
