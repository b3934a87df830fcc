import { describe, expect, it } from 'vitest';
import { lookAtCamera, projectPoints } from '../../../src-main/camera/camera.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { createPhotoProbe, probePhoto, widenGaps } from '../../../src-main/render/photo-probe.ts';
import { facingCosines } from '../../../src-main/render/visibility.ts';

const camera = lookAtCamera({
  eyeHead: [0.2, 0.1, 1.2],
  targetHead: [0, 0, 0],
  focalPx: 900,
  widthPx: 640,
  heightPx: 480,
});
const mesh = makeIcosphere(0.1, 4);
const normals = vertexNormals(mesh);
/** Red tells the column, green the row. */
const image = createImage(640, 480);
for (let i = 0; i < 640 * 480; i++)
  image.rgbaSrgb.set([((i % 640) / 640) * 255, (Math.floor(i / 640) / 480) * 255, 0, 255], i * 4);
const full = new Uint8Array(640 * 480).fill(255);

describe('createPhotoProbe', () => {
  it.each([400, 3000])(
    'finds the photo’s colour at projected points, asked for %i px per metre',
    (pxPerM) => {
      const probe = createPhotoProbe({ image, maskAlpha: full, camera, mesh, pxPerM });
      const { colours, weights } = probePhoto(probe, mesh.positionsHead, normals);
      const pixels = projectPoints(camera, mesh.positionsHead);
      let seen = 0;
      facingCosines(mesh.positionsHead, normals, camera).forEach((cosine, i) => {
        if (cosine <= 0) expect(weights[i]).toBe(0);
        if (cosine < 0.4) return;
        seen++;
        expect(weights[i]).toBeGreaterThan(0.98);
        expect(Math.abs(colours[i * 3]! - pixels[i * 3]! / 640)).toBeLessThan(0.005);
        expect(Math.abs(colours[i * 3 + 1]! - pixels[i * 3 + 1]! / 480)).toBeLessThan(0.005);
      });
      expect(seen).toBeGreaterThan(500);
    },
  );

  it('keeps off the border of the mask', () => {
    const mask = full.map((_, i) => (i % 640 < 320 ? 255 : 0));
    const probe = createPhotoProbe({ image, maskAlpha: mask, camera, mesh, pxPerM: 700 });
    const { weights } = probePhoto(probe, mesh.positionsHead, normals);
    const pixels = projectPoints(camera, mesh.positionsHead);
    const pxPerM = 900 / 1.2;
    facingCosines(mesh.positionsHead, normals, camera).forEach((cosine, i) => {
      const insideM = (320 - pixels[i * 3]!) / pxPerM;
      if (insideM < 0) expect(weights[i]).toBeLessThan(0.02);
      if (insideM > 0.008 && cosine > 0.4) expect(weights[i]).toBeGreaterThan(0.98);
    });
  });

  it('refuses a head outside the photo', () => {
    const away = {
      ...mesh,
      positionsHead: mesh.positionsHead.map((value, i) => value + (i % 3 === 0 ? 5 : 0)),
    };
    expect(() => createPhotoProbe({ image, maskAlpha: full, camera, mesh: away, pxPerM: 700 })).toThrow(
      /outside the photo/,
    );
  });
});

describe('widenGaps', () => {
  it('lets the photo see what lies beside a gap, but not farther', () => {
    /** Two plates with a 4 mm gap, 5 cm in front of a back wall. */
    const plate = (left: number, right: number, z: number): number[] => [
      left,
      -0.1,
      z,
      right,
      -0.1,
      z,
      right,
      0.1,
      z,
      left,
      0.1,
      z,
    ];
    const positionsHead = new Float32Array([
      ...plate(-0.1, -0.002, 0.05),
      ...plate(0.002, 0.1, 0.05),
      ...plate(-0.1, 0.1, 0),
    ]);
    const triangles = new Uint32Array([0, 4, 8].flatMap((a) => [a, a + 1, a + 2, a, a + 2, a + 3]));
    const front = lookAtCamera({
      eyeHead: [0, 0, 1],
      targetHead: [0, 0, 0],
      focalPx: 1000,
      widthPx: 256,
      heightPx: 256,
    });
    const map = createImage(256, 256);
    const maskAlpha = new Uint8Array(256 * 256).fill(255);
    const probe = createPhotoProbe({
      image: map,
      maskAlpha,
      camera: front,
      mesh: { positionsHead, triangles },
      pxPerM: 1000,
    });
    const wall = new Float32Array([0, 0, 0, 0.005, 0, 0, 0.02, 0, 0]);
    const towards = new Float32Array([0, 0, 1, 0, 0, 1, 0, 0, 1]);
    expect([...probePhoto(probe, wall, towards).weights].map((weight) => weight > 0.5)).toEqual([
      true,
      false,
      false,
    ]);
    const wide = widenGaps(probe, 0.005);
    expect([...probePhoto(wide, wall, towards).weights].map((weight) => weight > 0.5)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
