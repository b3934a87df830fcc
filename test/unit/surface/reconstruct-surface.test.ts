import { describe, expect, it } from 'vitest';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { checkMesh } from '../../../src-main/mesh/mesh-checks.ts';
import type { HeadTopology, TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../../src-main/mesh/triangle-bvh.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { boundaryLoops } from '../../../src-main/mesh/boundary-loops.ts';
import { blendEvidence } from '../../../src-main/pipeline/05-surface/blend-evidence.ts';
import { capNeck } from '../../../src-main/pipeline/05-surface/cap-neck.ts';
import { dropShreds } from '../../../src-main/pipeline/05-surface/drop-shreds.ts';
import { startDepthFusion } from '../../../src-main/pipeline/05-surface/fuse-depth.ts';
import { layOutGrid } from '../../../src-main/pipeline/05-surface/grid-layout.ts';
import { marchCubes } from '../../../src-main/pipeline/05-surface/march-cubes.ts';
import { outerDistance } from '../../../src-main/pipeline/05-surface/outer-distance.ts';
import { previewSurface } from '../../../src-main/pipeline/05-surface/preview-surface.ts';
import { reconstructSurface } from '../../../src-main/pipeline/05-surface/reconstruct-surface.ts';
import { outlineDistance } from '../../../src-main/pipeline/05-surface/silhouette.ts';
import { type SignedDistanceGrid, TRUNCATION_CELLS } from '../../../src-main/pipeline/05-surface/surface.ts';
import type { Prior } from '../../../src-main/pipeline/03-prior/prior.ts';
import { renderViews } from '../../support/render-views.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead } from '../../support/synthetic-head.ts';

/** Far below everything. */
const NO_NECK = { normalHead: [0, -1, 0], offset: 1 } as const;
const SETTINGS = { ...HEAD_SETTINGS_DEFAULTS, surfaceResolution: 56 };

function sampleRadius({ size, originHead, spacing }: SignedDistanceGrid, i: number): number {
  const place = [i % size[0], Math.floor(i / size[0]) % size[1], Math.floor(i / (size[0] * size[1]))];
  return Math.hypot(...place.map((index, axis) => originHead[axis]! + spacing * index));
}

/** Mean and largest distance (m) of the vertices of one mesh from the other. */
function distances(from: TriangleMesh, to: TriangleMesh): { mean: number; max: number } {
  const bvh = buildTriangleBvh(to);
  const hit = makeSurfacePoint();
  const p = from.positionsHead;
  const all = Array.from({ length: p.length / 3 }, (_, i) => {
    closestPoint(bvh, p[i * 3]!, p[i * 3 + 1]!, p[i * 3 + 2]!, 1, hit);
    return hit.distance;
  });
  return { mean: all.reduce((a, b) => a + b) / all.length, max: Math.max(...all) };
}

function interpolateGrid(
  { size, originHead, spacing, values }: SignedDistanceGrid,
  p: Float32Array,
  at: number,
): number {
  const place = originHead.map((low, axis) => (p[at + axis]! - low) / spacing);
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const steps = place.map((x, axis) => Math.floor(x) + ((corner >> axis) & 1));
    const weight = place.reduce((w, x, axis) => w * (1 - Math.abs(x - steps[axis]!)), 1);
    if (weight > 0) sum += weight * values[steps[0]! + size[0] * (steps[1]! + size[1] * steps[2]!)]!;
  }
  return sum;
}

/** The head without what lies below y = −0.085 m. */
function openNeck(topology: HeadTopology, p: Float32Array): HeadTopology {
  const kept = [...topology.quadGroups.keys()].filter((q) =>
    [0, 1, 2, 3].every((k) => p[topology.quads[q * 4 + k]! * 3 + 1]! > -0.085),
  );
  const corners = (of: Uint32Array): Uint32Array =>
    Uint32Array.from(kept.flatMap((q) => [...of.subarray(q * 4, q * 4 + 4)]));
  return {
    ...topology,
    quads: corners(topology.quads),
    quadUvs: corners(topology.quadUvs),
    quadGroups: Uint8Array.from(kept, (q) => topology.quadGroups[q]!),
  };
}

