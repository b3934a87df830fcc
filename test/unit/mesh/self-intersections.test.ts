import { describe, expect, it } from 'vitest';
import { foldedTriangles } from '../../../src-main/mesh/folded-triangles.ts';
import type { TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { makeBox, makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { findSelfIntersections } from '../../../src-main/mesh/self-intersections.ts';
import { buildTriangleBvh, refitTriangleBvh } from '../../../src-main/mesh/triangle-bvh.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const SEED = 5;

const pairsOf = (mesh: TriangleMesh): number[][] => {
  const flat = [...findSelfIntersections(buildTriangleBvh(mesh))];
  return Array.from({ length: flat.length / 2 }, (_, i) => flat.slice(i * 2, i * 2 + 2));
};

const soup = (...corners: number[][]): TriangleMesh => ({
  positionsHead: Float32Array.from(corners.flat()),
  triangles: Uint32Array.from(corners.keys()),
});

describe('findSelfIntersections', () => {
  const floor = [
    [0, 0, 0],
    [2, 0, 0],
    [0, 2, 0],
  ];

  it.each([
    ['one through the middle of the other', [0.5, 0.5, -1], [0.5, 0.5, 1], [3, 3, 1], 1],
    ['beside it in the same planes', [2.5, 0.5, -1], [2.5, 0.5, 1], [3, 3, 1], 0],
    ['a tip on it', [0.5, 0.5, 0], [0.5, 0.5, 1], [1, 0.5, 1], 0],
    ['above it', [0.5, 0.5, 0.1], [0.6, 0.5, 0.1], [0.5, 0.6, 0.2], 0],
    ['in its plane', [0.2, 0.2, 0], [0.6, 0.2, 0], [0.2, 0.6, 0], 0],
  ])('%s', (_name, a, b, c, count) => {
    expect(pairsOf(soup(...floor, a, b, c))).toEqual(count === 0 ? [] : [[0, 1]]);
  });

  it('a common vertex is no cut unless they meet beyond it; a common edge never is', () => {
    const points = Float32Array.from([0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 1, -1, 1, 1, 2, -1, -1, 1]);
    const pair = (...second: number[]): number[][] =>
      pairsOf({ positionsHead: points, triangles: Uint32Array.from([0, 1, 2, ...second]) });
    expect(pair(0, 3, 4)).toEqual([[0, 1]]);
    expect(pair(0, 5, 4)).toEqual([]);
    expect(pair(0, 1, 3)).toEqual([]);
  });

  it('no sphere and no box cuts itself; two boxes that overlap do, along the seam only', () => {
    expect(pairsOf(makeIcosphere(0.1, 4))).toEqual([]);
    const box = makeBox([1, 1, 1]);
    const shifted = box.positionsHead.map((value, i) => value + [0.43, 0.31, 0.37][i % 3]!);
    const both = {
      positionsHead: Float32Array.from([...box.positionsHead, ...shifted]),
      triangles: Uint32Array.from([...box.triangles, ...box.triangles.map((vertex) => vertex + 8)]),
    };
    const pairs = pairsOf(both);
    // The seam of two boxes that share a corner region has six segments, more where it crosses a diagonal.
    expect(pairs.length).toBeGreaterThanOrEqual(6);
    for (const [a, b] of pairs) expect([a! < 12, b! >= 12]).toEqual([true, true]);
  });

  it('a vertex pushed through the far side of a sphere cuts it; pulled back, nothing does', () => {
    const sphere = makeIcosphere(0.1, 3);
    const bvh = buildTriangleBvh(sphere);
    const pushed = sphere.positionsHead.slice();
    for (let k = 0; k < 3; k++) pushed[k] = -1.3 * pushed[k]!;
    const found = findSelfIntersections(refitTriangleBvh(bvh, pushed));
    expect(found.length).toBeGreaterThan(0);
    const spike = new Set(
      [...sphere.triangles.keys()].filter((i) => sphere.triangles[i] === 0).map((i) => Math.floor(i / 3)),
    );
    for (let i = 0; i < found.length; i += 2)
      expect(spike.has(found[i]!) || spike.has(found[i + 1]!)).toBe(true);
    expect([...findSelfIntersections(refitTriangleBvh(bvh, sphere.positionsHead))]).toEqual([]);
    expect([...findSelfIntersections(buildTriangleBvh({ ...sphere, positionsHead: pushed }))]).toEqual([
      ...found,
    ]);
  });

  it(`finds what edges against triangles find, one by one (seed ${SEED})`, () => {
    const random = createSeededRandom(Uint32Array.of(SEED, 0, 0, 0));
    const count = 90;
    const mesh = soup(
      ...Array.from({ length: count }, () => [random(), random(), random()]).flatMap((centre) =>
        [0, 1, 2].map(() => centre.map((value) => value + 0.6 * (random() - 0.5))),
      ),
    );
    const expected: number[][] = [];
    for (let a = 0; a < count; a++)
      for (let b = a + 1; b < count; b++)
        if (edgesCut(mesh, a, b) || edgesCut(mesh, b, a)) expected.push([a, b]);
    expect(expected.length).toBeGreaterThan(20);
    expect(pairsOf(mesh)).toEqual(expected);
  });

  it('leaves out pairs that are not accepted', () => {
    const mesh = soup(...floor, [0.5, 0.5, -1], [0.5, 0.5, 1], [3, 3, 1]);
    expect([...findSelfIntersections(buildTriangleBvh(mesh), (a, b) => a + b !== 1)]).toEqual([]);
  });
});

describe('foldedTriangles', () => {
  it('none on a sphere; those around a vertex that was pushed through its neighbours', () => {
    const sphere = makeIcosphere(0.1, 3);
    expect(foldedTriangles(sphere)).toEqual([]);
    const p = sphere.positionsHead.slice();
    const across = sphere.triangles[1]!;
    for (let k = 0; k < 3; k++)
      p[sphere.triangles[0]! * 3 + k] = 2.2 * p[across * 3 + k]! - 1.2 * p[sphere.triangles[0]! * 3 + k]!;
    expect(foldedTriangles({ ...sphere, positionsHead: p }).length).toBeGreaterThan(0);
  });
});

/** Does an edge of triangle a pass through triangle b? Signs of the volumes of five tetrahedra. */
function edgesCut({ positionsHead }: TriangleMesh, a: number, b: number): boolean {
  const point = (t: number, k: number): number[] => [
    ...positionsHead.subarray((t * 3 + k) * 3, (t * 3 + k) * 3 + 3),
  ];
  const volume = (p: number[], q: number[], r: number[], s: number[]): number => {
    const [u, v, w] = [q, r, s].map((x) => x.map((value, k) => value - p[k]!)) as [
      number[],
      number[],
      number[],
    ];
    return (
      u[0]! * (v[1]! * w[2]! - v[2]! * w[1]!) -
      u[1]! * (v[0]! * w[2]! - v[2]! * w[0]!) +
      u[2]! * (v[0]! * w[1]! - v[1]! * w[0]!)
    );
  };
  const [p, q, r] = [0, 1, 2].map((k) => point(b, k)) as [number[], number[], number[]];
  return [0, 1, 2].some((k) => {
    const [from, to] = [point(a, k), point(a, (k + 1) % 3)];
    if (Math.sign(volume(from, p, q, r)) === Math.sign(volume(to, p, q, r))) return false;
    const sides = [volume(from, to, p, q), volume(from, to, q, r), volume(from, to, r, p)].map(Math.sign);
    return sides[0] === sides[1] && sides[1] === sides[2];
  });
}
