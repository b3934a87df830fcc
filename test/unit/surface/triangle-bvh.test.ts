import { describe, expect, it } from 'vitest';
import type { TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { makeBox, makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { castRay } from '../../../src-main/mesh/cast-ray.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../../src-main/mesh/triangle-bvh.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const SEED = 20240916;

/** Triangles strewn about the unit cube, a few of them without area. */
function soup(count: number, random: () => number): TriangleMesh {
  const positionsHead = new Float32Array(count * 9);
  for (let triangle = 0; triangle < count; triangle++) {
    const centre = [random(), random(), random()];
    const size = triangle % 11 === 0 ? 0 : 0.2 * random();
    for (let k = 0; k < 9; k++) positionsHead[triangle * 9 + k] = centre[k % 3]! + size * (random() - 0.5);
  }
  return { positionsHead, triangles: Uint32Array.from({ length: count * 3 }, (_, index) => index) };
}

/** Oracle: the best of a fine barycentric lattice of every triangle (an upper bound of the distance). */
function latticeDistance(mesh: TriangleMesh, point: readonly number[], steps: number): number {
  let best = Infinity;
  for (let t = 0; t < mesh.triangles.length; t += 3) {
    for (let i = 0; i <= steps; i++) {
      for (let j = 0; j <= steps - i; j++) {
        const weights = [1 - (i + j) / steps, i / steps, j / steps];
        const offset = [0, 1, 2].map((axis) =>
          weights.reduce((sum, w, k) => sum + w * mesh.positionsHead[mesh.triangles[t + k]! * 3 + axis]!, 0),
        );
        best = Math.min(best, Math.hypot(...offset.map((value, axis) => value - point[axis]!)));
      }
    }
  }
  return best;
}

function pointOf(mesh: TriangleMesh, hit: ReturnType<typeof makeSurfacePoint>): number[] {
  const weights = [1 - hit.weight1 - hit.weight2, hit.weight1, hit.weight2];
  return [0, 1, 2].map((axis) =>
    weights.reduce(
      (sum, w, k) => sum + w * mesh.positionsHead[mesh.triangles[hit.triangle * 3 + k]! * 3 + axis]!,
      0,
    ),
  );
}

describe(`triangle BVH (seed ${SEED})`, () => {
  const random = createSeededRandom(Uint32Array.of(SEED, 1, 2, 3));

  it('nearest point: as near as every sample of every triangle, and on the triangle it names', () => {
    const mesh = soup(60, random);
    const bvh = buildTriangleBvh(mesh);
    for (let query = 0; query < 60; query++) {
      const point = [random() * 2 - 0.5, random() * 2 - 0.5, random() * 2 - 0.5] as const;
      const hit = makeSurfacePoint();
      expect(closestPoint(bvh, ...point, Infinity, hit)).toBe(true);
      const oracle = latticeDistance(mesh, point, 12);
      expect(hit.distance).toBeLessThanOrEqual(oracle + 1e-6);
      // Lattice points are at most 0.2 · √3 / 12 apart.
      expect(hit.distance).toBeGreaterThan(oracle - 0.03);
      pointOf(mesh, hit).forEach((value, axis) => expect(value).toBeCloseTo([hit.x, hit.y, hit.z][axis]!, 5));
      expect(Math.hypot(hit.x - point[0], hit.y - point[1], hit.z - point[2])).toBeCloseTo(hit.distance, 6);
    }
  });

  it('the tree changes nothing: same answer as one triangle at a time', () => {
    const mesh = soup(500, random);
    const bvh = buildTriangleBvh(mesh);
    const single = Array.from({ length: 500 }, (_, t) =>
      buildTriangleBvh({
        positionsHead: mesh.positionsHead,
        triangles: mesh.triangles.slice(t * 3, t * 3 + 3),
      }),
    );
    const towardsCube = (from: readonly number[]): [number, number, number] => {
      const v = from.map((value) => random() - value);
      return v.map((value) => value / Math.hypot(...v)) as [number, number, number];
    };
    let hits = 0;
    for (let query = 0; query < 200; query++) {
      const origin: [number, number, number] = [random() * 2 - 0.5, random() * 2 - 0.5, random() * 2 - 0.5];
      const ray = towardsCube(origin);
      const scratch = makeSurfacePoint();
      const nearest = single.map(
        (tree) => (closestPoint(tree, ...origin, Infinity, scratch), scratch.distance),
      );
      const first = single.map((tree) =>
        castRay(tree, origin, ray, 3, scratch) ? scratch.distance : Infinity,
      );
      const hit = makeSurfacePoint();
      closestPoint(bvh, ...origin, Infinity, hit);
      expect(hit.distance).toBe(Math.min(...nearest));
      const met = castRay(bvh, origin, ray, 3, hit);
      expect(met ? hit.distance : Infinity).toBe(Math.min(...first));
      if (!met) continue;
      hits++;
      pointOf(mesh, hit).forEach((value, axis) => expect(value).toBeCloseTo([hit.x, hit.y, hit.z][axis]!, 5));
    }
    expect(hits).toBeGreaterThan(50);
  });

  it('keeps to the reach and to accepted triangles', () => {
    const bvh = buildTriangleBvh(makeBox([2, 2, 2]));
    const hit = makeSurfacePoint();
    expect(closestPoint(bvh, 0, 0, 0.4, 0.5, hit)).toBe(false);
    expect(closestPoint(bvh, 0, 0, 0.4, 0.7, hit)).toBe(true);
    const normalZ = (triangle: number): number => {
      const [a, b, c] = [0, 1, 2].map((k) => bvh.mesh.triangles[triangle * 3 + k]! * 3) as [
        number,
        number,
        number,
      ];
      const p = bvh.mesh.positionsHead;
      return (p[b]! - p[a]!) * (p[c + 1]! - p[a + 1]!) - (p[b + 1]! - p[a + 1]!) * (p[c]! - p[a]!);
    };
    closestPoint(bvh, 0, 0, 0.4, 5, hit, (triangle) => normalZ(triangle) < 0);
    expect(hit.z).toBeCloseTo(-1);
    expect(castRay(bvh, [0.1, 0.2, -3], [0, 0, 1], 1.9, hit)).toBe(false);
    expect(castRay(bvh, [0.1, 0.2, -3], [0, 0, 1], 2.1, hit)).toBe(true);
    expect(hit.distance).toBeCloseTo(2);
  });

  it('sphere: distance to the surface is |r − R| up to the facets', () => {
    const bvh = buildTriangleBvh(makeIcosphere(0.1, 4));
    const hit = makeSurfacePoint();
    for (const radius of [0.03, 0.09, 0.1, 0.11, 0.3]) {
      closestPoint(bvh, radius * 0.6, radius * 0.48, radius * 0.64, 1, hit);
      expect(Math.abs(hit.distance - Math.abs(radius - 0.1))).toBeLessThan(2e-4);
    }
  });

  it('an empty mesh has no nearest point', () => {
    const bvh = buildTriangleBvh({ positionsHead: new Float32Array(0), triangles: new Uint32Array(0) });
    expect(closestPoint(bvh, 0, 0, 0, 1, makeSurfacePoint())).toBe(false);
    expect(castRay(bvh, [0, 0, 0], [0, 0, 1], 1, makeSurfacePoint())).toBe(false);
  });
});