describe('evidence', () => {
  it('outline distance of a disc: right to a tenth on both sides', () => {
    const image = createImage(80, 60);
    for (let i = 0; i < 80 * 60; i++) {
      image.rgbaSrgb[i * 4 + 3] = Math.hypot((i % 80) - 39.5, Math.floor(i / 80) - 29.5) < 20 ? 255 : 0;
    }
    outlineDistance(image).forEach((value, i) => {
      const exact = Math.hypot((i % 80) - 39.5, Math.floor(i / 80) - 29.5) - 20;
      expect(Math.abs(value - exact)).toBeLessThan(0.8 + 0.06 * Math.abs(exact));
    });
  });

  it('distance to a sphere with a sphere inside: the inner one is not seen', () => {
    const outer = makeIcosphere(0.1, 4);
    const inner = makeIcosphere(0.05, 2);
    const mesh = {
      positionsHead: Float32Array.from([...outer.positionsHead, ...inner.positionsHead]),
      triangles: Uint32Array.from([
        ...outer.triangles,
        ...inner.triangles.map((index) => index + outer.positionsHead.length / 3),
      ]),
    };
    const grid = layOutGrid({ min: [-0.1, -0.1, -0.1], max: [0.1, 0.1, 0.1] }, 40);
    outerDistance(grid, mesh);
    const wrong = [...grid.values].filter((value, i) => {
      const exact = sampleRadius(grid, i) - 0.1;
      // Facets of the icosphere cut 0.2 mm off the sphere.
      const wrongSide = Math.abs(exact) > 3e-4 && value < 0 !== exact < 0;
      return wrongSide || (Math.abs(exact) < grid.spacing && Math.abs(value - exact) > 5e-4);
    });
    expect(wrong).toEqual([]);
  });

  it('fused depth of a sphere: its distance within half a cell of the surface', () => {
    const grid = layOutGrid({ min: [-0.1, -0.1, -0.1], max: [0.1, 0.1, 0.1] }, 40);
    const fusion = startDepthFusion(grid, new Uint8Array(grid.values.length).fill(1), NO_NECK);
    for (const view of renderViews(makeIcosphere(0.1, 4), 8, 160).views) fusion.addView(view);
    const errors = [...fusion.finish().values].flatMap((value, i) => {
      const exact = sampleRadius(grid, i) - 0.1;
      return Math.abs(exact) < grid.spacing / 2 ? [Math.abs(value - exact)] : [];
    });
    expect(errors.length).toBeGreaterThan(1000);
    expect(errors.reduce((a, b) => a + b) / errors.length).toBeLessThan(4e-4);
  });

  it('M two centimetres too large, twice what fused distances reach: the views have it', () => {
    const grid = layOutGrid({ min: [-0.1, -0.1, -0.1], max: [0.1, 0.1, 0.1] }, 88);
    expect(2 * TRUNCATION_CELLS * grid.spacing).toBeLessThan(0.0205);
    for (let i = 0; i < grid.values.length; i++) grid.values[i] = sampleRadius(grid, i) - 0.1;
    const fusion = startDepthFusion(grid, new Uint8Array(grid.values.length).fill(1), NO_NECK);
    for (const view of renderViews(makeIcosphere(0.075, 4), 8, 160).views) fusion.addView(view);
    blendEvidence(grid, fusion.finish());
    const p = marchCubes(grid).positionsHead;
    const errors = Array.from({ length: p.length / 3 }, (_, i) =>
      Math.abs(Math.hypot(...p.subarray(i * 3, i * 3 + 3)) - 0.075),
    );
    expect(errors.reduce((a, b) => a + b) / errors.length).toBeLessThan(4e-4);
    // Where only outlines know.
    expect(Math.max(...errors)).toBeLessThan(grid.spacing);
  });

  it('shreds of hair go, a thick lock and a thin coat on the head or on hair that depth tells of stay', () => {
    const grid = layOutGrid({ min: [-0.1, -0.1, -0.1], max: [0.1, 0.1, 0.1] }, 88);
    const { size, spacing, originHead } = grid;
    for (let i = 0; i < grid.values.length; i++) grid.values[i] = sampleRadius(grid, i) - 0.05;
    const place = (i: number): number[] =>
      [i % size[0], Math.floor(i / size[0]) % size[1], Math.floor(i / (size[0] * size[1]))].map(
        (index, axis) => originHead[axis]! + spacing * index,
      );
    const far = (i: number, x: number): number => Math.hypot(place(i)[0]! - x, place(i)[1]!, place(i)[2]!);
    const isCoat = (i: number): boolean => grid.values[i]! > 0 && grid.values[i]! < 0.005;
    const isLock = (i: number): boolean => far(i, 0.08) < 0.015;
    const isShred = (i: number): boolean => far(i, -0.08) < 0.003;
    const fromBun = (i: number): number =>
      Math.hypot(place(i)[0]!, place(i)[1]! - 0.045, place(i)[2]!) - 0.03;
    const isBunCoat = (i: number): boolean => grid.values[i]! > 0.01 && fromBun(i) > 0 && fromBun(i) < 0.005;
    const isHair = (i: number): boolean => isCoat(i) || isLock(i) || isShred(i) || isBunCoat(i);
    const hair = Uint8Array.from(grid.values, (_, i) => (isHair(i) ? 1 : 0));
    const before = hair.slice();
    const isSolid = Uint8Array.from(grid.values, (value, i) => (value < 0 || fromBun(i) < 0 ? 1 : 0));
    dropShreds(grid, hair, isSolid);
    const kept = (of: (i: number) => boolean): number => {
      const all = [...before.keys()].filter((i) => before[i] === 1 && of(i));
      expect(all.length).toBeGreaterThan(5);
      return all.filter((i) => hair[i] === 1).length / all.length;
    };
    expect(kept(isShred)).toBe(0);
    // An octahedron does not reach into every round corner, nor to where the bun's coat is cut.
    expect(kept(isLock)).toBeGreaterThan(0.85);
    expect(kept(isBunCoat)).toBeGreaterThan(0.85);
    expect(kept(isCoat)).toBeGreaterThan(0.95);
    expect([...hair.keys()].some((i) => hair[i] === 1 && before[i] === 0)).toBe(false);
  });

  it('caps the lowest opening and finds the plane above its rim', () => {
    const { topology, positionsHead } = makeSyntheticHead(16, 24);
    const open = triangulateTopology(topology).triangles.filter((_, corner, all) => {
      const t = corner - (corner % 3);
      return [0, 1, 2].every((k) => positionsHead[all[t + k]! * 3 + 1]! > -0.095);
    });
    const loops = boundaryLoops({ positionsHead, triangles: open });
    expect(loops).toHaveLength(1);
    const { mesh, cut } = capNeck({ positionsHead, triangles: open });
    expect(checkMesh(mesh)).toMatchObject({ boundaryEdgeCount: 0, flippedEdgeCount: 0 });
    expect(cut.normalHead[1]).toBeCloseTo(-1, 3);
    expect(-cut.offset).toBeCloseTo(
      Math.max(...loops[0]!.map((vertex) => positionsHead[vertex * 3 + 1]!)),
      5,
    );
  });
});

