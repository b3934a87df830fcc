/**
 * Where a head template ends at the neck.
 *
 * In: triangles of the template with open parts, head frame, m. Out: the rim of the neck's opening and its plane, moved
 * inwards until all of the rim lies beyond it; null for a template without an opening.
 * Tried first: a horizontal plane above the rim; templates cut the neck along a ring of edges that rises by 4 cm from the
 * throat to the nape, so that a level cut would take the chin's underside with it.
 */
import { boundaryLoops } from './boundary-loops.ts';
import type { TriangleMesh } from './mesh.ts';

/** Points beyond the plane (`normal · point > offset`) are cut off. `normal` is unit, head frame, and points down. */
export type CutPlane = { normalHead: readonly [number, number, number]; offset: number };
export type NeckCut = { rim: number[]; middle: readonly number[]; plane: CutPlane };

/** Fewer rim vertices than any neck has: gaps of eyelids and lashes are not taken for one. */
const MIN_RIM_VERTICES = 8;

export function findNeckCut(mesh: TriangleMesh): NeckCut | null {
  const { positionsHead: p } = mesh;
  const point = (vertex: number): number[] => [...p.subarray(vertex * 3, vertex * 3 + 3)];
  const rims = boundaryLoops(mesh).filter((loop) => loop.length >= MIN_RIM_VERTICES);
  const heights = rims.map((loop) => meanPoint(loop.map(point))[1]!);
  const rim = rims[heights.indexOf(Math.min(...heights))];
  if (rim === undefined) return null;
  const points = rim.map(point);
  // Boundary edges run with their triangles, against the direction in which the opening faces outwards.
  const normalHead = loopNormal([...points].reverse());
  const offset = Math.min(...points.map((q) => dot(q, normalHead)));
  return { rim, middle: meanPoint(points), plane: { normalHead, offset } };
}

/** How far a point lies beyond the plane, m. */
export function beyondCut({ normalHead, offset }: CutPlane, x: number, y: number, z: number): number {
  return normalHead[0] * x + normalHead[1] * y + normalHead[2] * z - offset;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

function meanPoint(points: readonly (readonly number[])[]): number[] {
  return [0, 1, 2].map((axis) => points.reduce((sum, q) => sum + q[axis]!, 0) / points.length);
}

/** Newell's normal: the plane of a loop that does not lie in one. */
function loopNormal(points: readonly (readonly number[])[]): [number, number, number] {
  const sum = [0, 0, 0];
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length]!;
    for (let axis = 0; axis < 3; axis++) {
      const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
      sum[axis] = sum[axis]! + (a[u]! - b[u]!) * (a[v]! + b[v]!);
    }
  });
  const length = Math.hypot(...sum);
  return [sum[0]! / length, sum[1]! / length, sum[2]! / length];
}
