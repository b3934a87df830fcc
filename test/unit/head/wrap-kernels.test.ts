import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import type { Surface } from '../../../src-main/pipeline/05-surface/surface.ts';
import { distancesTo } from '../../../src-main/pipeline/06-head/distances-to.ts';
import { findModelOffsets } from '../../../src-main/pipeline/06-head/model-offsets.ts';
import { nearVertices } from '../../../src-main/pipeline/06-head/rig/near-vertices.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const RADIUS_M = 0.08;

/** A ball that views made `narrowerM` smaller: true distances, and a growth that ends at `reportedM`. */
function smallerBall(narrowerM: number, reportedM: number): Surface {
  const size = 48;
  const spacing = 0.2 / (size - 1);
  const values = new Float32Array(size ** 3);
  for (let i = 0; i < values.length; i++) {
    const [x, y, z] = [i % size, Math.floor(i / size) % size, Math.floor(i / size ** 2)];
    values[i] = Math.hypot(...[x, y, z].map((k) => k * spacing - 0.1)) - (RADIUS_M - narrowerM);
  }
  const sdf = {
    size: [size, size, size] as const,
    originHead: [-0.1, -0.1, -0.1] as const,
    spacing,
    values,
  };
  return {
    mesh: makeIcosphere(RADIUS_M - narrowerM, 3),
    sdf,
    growth: new Float32Array(values.length).fill(-reportedM),
    fusedSpacing: spacing,
    denied: 0,
  };
}

describe('findModelOffsets', () => {
  const { positionsHead, triangles } = makeIcosphere(RADIUS_M, 3);

  it('a vertex on M’s outside is at 0, however much of a large change the growth reports', () => {
    const { offset, distance, surfaceHead } = findModelOffsets(
      positionsHead,
      triangles,
      smallerBall(0.016, 0.009),
    );
    offset.forEach((value, v) => {
      expect(Math.abs(value)).toBeLessThan(1e-6);
      expect(distance[v]).toBeCloseTo(-0.016, 3);
      const radius = Math.hypot(...surfaceHead.subarray(v * 3, v * 3 + 3));
      expect(radius).toBeCloseTo(RADIUS_M - 0.016, 3);
    });
  });

  it('what is hidden in M keeps the offset of the field', () => {
    const inner = makeIcosphere(RADIUS_M - 0.004, 3);
    const both = {
      positionsHead: Float32Array.of(...positionsHead, ...inner.positionsHead),
      triangles: Uint32Array.of(
        ...triangles,
        ...inner.triangles.map((index) => index + positionsHead.length / 3),
      ),
    };
    const { offset } = findModelOffsets(both.positionsHead, both.triangles, smallerBall(0.009, 0.009));
    for (let v = positionsHead.length / 3; v < offset.length; v++) expect(offset[v]).toBeCloseTo(-0.004, 3);
  });
});

const SEED = 5;
describe(`neighbourhoods against brute force (seed ${SEED})`, () => {
  const random = createSeededRandom(Uint32Array.of(SEED, 0, 0, 0));
  const points = Float32Array.from({ length: 900 }, () => 0.05 * (random() - 0.5));
  const distance = (a: number, b: number): number =>
    Math.hypot(...[0, 1, 2].map((k) => points[a * 3 + k]! - points[b * 3 + k]!));
  const some = [...Array(300).keys()].filter((v) => v % 3 === 1).reverse();

  it('nearVertices misses none within its reach and keeps the order', () => {
    const around = nearVertices(points, some, 0.006);
    for (let v = 0; v < 300; v++) {
      const found = around(v).filter((other) => distance(v, other) <= 0.006);
      expect(found).toEqual(some.filter((other) => distance(v, other) <= 0.006));
    }
  });

  it('distancesTo is the nearest one’s, up to its reach', () => {
    const found = distancesTo(points, some, 0.006);
    found.forEach((value, v) => {
      expect(value).toBeCloseTo(Math.min(0.006, ...some.map((other) => distance(v, other))), 6);
    });
  });
});