describe('previewSurface', () => {
  it('a ball on a fine grid: few triangles, watertight, on the ball; closed where it reaches the border', () => {
    for (const [radius, reach] of [
      [0.1, 0.11],
      [0.1, 0.09],
    ] as const) {
      const grid = layOutGrid({ min: [-reach, -reach, -reach], max: [reach, reach, reach] }, 150);
      for (let i = 0; i < grid.values.length; i++) grid.values[i] = sampleRadius(grid, i) - radius;
      const mesh = previewSurface(grid);
      expect(checkMesh(mesh)).toMatchObject({ watertight: true, componentCount: 1 });
      // 200 thousand without taking samples out.
      expect(mesh.triangles.length / 3).toBeLessThan(60_000);
      const p = mesh.positionsHead;
      const radii = Array.from({ length: p.length / 3 }, (_, i) =>
        Math.hypot(...p.subarray(i * 3, i * 3 + 3)),
      );
      // A chord of a cell of 3 mm lies 0.02 mm inside the ball; the border cuts it off.
      expect(Math.max(...radii)).toBeLessThan(radius + 1e-4);
      if (reach > radius) expect(Math.min(...radii)).toBeGreaterThan(radius - 1e-4);
    }
  });
});

describe('reconstructSurface', () => {
  const head = makeSyntheticHead(40, 56);
  const { triangles } = triangulateTopology(head.topology);
  const prior = { topology: head.topology, positionsHead: head.positionsHead } as Prior;

  it('bald: the prior itself, watertight, one piece', async () => {
    const bald = { positionsHead: head.positionsHead, triangles };
    const context = recordContext('05-surface');
    const surface = await reconstructSurface(
      { prior, views: renderViews(bald, 8, 160), settings: SETTINGS },
      context,
    );
    expect(checkMesh(surface.mesh)).toMatchObject({ watertight: true, componentCount: 1 });
    expect(distances(surface.mesh, bald).mean).toBeLessThan(4e-4);
    expect(context.fractions).toEqual([...context.fractions].sort((a, b) => a - b));
    expect(context.fractions.at(-1)).toBe(1);
  });

  const hairy = head.positionsHead.slice();
  for (let i = 0; i < hairy.length; i += 3) {
    const [x, y, z] = [hairy[i]!, hairy[i + 1]!, hairy[i + 2]!];
    const grow = (0.03 * Math.min(Math.max(0.8 * y - 0.6 * z, 0), 0.04)) / 0.04 / Math.hypot(x, y, z);
    hairy.set([x * (1 + grow), y * (1 + grow), z * (1 + grow)], i);
  }
  const truth = { positionsHead: hairy, triangles };
  const views = renderViews(truth, 16, 160);

  it('hair of 2–3 cm that only the views have', async () => {
    const shown: TriangleMesh[] = [];
    const context = {
      ...recordContext('05-surface'),
      previewMesh: (mesh: TriangleMesh): void => void shown.push(mesh),
    };
    const surface = await reconstructSurface({ prior, views, settings: SETTINGS }, context);
    expect(checkMesh(surface.mesh)).toMatchObject({ watertight: true, componentCount: 1 });
    // Meanwhile: M, then the head with hair.
    expect(shown).toHaveLength(2);
    expect(distances(shown[0]!, { positionsHead: head.positionsHead, triangles }).mean).toBeLessThan(8e-4);
    expect(distances(shown[1]!, surface.mesh).mean).toBeLessThan(8e-4);
    // A cell is 5 mm here; the edge of the hair is rounded by the smoothing.
    const { mean, max } = distances(surface.mesh, truth);
    expect(mean).toBeLessThan(8e-4);
    expect(max).toBeLessThan(8e-3);
    // φ of the grid agrees with the mesh that was taken from it.
    const p = surface.mesh.positionsHead;
    for (let i = 0; i < p.length; i += 30)
      expect(Math.abs(interpolateGrid(surface.sdf, p, i))).toBeLessThan(1e-5);
    // And it says where the views have made it larger: at the back of the head, not in the face.
    const growthAt = (y: number, z: number): number =>
      interpolateGrid({ ...surface.sdf, values: surface.growth }, Float32Array.of(0, y, z), 0);
    expect(growthAt(0.04, -0.089)).toBeGreaterThan(0.01);
    expect(growthAt(-0.04, 0.089)).toBeLessThan(3e-4);
  });

  it('says how far outlines of other views deny what depth tells', async () => {
    const exact = await reconstructSurface({ prior, views, settings: SETTINGS }, recordContext('05-surface'));
    expect(exact.denied).toBeLessThan(0.01);
    // The outlines of a head without that hair: wherever it is in view, some view says that there is nothing.
    const bald = renderViews({ positionsHead: head.positionsHead, triangles }, 16, 160);
    const torn = views.views.map((view, i) => ({ ...view, image: bald.views[i]!.image }));
    const input = { prior, views: { ...views, views: torn }, settings: SETTINGS };
    expect((await reconstructSurface(input, recordContext('05-surface'))).denied).toBeGreaterThan(0.1);
  });

  it('hair that is only in the alpha of the views: their visual hull', async () => {
    const bald = renderViews({ positionsHead: head.positionsHead, triangles }, 16, 160);
    const painted = bald.views.map((view, i) => ({ ...view, image: views.views[i]!.image }));
    const input = { prior, views: { ...bald, views: painted }, settings: SETTINGS };
    const surface = await reconstructSurface(input, recordContext('05-surface'));
    expect(checkMesh(surface.mesh)).toMatchObject({ watertight: true, componentCount: 1 });
    // Outlines alone leave the hull of eight directions where depth would round it off.
    expect(distances(surface.mesh, truth).mean).toBeLessThan(3e-3);
    // The back of the head, 3 cm behind the prior, is reached within a cell.
    const back = Math.min(...surface.mesh.positionsHead.filter((_, i) => i % 3 === 2));
    const trueBack = Math.min(...hairy.filter((_, i) => i % 3 === 2));
    expect(Math.abs(back - trueBack)).toBeLessThan(5e-3);
  });

  it.each([false, true])(
    'a hollow neck that is narrower than M: as the views show it (culled: %s)',
    async (culled) => {
      const open = openNeck(head.topology, head.positionsHead);
      const narrow = head.positionsHead.map((value, i) => {
        const y = head.positionsHead[i - (i % 3) + 1]!;
        return i % 3 === 1 ? value : value * (1 - 0.15 * Math.min(Math.max((-0.03 - y) / 0.02, 0), 1));
      });
      const hollow = { positionsHead: narrow, triangles: triangulateTopology(open).triangles };
      const surface = await reconstructSurface(
        {
          prior: { topology: open, positionsHead: head.positionsHead } as Prior,
          views: renderViews(hollow, 16, 160, culled),
          settings: SETTINGS,
        },
        recordContext('05-surface'),
      );
      expect(checkMesh(surface.mesh)).toMatchObject({ watertight: true, componentCount: 1 });
      // Above the rounded rim of the cut at −0.085, and below where both are the same.
      const neck = (mesh: TriangleMesh): TriangleMesh => ({
        ...mesh,
        positionsHead: mesh.positionsHead.filter((_, i, all) => {
          const y = all[i - (i % 3) + 1]!;
          return y < -0.05 && y > -0.065;
        }),
      });
      const { mean } = distances(neck(surface.mesh), hollow);
      const before = distances(neck({ positionsHead: head.positionsHead, triangles }), hollow);
      expect(before.mean).toBeGreaterThan(7e-3);
      expect(mean).toBeLessThan(1.5e-3);
    },
  );

  it('cancel is heard between two pieces', async () => {
    const abort = new AbortController();
    const context = {
      ...recordContext('05-surface', abort.signal),
      progress: () => setImmediate(() => abort.abort()),
    };
    const views = renderViews({ positionsHead: head.positionsHead, triangles }, 4, 64);
    await expect(reconstructSurface({ prior, views, settings: SETTINGS }, context)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
