import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { castOcclusion } from '../../../src-main/pipeline/07-texture/maps/cast-occlusion.ts';
import { paintSurfaceMap } from '../../../src-main/pipeline/07-texture/maps/paint-surface-map.ts';
import type { ImageRgba } from '../../../src-main/image/image.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import type { HairShell } from '../../../src-main/pipeline/06-head/head.ts';
import type { Prior } from '../../../src-main/pipeline/03-prior/prior.ts';
import { ellipsoidTemplate } from '../../support/sphere-template.ts';

describe('castOcclusion', () => {
  const sphere = makeIcosphere(0.01, 3);

  it('is 1 all over a ball: nothing in the way', () => {
    expect(Math.min(...castOcclusion(sphere, vertexNormals(sphere)))).toBe(1);
  });

  it('inside of a hollow ball of 10 mm: every ray ends at a chord, a third of the mean chord of 30 mm', () => {
    const inwards = vertexNormals(sphere).map((value) => -value);
    // Cosine-weighted mean chord of a ball of radius r is 4r/3; reach is 30 mm.
    for (const value of castOcclusion(sphere, inwards))
      expect(Math.abs(value - 0.0133 / 0.03)).toBeLessThan(0.04);
  });

  it('a wall beside a floor takes half of the light at its foot and none far away', () => {
    const wall = {
      positionsHead: Float32Array.of(...[0.0005, 0, 0, 0.2, 0, 0], ...[0, -1, 0, 0, -1, 1, 0, 1, 1, 0, 1, 0]),
      triangles: Uint32Array.of(2, 3, 4, 2, 4, 5),
    };
    const up = Float32Array.from({ length: 18 }, (_, i) => (i % 3 === 2 ? 1 : 0));
    const [near, far] = castOcclusion(wall, up);
    expect(near).toBeGreaterThan(0.4);
    expect(near).toBeLessThan(0.62);
    expect(far).toBe(1);
  });
});

describe('paintSurfaceMap', () => {
  const { topology, positionsHead } = ellipsoidTemplate(
    [
      { name: 'skin', centre: [0, 0, 0], radii: [0.08, 0.12, 0.1] },
      { name: 'eye-left', centre: [0.03, 0.02, 0.095], radii: [0.012, 0.012, 0.012] },
    ],
    32,
    48,
  );

  it('a face that the fit moved is not hair, and where hair is a mesh of its own no skin is', () => {
    // 10 mm: eyes, teeth and the like apart, all of the map is hair to the distance alone.
    const moved = positionsHead.map((value) => 1.1 * value);
    const prior = { topology, positionsHead } as Prior;
    const paint = (hair: HairShell | null): ImageRgba =>
      paintSurfaceMap(prior, { topology, positionsHead: moved, hair, meanDistanceMm: 0 }, 64);
    const roughest = (map: ImageRgba, isWanted: (place: number[]) => boolean): number => {
      const { triangles, triangleUvs } = triangulateTopology(topology);
      let most = 0;
      triangles.forEach((vertex, corner) => {
        if (topology.uvs[triangleUvs[corner]! * 2]! > 0.45) return;
        if (!isWanted([...positionsHead.subarray(vertex * 3, vertex * 3 + 3)])) return;
        const [u, v] = [0, 1].map((axis) =>
          Math.min(63, Math.floor(64 * topology.uvs[triangleUvs[corner]! * 2 + axis]!)),
        );
        most = Math.max(most, map.rgbaSrgb[(v! * 64 + u!) * 4 + 1]! / 255);
      });
      return most;
    };
    const isFace = ([, y, z]: number[]): boolean => z! > 0.06 && Math.abs(y!) < 0.05;
    const modelled = paint(null);
    expect(roughest(modelled, isFace)).toBeLessThan(0.56);
    expect(roughest(modelled, ([, y]) => y! > 0.1)).toBeGreaterThan(0.7);
    const shell = {
      quads: Uint32Array.of(0),
      positionsHead: moved,
      coverage: new Float32Array(topology.vertexCount),
    };
    expect(roughest(paint(shell), () => true)).toBeLessThan(0.56);
  });

  it('skin, hair and eyes by their roughness; only skin is darkened', () => {
    const grown = positionsHead.map((value, i) => (i % 3 === 1 && value > 0.08 ? value + 0.02 : value));
    const prior = { topology, positionsHead } as Prior;
    const map = paintSurfaceMap(prior, { topology, positionsHead: grown, hair: null, meanDistanceMm: 0 }, 64);
    const at = (u: number, v: number): number[] => [
      ...map.rgbaSrgb.subarray((Math.floor(v * 64) * 64 + Math.floor(u * 64)) * 4).slice(0, 4),
    ];
    // The template's left half of the map is the skin, its right half the eye; v = 0 is the crown.
    const [chin, crown, eye] = [at(0.1, 0.75), at(0.1, 0.06), at(0.75, 0.5)];
    expect(chin[1]).toBeCloseTo(255 * 0.55, -0.5);
    expect(crown[1]).toBeCloseTo(255 * 0.75, -0.5);
    expect(eye).toEqual([255, Math.round(255 * 0.12), 0, 255]);
    // The eye stands out of the skin by half: around it the skin is darker than elsewhere.
    const skin = Array.from({ length: 24 * 24 }, (_, i) => at(0.04 + (i % 24) * 0.0175, 0.2 + i / 960)[0]!);
    expect(Math.min(...skin)).toBeLessThan(215);
    expect(Math.max(...skin)).toBe(255);
  });
});
