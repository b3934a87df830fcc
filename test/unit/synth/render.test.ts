import { describe, expect, it } from 'vitest';
import { projectPoints, resizeCamera } from '../../../src-main/camera/camera.ts';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { composePoses } from '../../../src-main/camera/frames.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { makeUvSphere } from '../../../src-main/mesh/primitives.ts';
import { buildTriangleBvh } from '../../../src-main/mesh/triangle-bvh.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { rasterise } from '../../../src-main/render/rasterise.ts';
import { alignTruth, headFromPerson as toHead } from '../../../src-main/synth/head/align-truth.ts';
import { followNeck } from '../../../src-main/synth/head/end-at-neck.ts';
import { directionTo, placeCamera } from '../../../src-main/synth/head/take-photo.ts';
import { createDraw } from '../../../src-main/synth/random.ts';
import { cellNoise } from '../../../src-main/synth/render/paint-skin.ts';
import { NOTHING, type NeckFloor, rasteriseParts } from '../../../src-main/synth/render/rasterise-parts.ts';
import { renderScene } from '../../../src-main/synth/render/render-scene.ts';
import type { Light, ScenePart } from '../../../src-main/synth/render/scene.ts';

const AMBIENT: Light = {
  harmonics: new Float32Array(27).fill(1, 0, 3),
  keyDirection: [0, 0, 1],
  key: [0, 0, 0],
  eye: [0, 0, 1],
};

function ball(options: Partial<ScenePart> & { radius: number; alpha?: number }): ScenePart {
  const mesh = makeUvSphere(options.radius, 24, 32);
  const texture = createImage(2, 2);
  texture.rgbaSrgb.fill(255);
  for (let i = 3; i < 16; i += 4) texture.rgbaSrgb[i] = options.alpha ?? 255;
  return {
    positions: mesh.positionsHead,
    normals: vertexNormals(mesh),
    triangles: mesh.triangles,
    uvs: new Float32Array(2),
    triangleUvs: new Uint32Array(mesh.triangles.length),
    texture,
    isCutout: false,
    inTargets: 'all',
    tint: [0.5, 0.2, 0.1],
    shade: null,
    gloss: 0,
    paint: null,
    ...options,
  };
}

describe('rasteriseParts', () => {
  it('sees the triangles that the exact rasteriser sees', () => {
    const part = ball({ radius: 0.1 });
    const camera = rigCamera(30, 10, 96);
    const exact = rasterise({ positionsHead: part.positions, triangles: part.triangles }, camera, {
      cullBack: true,
    });
    const ours = rasteriseParts([part], camera, null);
    let differing = 0;
    exact.triangleIds.forEach((id, i) => {
      const own = ours.parts[i] === NOTHING ? -1 : ours.triangles[i]! / 3;
      if (own !== id) differing++;
    });
    // Only samples within rounding of an edge may go to the neighbour.
    expect(differing).toBeLessThan(10);
  });

  it('fills what lies inside of slivers, cards on edge and large triangles, pixel by pixel', () => {
    const draw = createDraw(5, 3, 1);
    const camera = rigCamera(0, 0, 96);
    for (let round = 0; round < 200; round++) {
      const positions = new Float32Array(9).map(() => draw.uniform(-0.25, 0.25));
      if (round % 2 === 0)
        for (let k = 0; k < 3; k++)
          positions[6 + k] = positions[k]! * 0.4 + positions[3 + k]! * 0.6 + draw.normal(0.003);
      const part = {
        ...ball({ radius: 0.1, isCutout: true }),
        positions,
        triangles: Uint32Array.of(0, 1, 2),
      };
      const { parts } = rasteriseParts([part], camera, null);
      const [ax, ay, , bx, by, , cx, cy] = projectPoints(camera, positions) as unknown as number[];
      let wrong = 0;
      parts.forEach((found, i) => {
        const [px, py] = [(i % 96) + 0.5, Math.floor(i / 96) + 0.5];
        const side = (x0: number, y0: number, x1: number, y1: number): number =>
          ((x1 - x0) * (py - y0) - (y1 - y0) * (px - x0)) / Math.hypot(x1 - x0, y1 - y0);
        const sides = [side(ax!, ay!, bx!, by!), side(bx!, by!, cx!, cy!), side(cx!, cy!, ax!, ay!)];
        // Nearer to an edge than single precision tells, either is right.
        if (sides.some((distance) => Math.abs(distance) < 1e-3)) return;
        const isInside = sides.every((distance) => distance > 0) || sides.every((distance) => distance < 0);
        if (isInside !== (found !== NOTHING)) wrong++;
      });
      expect(wrong, `round ${round}`).toBe(0);
    }
  });

  it('looks through half-transparent cards at about half of the samples', () => {
    const samples = rasteriseParts(
      [ball({ radius: 0.1, isCutout: true, alpha: 128 })],
      rigCamera(0, 0, 128),
      null,
    );
    const behind = rasteriseParts([ball({ radius: 0.1 })], rigCamera(0, 0, 128), null);
    const count = (of: Uint8Array): number => of.filter((part) => part !== NOTHING).length;
    // Front and back of the shell each stop half of the samples: three quarters in all.
    expect(count(samples.parts) / count(behind.parts)).toBeCloseTo(0.75, 1);
  });

  it('ends bodies at the neck floor, leaves out what only the photo shows, keeps the rest', () => {
    const floor = { height: 0, perZ: 0 };
    const camera = rigCamera(0, 0, 64);
    const lower = (inTargets: ScenePart['inTargets'], of: NeckFloor | null = floor): number =>
      rasteriseParts([ball({ radius: 0.1, inTargets })], camera, of)
        .parts.subarray(34 * 64)
        .filter((part) => part !== NOTHING).length;
    expect(lower('above-neck')).toBe(0);
    expect(lower('nothing')).toBe(0);
    expect(lower('all')).toBeGreaterThan(100);
    expect(lower('nothing', null)).toBe(lower('all'));
  });
});

