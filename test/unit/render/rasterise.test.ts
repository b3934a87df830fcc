import { describe, expect, it } from 'vitest';
import {
  type Camera,
  cameraCentreHead,
  lookAtCamera,
  projectPoints,
  unprojectPoints,
} from '../../../src-main/camera/camera.ts';
import { makeBox, makeIcosphere, makeUvSphere } from '../../../src-main/mesh/primitives.ts';
import type { TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { interpolate, interpolateAt } from '../../../src-main/render/interpolate.ts';
import { rasterise, type RasteriseOptions } from '../../../src-main/render/rasterise.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';
import { castPixels } from '../../support/cast-pixels.ts';

const SEEDS = [1, 2, 3, 4, 5, 6];

function randomCamera(random: () => number): Camera {
  const turn = random() * 2 * Math.PI;
  return {
    ...lookAtCamera({
      eyeHead: [Math.sin(turn), random() - 0.5, Math.cos(turn)],
      targetHead: [0.1 * random(), 0.1 * random(), 0],
      focalPx: 60 + 60 * random(),
      widthPx: 48,
      heightPx: 40,
    }),
    centrePx: [20 + 8 * random(), 16 + 8 * random()],
  };
}

function randomTriangles(random: () => number, count: number, spreadM: number): TriangleMesh {
  const positionsHead = Float32Array.from({ length: count * 9 }, () => (random() - 0.5) * spreadM);
  return { positionsHead, triangles: Uint32Array.from({ length: count * 3 }, (_, index) => index) };
}

describe('rasterise', () => {
  it.each(SEEDS)('agrees with a ray cast through every pixel centre (seed %i)', (seed) => {
    const random = createSeededRandom(new Uint32Array([seed, 7, 11, 13]));
    const mesh = randomTriangles(random, 20, 0.7);
    const camera = randomCamera(random);
    const fragments = rasterise(mesh, camera);
    const oracle = castPixels(mesh, camera);
    let compared = 0;
    for (let i = 0; i < oracle.ids.length; i++) {
      if (oracle.doubtful[i] === 1) continue;
      compared++;
      expect(fragments.triangleIds[i], `pixel ${i}`).toBe(oracle.ids[i]);
      expect(Math.abs(fragments.depth[i]! - oracle.depth[i]!)).toBeLessThan(2e-4);
      expect(Math.abs(fragments.barycentrics[2 * i]! - oracle.weights[2 * i]!)).toBeLessThan(5e-3);
      expect(Math.abs(fragments.barycentrics[2 * i + 1]! - oracle.weights[2 * i + 1]!)).toBeLessThan(5e-3);
    }
    expect(compared).toBeGreaterThan(0.8 * oracle.ids.length);
  });

  it.each(SEEDS)('covers the same pixels when only coverage is asked for (seed %i)', (seed) => {
    const random = createSeededRandom(new Uint32Array([seed, 29, 31, 37]));
    // From slivers below a pixel to triangles that fill the picture.
    const mesh = randomTriangles(random, 400, 0.02 + 0.7 * random());
    const camera = randomCamera(random);
    const covered = (options: RasteriseOptions): boolean[] =>
      Array.from(rasterise(mesh, camera, options).triangleIds, (id) => id >= 0);
    const [front, back] = [covered({ cullBack: true }), covered({ cullFront: true })];
    expect(covered({ cullBack: true, coverageOnly: true })).toEqual(front);
    expect(covered({ coverageOnly: true })).toEqual(front.map((is, i) => is || back[i]!));
    expect(covered({})).toEqual(front.map((is, i) => is || back[i]!));
  });

  it.each(SEEDS)('clips at the near plane like a ray cast that starts there (seed %i)', (seed) => {
    const random = createSeededRandom(new Uint32Array([seed, 17, 19, 23]));
    const mesh = randomTriangles(random, 12, 4);
    const camera = randomCamera(random);
    const fragments = rasterise(mesh, camera, { nearM: 0.05 });
    const oracle = castPixels(mesh, camera, 0.05);
    let covered = 0;
    for (let i = 0; i < oracle.ids.length; i++) {
      if (oracle.doubtful[i] === 1) continue;
      if (oracle.ids[i]! >= 0) covered++;
      expect(fragments.triangleIds[i], `pixel ${i}`).toBe(oracle.ids[i]);
      expect(Math.abs(fragments.depth[i]! - oracle.depth[i]!)).toBeLessThan(2e-3);
    }
    expect(covered).toBeGreaterThan(100);
  });

  it('covers every pixel of a jittered grid exactly once, so edges neither crack nor overlap', () => {
    const seed = 42;
    const random = createSeededRandom(new Uint32Array([seed, 1, 1, 1]));
    const cells = 12;
    const positions: number[] = [];
    for (let row = 0; row <= cells; row++) {
      for (let column = 0; column <= cells; column++) {
        const isInner = row > 0 && row < cells && column > 0 && column < cells;
        // Every second inner corner stays on the lattice, where edges run exactly through pixel centres.
        const jitter = isInner && (row + column) % 2 === 0 ? 0.06 : 0;
        positions.push(
          column / cells - 0.5 + jitter * (random() - 0.5),
          row / cells - 0.5 + jitter * (random() - 0.5),
          0,
        );
      }
    }
    const triangles: number[] = [];
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        const a = row * (cells + 1) + column;
        triangles.push(a, a + 1, a + cells + 2, a, a + cells + 2, a + cells + 1);
      }
    }
    // One metre fills the image: grid lines fall on multiples of 3.5 px, half of them through pixel centres.
    const camera = lookAtCamera({
      eyeHead: [0, 0, 1],
      targetHead: [0, 0, 0],
      focalPx: 42,
      widthPx: 42,
      heightPx: 42,
    });
    const hits = new Uint8Array(42 * 42);
    const positionsHead = new Float32Array(positions);
    for (let t = 0; t < triangles.length; t += 3) {
      const one = { positionsHead, triangles: new Uint32Array(triangles.slice(t, t + 3)) };
      rasterise(one, camera).triangleIds.forEach((id, i) => (hits[i] = hits[i]! + (id < 0 ? 0 : 1)));
    }
    expect([...new Set(hits)], `seed ${seed}`).toEqual([1]);
  });

  it('leaves no crack in a closed surface seen from anywhere', () => {
    const mesh = makeIcosphere(0.4, 4);
    for (const eye of [
      [0.3, 0.2, 2],
      [2, 0, 0.1],
      [0.5, 1.9, 0.3],
    ] as const) {
      const camera = lookAtCamera({
        eyeHead: eye,
        targetHead: [0, 0, 0],
        focalPx: 150,
        widthPx: 96,
        heightPx: 96,
      });
      const { triangleIds } = rasterise(mesh, camera);
      for (let y = 0; y < 96; y++) {
        const row = triangleIds.subarray(y * 96, y * 96 + 96);
        const first = row.findIndex((id) => id >= 0);
        const last = row.findLastIndex((id) => id >= 0);
        if (first >= 0) expect(row.subarray(first, last + 1).every((id) => id >= 0)).toBe(true);
      }
    }
  });

  it('gives the analytic depth of a sphere', () => {
    const radius = 0.3;
    const camera = lookAtCamera({
      eyeHead: [0, 0, 1.5],
      targetHead: [0, 0, 0],
      focalPx: 200,
      widthPx: 100,
      heightPx: 100,
    });
    const { depth } = rasterise(makeUvSphere(radius, 200, 400), camera);
    let worst = 0;
    for (let y = 0; y < 100; y++) {
      for (let x = 0; x < 100; x++) {
        const [dx, dy] = [(x + 0.5 - 50) / 200, (y + 0.5 - 50) / 200];
        // |t·(dx, dy, −1) + (0, 0, 1.5)| = radius, t = depth
        const a = 1 + dx * dx + dy * dy;
        const root = 1.5 * 1.5 - a * (1.5 * 1.5 - radius * radius);
        // Within 2 % of the outline a chord of the mesh is visibly inside the sphere.
        if (root > 0.02) worst = Math.max(worst, Math.abs(depth[y * 100 + x]! - (1.5 - Math.sqrt(root)) / a));
        if (root < 0) expect(depth[y * 100 + x]).toBe(0);
      }
    }
    expect(worst).toBeLessThan(2e-4);
  });

  it('interpolates positions that project back to the centre of their pixel', () => {
    const mesh = makeBox([0.3, 0.2, 0.4]);
    const camera = lookAtCamera({
      eyeHead: [0.5, 0.6, 0.7],
      targetHead: [0, 0, 0],
      focalPx: 120,
      widthPx: 64,
      heightPx: 48,
    });
    const fragments = rasterise(mesh, camera);
    const points = interpolate(fragments, mesh.triangles, mesh.positionsHead, 3).values;
    const back = projectPoints(camera, points);
    const pixels = new Float32Array(points.length);
    for (let i = 0; i < fragments.triangleIds.length; i++) {
      pixels.set([(i % 64) + 0.5, Math.floor(i / 64) + 0.5, fragments.depth[i]!], i * 3);
    }
    const unprojected = unprojectPoints(camera, pixels);
    let covered = 0;
    for (let i = 0; i < fragments.triangleIds.length; i++) {
      if (fragments.triangleIds[i]! < 0) continue;
      covered++;
      expect(back[i * 3]).toBeCloseTo((i % 64) + 0.5, 2);
      expect(back[i * 3 + 1]).toBeCloseTo(Math.floor(i / 64) + 0.5, 2);
      expect(back[i * 3 + 2]).toBeCloseTo(fragments.depth[i]!, 5);
      for (let k = 0; k < 3; k++) expect(unprojected[i * 3 + k]).toBeCloseTo(points[i * 3 + k]!, 4);
    }
    expect(covered).toBeGreaterThan(500);
  });

  it('interpolates at some pixels as over the whole picture, and at the mirrored vertices', () => {
    const mesh = makeIcosphere(0.4, 2);
    const camera = lookAtCamera({
      eyeHead: [0.3, 0.2, 2],
      targetHead: [0, 0, 0],
      focalPx: 90,
      widthPx: 48,
      heightPx: 48,
    });
    const fragments = rasterise(mesh, camera);
    const pixels = [...fragments.triangleIds.keys()].filter(
      (i) => fragments.triangleIds[i]! >= 0 && i % 7 === 0,
    );
    const count = mesh.positionsHead.length / 3;
    const mirror = Uint32Array.from({ length: count }, (_, vertex) => count - 1 - vertex);
    const mirrored = mesh.triangles.map((vertex) => mirror[vertex]!);
    for (const [triangles, of] of [
      [mesh.triangles, null],
      [mirrored, mirror],
    ] as const) {
      const all = interpolate(fragments, triangles, mesh.positionsHead, 3).values;
      const some = interpolateAt(fragments, pixels, mesh.triangles, mesh.positionsHead, 3, of);
      expect(some.length).toBe(3 * pixels.length);
      some.forEach((value, i) =>
        expect(value).toBeCloseTo(all[pixels[Math.floor(i / 3)]! * 3 + (i % 3)]!, 6),
      );
    }
    expect(pixels.length).toBeGreaterThan(50);
  });

  it('culls by facing: fronts are nearer than backs on a closed mesh', () => {
    const mesh = makeIcosphere(0.4, 2);
    const camera = lookAtCamera({
      eyeHead: [0, 0, 2],
      targetHead: [0, 0, 0],
      focalPx: 90,
      widthPx: 48,
      heightPx: 48,
    });
    const both = rasterise(mesh, camera);
    const front = rasterise(mesh, camera, { cullBack: true });
    const back = rasterise(mesh, camera, { cullFront: true });
    expect(front.triangleIds).toEqual(both.triangleIds);
    const [ex, ey, ez] = cameraCentreHead(camera);
    expect([ex, ey, ez].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 0, 2]);
    front.depth.forEach((depth, i) => {
      expect(back.depth[i]! > 0).toBe(depth > 0);
      if (depth > 0) expect(back.depth[i]).toBeGreaterThanOrEqual(depth);
    });
  });
});
