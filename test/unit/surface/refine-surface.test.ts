import { describe, expect, it } from 'vitest';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import { checkMesh } from '../../../src-main/mesh/mesh-checks.ts';
import type { TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../../src-main/mesh/triangle-bvh.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import type { Prior } from '../../../src-main/pipeline/03-prior/prior.ts';
import { doubleGrid, doubleValues } from '../../../src-main/pipeline/05-surface/double-grid.ts';
import { layOutGrid, planGrid } from '../../../src-main/pipeline/05-surface/grid-layout.ts';
import { marchCubes } from '../../../src-main/pipeline/05-surface/march-cubes.ts';
import { reconstructSurface } from '../../../src-main/pipeline/05-surface/reconstruct-surface.ts';
import { refineSurface } from '../../../src-main/pipeline/05-surface/refine-surface.ts';
import type { SignedDistanceGrid } from '../../../src-main/pipeline/05-surface/surface.ts';
import { renderViews } from '../../support/render-views.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead } from '../../support/synthetic-head.ts';

/** Far below everything. */
const NO_NECK = { normalHead: [0, -1, 0], offset: 1 } as const;
const RADIUS_M = 0.1;

/** φ of a ball with dents of `dentM` and a wavelength of six cells. */
function ballGrid(resolution: number, dentM: number): SignedDistanceGrid {
  const grid = layOutGrid({ min: [-0.1, -0.1, -0.1], max: [0.1, 0.1, 0.1] }, resolution);
  const { size, originHead, spacing, values } = grid;
  const wave = (2 * Math.PI) / (6 * spacing);
  for (let i = 0; i < values.length; i++) {
    const place = [i % size[0], Math.floor(i / size[0]) % size[1], Math.floor(i / (size[0] * size[1]))];
    const [x, y, z] = place.map((index, k) => originHead[k]! + spacing * index) as [number, number, number];
    values[i] = Math.hypot(x, y, z) - RADIUS_M + dentM * Math.sin(wave * x) * Math.sin(wave * y);
  }
  return grid;
}

function meanRadiusError({ positionsHead: p }: TriangleMesh): number {
  let sum = 0;
  for (let i = 0; i < p.length; i += 3) sum += Math.abs(Math.hypot(p[i]!, p[i + 1]!, p[i + 2]!) - RADIUS_M);
  return sum / (p.length / 3);
}

/** Mean distance, m, of the vertices of one mesh from the other. */
function meanDistance(from: TriangleMesh, to: TriangleMesh): number {
  const bvh = buildTriangleBvh(to);
  const hit = makeSurfacePoint();
  const p = from.positionsHead;
  let sum = 0;
  for (let i = 0; i < p.length; i += 3) {
    closestPoint(bvh, p[i]!, p[i + 1]!, p[i + 2]!, 1, hit);
    sum += hit.distance;
  }
  return sum / (p.length / 3);
}

describe('doubleGrid', () => {
  it('keeps the samples where they are and is exact for what is linear along each axis', () => {
    const size = [5, 6, 7] as const;
    const at = (x: number, y: number, z: number): number => 1 + x - 2 * y + 0.5 * z * x - x * y;
    const values = Float32Array.from({ length: 5 * 6 * 7 }, (_, i) =>
      at(i % 5, Math.floor(i / 5) % 6, Math.floor(i / 30)),
    );
    const grid = doubleGrid({ size, originHead: [1, 2, 3], spacing: 0.5, values });
    expect(grid).toMatchObject({ size: [9, 11, 13], originHead: [1, 2, 3], spacing: 0.25 });
    grid.values.forEach((value, i) => {
      const [x, y, z] = [i % 9, Math.floor(i / 9) % 11, Math.floor(i / 99)];
      expect(value).toBeCloseTo(at(x / 2, y / 2, z / 2), 4);
    });
    const steps = doubleValues(Float32Array.of(0, 0, 1, 1), [4, 1, 1]);
    expect([...steps]).toEqual([0, 0, 0, 0.5, 1, 1, 1]);
  });
});

describe('refineSurface', () => {
  const ball = makeIcosphere(RADIUS_M, 5);
  const views = renderViews(ball, 12, 160).views;

  it('takes off dents that no view shows, and says so in the growth', async () => {
    const coarse = ballGrid(48, 5e-4);
    const before = coarse.values.slice();
    const growth = new Float32Array(before.length);
    const shares: number[] = [];
    const { sdf, growth: grown } = await refineSurface(coarse, growth, views, NO_NECK, async (share) => {
      shares.push(share);
    });
    expect(shares).toEqual([...shares].sort());
    expect(shares.length).toBeGreaterThan(3);
    expect(coarse.values).toEqual(before);
    const mesh = marchCubes(sdf);
    expect(checkMesh(mesh)).toMatchObject({ watertight: true, componentCount: 1 });
    expect(meanRadiusError(marchCubes(coarse))).toBeGreaterThan(1.5e-4);
    expect(meanRadiusError(mesh)).toBeLessThan(0.6 * meanRadiusError(marchCubes(coarse)));
    const interpolated = doubleGrid(coarse).values;
    grown.forEach((value, i) => expect(value).toBeCloseTo(interpolated[i]! - sdf.values[i]!, 6));
  });

  it('stays where views contradict each other by a millimetre, and where none sees anything', async () => {
    const coarse = ballGrid(48, 0);
    const torn = views.map((view, i) => ({
      ...view,
      depth: view.depth.map((z) => (z === 0 ? 0 : z + (i % 2 === 0 ? 0.001 : 0))),
    }));
    const growth = new Float32Array(coarse.values.length);
    const refined = async (seen: typeof views): Promise<number> => {
      const { sdf } = await refineSurface(coarse, growth, seen, NO_NECK, async () => undefined);
      return meanRadiusError(marchCubes(sdf));
    };
    const alone = await refined([]);
    expect(alone).toBeLessThan(1.2e-4);
    expect(await refined(torn)).toBeLessThan(1.8e-4);
    // All of them say the same: half a millimetre is taken.
    const moved = views.map((view) => ({
      ...view,
      depth: view.depth.map((z) => (z === 0 ? 0 : z + 0.0005)),
    }));
    expect(await refined(moved)).toBeGreaterThan(2.5e-4);
  });
});

describe('reconstructSurface, refined', () => {
  it('only above 192 cells, from half of them', () => {
    expect(planGrid(128)).toEqual({ cells: 128, isRefined: false });
    expect(planGrid(192)).toEqual({ cells: 192, isRefined: false });
    expect(planGrid(256)).toEqual({ cells: 128, isRefined: true });
  });

  it('a head that M has half a millimetre too large: twice the cells, nearer to what the views show', async () => {
    const head = makeSyntheticHead(40, 56);
    const { triangles } = triangulateTopology(head.topology);
    const truth = { positionsHead: head.positionsHead.map((value) => 0.994 * value), triangles };
    const views = renderViews(truth, 12, 160);
    const prior = { topology: head.topology, positionsHead: head.positionsHead } as Prior;
    const at = async (surfaceResolution: number): ReturnType<typeof reconstructSurface> =>
      reconstructSurface(
        { prior, views, settings: { ...HEAD_SETTINGS_DEFAULTS, surfaceResolution } },
        recordContext('05-surface'),
      );
    const [plain, refined] = [await at(97), await at(194)];
    expect(checkMesh(refined.mesh)).toMatchObject({ watertight: true, componentCount: 1 });
    expect(refined.sdf.size).toEqual(plain.sdf.size.map((count) => 2 * count - 1));
    expect(refined.sdf.values).toHaveLength(refined.growth.length);
    expect([plain.fusedSpacing, refined.fusedSpacing]).toEqual([plain.sdf.spacing, 2 * refined.sdf.spacing]);
    expect(meanDistance(refined.mesh, truth)).toBeLessThan(0.6 * meanDistance(plain.mesh, truth));
  });
});
