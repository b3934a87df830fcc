import { describe, expect, it } from 'vitest';
import { checkMesh } from '../../../src-main/mesh/mesh-checks.ts';
import { keepLargestSolid } from '../../../src-main/pipeline/05-surface/keep-solid.ts';
import { marchCubes } from '../../../src-main/pipeline/05-surface/march-cubes.ts';
import type { SignedDistanceGrid } from '../../../src-main/pipeline/05-surface/surface.ts';
import { sweepDistance } from '../../../src-main/pipeline/05-surface/sweep-distance.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const SEED = 58;

/** Cube of `count`³ samples from −1 to 1. */
function sampleField(count: number, field: (x: number, y: number, z: number) => number): SignedDistanceGrid {
  const spacing = 2 / (count - 1);
  const values = new Float32Array(count ** 3);
  const at = (index: number): number => -1 + spacing * index;
  for (let i = 0; i < values.length; i++) {
    values[i] = field(at(i % count), at(Math.floor(i / count) % count), at(Math.floor(i / count ** 2)));
  }
  return { size: [count, count, count], originHead: [-1, -1, -1], spacing, values };
}
const sphere = (x: number, y: number, z: number, radius = 0.7): number => Math.hypot(x, y, z) - radius;
const torus = (x: number, y: number, z: number): number => Math.hypot(Math.hypot(x, z) - 0.6, y) - 0.22;

describe('marching cubes', () => {
  it('sphere: watertight, radius and volume', () => {
    const mesh = marchCubes(sampleField(41, sphere));
    const report = checkMesh(mesh);
    expect(report).toMatchObject({
      watertight: true,
      componentCount: 1,
      eulerCharacteristic: 2,
      degenerateCount: 0,
    });
    expect(report.volumeM3).toBeGreaterThan(0);
    expect(report.volumeM3 / ((4 / 3) * Math.PI * 0.7 ** 3)).toBeCloseTo(1, 2);
    for (let i = 0; i < mesh.positionsHead.length; i += 3) {
      // Linear interpolation errs by at most h²/(8 r); crossings near a sample are moved by 0.02 h.
      expect(Math.abs(Math.hypot(...mesh.positionsHead.slice(i, i + 3)) - 0.7)).toBeLessThan(0.05 * 0.03);
    }
  });

  it('torus: watertight, one hole, volume', () => {
    const report = checkMesh(marchCubes(sampleField(61, torus)));
    expect(report).toMatchObject({ watertight: true, componentCount: 1, eulerCharacteristic: 0 });
    expect(report.volumeM3 / (2 * Math.PI ** 2 * 0.6 * 0.22 ** 2)).toBeCloseTo(1, 1);
  });

  it(`noise, which meets all ambiguous cases: closed and manifold (seed ${SEED})`, () => {
    const random = createSeededRandom(Uint32Array.of(SEED, 0, 0, 0));
    const grid = sampleField(24, (x, y, z) =>
      Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > 0.95 ? 1 : 0,
    );
    grid.values.forEach((value, i) => (grid.values[i] = value > 0 ? 1 : random() - 0.5));
    const report = checkMesh(marchCubes(grid));
    expect(report.componentCount).toBeGreaterThan(10);
    expect(report).toMatchObject({ boundaryEdgeCount: 0, nonManifoldEdgeCount: 0, flippedEdgeCount: 0 });
  });

  it('a plane through the samples gives no triangle without area', () => {
    const grid = sampleField(9, (x, y, z) => Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) - 0.5);
    expect(checkMesh(marchCubes(grid))).toMatchObject({ watertight: true, degenerateCount: 0 });
  });
});

describe('keepLargestSolid', () => {
  it('drops crumbs, fills hollows, and a crumb in a hollow', () => {
    const field = sampleField(41, (x, y, z) => {
      const shell = Math.max(sphere(x, y, z, 0.7), -sphere(x, y, z, 0.35));
      return Math.min(shell, sphere(x, y, z, 0.1), sphere(x - 0.85, y - 0.85, z - 0.85, 0.1));
    });
    expect(checkMesh(marchCubes(field)).componentCount).toBe(4);
    keepLargestSolid(field);
    const report = checkMesh(marchCubes(field));
    expect(report).toMatchObject({ watertight: true, componentCount: 1, eulerCharacteristic: 2 });
    expect(report.volumeM3 / ((4 / 3) * Math.PI * 0.7 ** 3)).toBeCloseTo(1, 1);
  });

  it('closes a solid that reaches the border', () => {
    const field = sampleField(21, (x) => x);
    keepLargestSolid(field);
    expect(checkMesh(marchCubes(field))).toMatchObject({ watertight: true, componentCount: 1 });
  });

  it('noise becomes one component without inner surfaces', () => {
    const random = createSeededRandom(Uint32Array.of(SEED, 1, 0, 0));
    const grid = sampleField(20, (x, y, z) =>
      Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > 0.89 ? 1 : 0,
    );
    grid.values.forEach((value, i) => (grid.values[i] = value > 0 ? 1 : random() - 0.6));
    keepLargestSolid(grid);
    expect(checkMesh(marchCubes(grid))).toMatchObject({ watertight: true, componentCount: 1 });
  });
});

describe('sweepDistance', () => {
  it('recovers the distance of a sphere from a thin known band, both sides', () => {
    const exact = sampleField(41, sphere);
    const swept = { ...exact, values: exact.values.map((value) => Math.sign(value)) };
    const known = exact.values.map((value) => (Math.abs(value) < 1.2 * exact.spacing ? 1 : 0));
    exact.values.forEach((value, i) => known[i] && (swept.values[i] = value));
    sweepDistance(swept, Uint8Array.from(known));
    const errors = swept.values.map((value, i) => Math.abs(value - exact.values[i]!));
    // First-order scheme, error O(h log h): about a cell in the far corners.
    expect(Math.max(...errors)).toBeLessThan(1.5 * exact.spacing);
    expect(errors.reduce((a, b) => a + b) / errors.length).toBeLessThan(0.3 * exact.spacing);
  });
});