describe('renderScene', () => {
  const size = 48;
  const { image, normals } = renderScene(
    { parts: [ball({ radius: 0.1 })], light: AMBIENT },
    rigCamera(0, 0, size),
    2,
    null,
  );

  it('gives the albedo under white ambient light, continued beyond the silhouette', () => {
    const encoded = [0.5, 0.2, 0.1].map((v) => 255 * (1.055 * v ** (1 / 2.4) - 0.055));
    for (const pixel of [24 * size + 24, 0]) {
      encoded.forEach((value, c) => expect(Math.abs(image.rgbaSrgb[pixel * 4 + c]! - value)).toBeLessThan(2));
    }
  });

  it('covers the area of a circle and points its normals at the camera in the middle', () => {
    const covered = image.rgbaSrgb.reduce((sum, value, i) => (i % 4 === 3 ? sum + value / 255 : sum), 0);
    // The outline of a ball of radius r at distance d has the angular radius asin(r/d).
    const radiusPx = ((size * 1.6) / 0.44) * Math.tan(Math.asin(0.1 / 1.6));
    expect(covered / (Math.PI * radiusPx ** 2)).toBeCloseTo(1, 1);
    expect(normals[(24 * size + 24) * 3 + 2]).toBeGreaterThan(0.99);
  });
});

describe('followNeck', () => {
  const M = makeUvSphere(0.05, 24, 32);
  const headFromPerson = rigCamera(20, 5, 8).cameraFromHead;
  const scale = 1.1;
  const scaled = headFromPerson.map((value, k) => (k < 12 && k % 4 < 3 ? value * scale : value));
  const placement = { headFromPerson: scaled as typeof headFromPerson, scale } as never;
  const positionsHead = new Float32Array(M.positionsHead.length);
  const body = ball({ radius: 0.06, inTargets: 'above-neck' });

  it('takes the shape of M at the floor, keeps its own at the chin, lies between in between', () => {
    // M around the origin of the person frame, brought into the head frame.
    for (let i = 0; i < positionsHead.length; i += 3)
      positionsHead.set(toHead(placement, M.positionsHead.subarray(i, i + 3)), i);
    const floor = { height: -0.04, perZ: 0 };
    const moved = followNeck(
      body,
      placement,
      buildTriangleBvh({ triangles: M.triangles, positionsHead }),
      floor,
      0.04,
    );
    const middle: number[] = [];
    for (let i = 0; i < moved.positions.length; i += 3) {
      const radius = Math.hypot(...moved.positions.subarray(i, i + 3));
      const y = body.positions[i + 1]!;
      if (y <= -0.04) expect(Math.abs(radius - 0.05)).toBeLessThan(0.0008);
      else if (y >= 0.04) expect(radius).toBeCloseTo(0.06, 6);
      else middle.push(radius);
    }
    expect(Math.min(...middle)).toBeGreaterThan(0.05 - 0.0008);
    expect(Math.max(...middle)).toBeLessThan(0.06 + 1e-6);
  });
});

describe('alignTruth', () => {
  it('leaves the picture as it was at the depth of the eyes, for another focal length', () => {
    for (const seed of [1, 2, 3]) {
      const truth = placeCamera(createDraw(seed, 0, 0));
      const estimate = { ...resizeCamera(rigCamera(12, -3, 384), 384, 384), focalPx: [900, 900] as const };
      const eye = new Float32Array([0.03, 0.01, 0.08]);
      const depth = projectPoints(truth, eye)[2]!;
      const { headFromPerson } = alignTruth(truth, depth, estimate, 1.1);
      const posed = { ...estimate, cameraFromHead: composePoses(estimate.cameraFromHead, headFromPerson) };
      const [u, v] = projectPoints(truth, eye);
      const placed = projectPoints(posed, eye);
      expect(placed[0]! - estimate.centrePx[0], `seed ${seed}`).toBeCloseTo(u! - truth.centrePx[0], 3);
      expect(placed[1]! - estimate.centrePx[1]).toBeCloseTo(v! - truth.centrePx[1], 3);
      expect(placed[2]).toBeCloseTo(1.1, 5);
      expect(Math.hypot(...directionTo(truth))).toBeCloseTo(1, 6);
    }
  });
});

describe('cellNoise', () => {
  it('is a function of place, in [0, 1], and continuous', () => {
    for (let i = 0; i < 200; i++) {
      const [x, y, z] = [i * 0.37 - 20, i * 0.11, -i * 0.23];
      const value = cellNoise(x, y, z);
      expect(value).toBe(cellNoise(x, y, z));
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      expect(Math.abs(cellNoise(x + 1e-4, y, z) - value)).toBeLessThan(1e-3);
    }
  });
});
