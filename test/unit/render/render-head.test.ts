import { describe, expect, it } from 'vitest';
import { lookAtCamera } from '../../../src-main/camera/camera.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { downsampleImage } from '../../../src-main/render/downsample-image.ts';
import { renderTextured } from '../../../src-main/render/render-head.ts';
import { shadeClay } from '../../../src-main/render/shade-clay.ts';

const camera = lookAtCamera({
  eyeHead: [0, 0, 1],
  targetHead: [0, 0, 0],
  focalPx: 64,
  widthPx: 64,
  heightPx: 64,
});
/** One metre fills the image. */
const square = {
  positionsHead: new Float32Array([-0.5, -0.5, 0, 0.5, -0.5, 0, 0.5, 0.5, 0, -0.5, 0.5, 0]),
  triangles: new Uint32Array([0, 1, 2, 0, 2, 3]),
};
const squareUvs = { uvs: new Float32Array([0, 1, 1, 1, 1, 0, 0, 0]), triangleUvs: square.triangles };

describe('renderTextured', () => {
  it('reproduces a map that faces the camera at its own size, the right way up', () => {
    const map = createImage(64, 64);
    map.rgbaSrgb.forEach((_, i) => {
      map.rgbaSrgb[i] = [(i >> 2) % 64, (i >> 8) * 3, 90, 255][i % 4]!;
    });
    const picture = renderTextured(square, squareUvs, map, camera, { supersample: 1 });
    picture.rgbaSrgb.forEach((value, i) => expect(Math.abs(value - map.rgbaSrgb[i]!)).toBeLessThanOrEqual(1));
  });

  it('reads a fine checkerboard as its mean instead of noise', () => {
    const map = createImage(1024, 1024);
    for (let i = 0; i < 1024 * 1024; i++) map.rgbaSrgb.fill(((i + (i >> 10)) & 1) * 255, i * 4, i * 4 + 3);
    const picture = renderTextured(square, squareUvs, map, camera, { supersample: 1 });
    for (let i = 0; i < picture.rgbaSrgb.length; i += 4)
      expect(Math.abs(picture.rgbaSrgb[i]! - 128)).toBeLessThan(3);
  });

  it('leaves out what is seen from behind when that is asked for', () => {
    const covered = (z: number, cullBack: boolean): boolean => {
      const view = lookAtCamera({
        eyeHead: [0, 0, z],
        targetHead: [0, 0, 0],
        focalPx: 64,
        widthPx: 64,
        heightPx: 64,
      });
      const { rgbaSrgb } = renderTextured(square, squareUvs, createImage(4, 4), view, { cullBack });
      return rgbaSrgb[(32 * 64 + 32) * 4 + 3] === 255;
    };
    expect([covered(1, true), covered(-1, false), covered(-1, true)]).toEqual([true, true, false]);
  });

  it('covers what the outline covers: the alpha of a disc adds up to its area', () => {
    const mesh = makeIcosphere(0.3, 4);
    const uvSet = { uvs: new Float32Array(2), triangleUvs: new Uint32Array(mesh.triangles.length) };
    const picture = renderTextured(mesh, uvSet, createImage(4, 4), camera);
    let area = 0;
    for (let i = 3; i < picture.rgbaSrgb.length; i += 4) area += picture.rgbaSrgb[i]! / 255;
    const radiusPx = (64 * 0.3) / Math.sqrt(1 - 0.3 * 0.3);
    expect(area / (Math.PI * radiusPx * radiusPx)).toBeCloseTo(1, 2);
  });
});

describe('shadeClay', () => {
  it('is brightest towards the key light (upper left) and shows no back faces on a closed mesh', () => {
    const picture = shadeClay(makeIcosphere(0.3, 3), camera);
    const at = (x: number, y: number): number => picture.rgbaSrgb[(y * 64 + x) * 4]!;
    expect(at(24, 20)).toBeGreaterThan(at(42, 44));
    for (let i = 0; i < picture.rgbaSrgb.length; i += 4) {
      if (picture.rgbaSrgb[i + 3] === 255)
        expect(picture.rgbaSrgb[i + 1]).toBeGreaterThan(0.9 * picture.rgbaSrgb[i]!);
    }
  });
});

describe('downsampleImage', () => {
  it('averages light, weighted by alpha', () => {
    const image = createImage(2, 2);
    image.rgbaSrgb.set([255, 255, 255, 255, 0, 0, 0, 255, 9, 9, 9, 0, 9, 9, 9, 0]);
    // Half the light of white is sRGB 188; the two transparent samples count only for coverage.
    expect([...downsampleImage(image, 2).rgbaSrgb]).toEqual([188, 188, 188, 128]);
  });
});
