/**
 * Where a mesh cuts through itself.
 *
 * In: tree over its triangles (triangle-bvh.ts), which pairs count → out: (P, 2) triangle indices, the smaller first, each
 * pair once, ascending. Triangles with a common edge never count (one folded flat on its neighbour is a matter of
 * flipped-triangles.ts); those with one common vertex count when they meet beyond it.
 * The tree is walked against itself: pairs of boxes that overlap are opened until two leaves are left.
 * A head of 24 k triangles takes about 15 ms; its tree can be moved to another shape by `refitTriangleBvh`.
 */
import type { TriangleBvh } from './triangle-bvh.ts';
import { trianglesCut } from './triangle-pair.ts';

export type PairFilter = (a: number, b: number) => boolean;

export function findSelfIntersections(bvh: TriangleBvh, accept?: PairFilter): Uint32Array {
  const { mesh, starts, counts, order } = bvh;
  const { positionsHead, triangles } = mesh;
  const found: [number, number][] = [];
  const corners = (t: number): [number, number, number] => [
    triangles[t * 3]!,
    triangles[t * 3 + 1]!,
    triangles[t * 3 + 2]!,
  ];
  const test = (first: number, second: number): void => {
    const a = Math.min(first, second);
    const b = Math.max(first, second);
    if (!trianglesOverlap(positionsHead, triangles, a, b)) return;
    if (accept !== undefined && !accept(a, b)) return;
    if (trianglesCut(positionsHead, corners(a), corners(b))) found.push([a, b]);
  };
  const compareLeaves = (left: number, right: number): void => {
    for (let i = starts[left]!; i < starts[left]! + counts[left]!; i++) {
      const from = left === right ? i + 1 : starts[right]!;
      for (let j = from; j < starts[right]! + counts[right]!; j++) test(order[i]!, order[j]!);
    }
  };
  const stack = starts.length === 0 ? [] : [0, 0];
  while (stack.length > 0) {
    const right = stack.pop()!;
    const left = stack.pop()!;
    if (left !== right && !boxesOverlap(bvh.bounds, left, right)) continue;
    const isLeafLeft = counts[left]! > 0;
    const isLeafRight = counts[right]! > 0;
    if (isLeafLeft && isLeafRight) compareLeaves(left, right);
    else if (left === right)
      stack.push(left + 1, left + 1, starts[left]!, starts[left]!, left + 1, starts[left]!);
    else if (isLeafRight || (!isLeafLeft && spanOf(bvh, left) > spanOf(bvh, right)))
      stack.push(left + 1, right, starts[left]!, right);
    else stack.push(left, right + 1, left, starts[right]!);
  }
  return Uint32Array.from(found.sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat());
}

function boxesOverlap(bounds: Float64Array, left: number, right: number): boolean {
  const a = left * 6;
  const b = right * 6;
  return (
    bounds[a]! <= bounds[b + 3]! &&
    bounds[b]! <= bounds[a + 3]! &&
    bounds[a + 1]! <= bounds[b + 4]! &&
    bounds[b + 1]! <= bounds[a + 4]! &&
    bounds[a + 2]! <= bounds[b + 5]! &&
    bounds[b + 2]! <= bounds[a + 5]!
  );
}

function trianglesOverlap(p: Float32Array, triangles: Uint32Array, first: number, second: number): boolean {
  for (let axis = 0; axis < 3; axis++) {
    const a = p[triangles[first * 3]! * 3 + axis]!;
    const b = p[triangles[first * 3 + 1]! * 3 + axis]!;
    const c = p[triangles[first * 3 + 2]! * 3 + axis]!;
    const d = p[triangles[second * 3]! * 3 + axis]!;
    const e = p[triangles[second * 3 + 1]! * 3 + axis]!;
    const f = p[triangles[second * 3 + 2]! * 3 + axis]!;
    if (Math.max(a, b, c) < Math.min(d, e, f) || Math.max(d, e, f) < Math.min(a, b, c)) return false;
  }
  return true;
}

/** Longest side of a node's box. */
function spanOf({ bounds }: TriangleBvh, node: number): number {
  const at = node * 6;
  return Math.max(
    bounds[at + 3]! - bounds[at]!,
    bounds[at + 4]! - bounds[at + 1]!,
    bounds[at + 5]! - bounds[at + 2]!,
  );
}
