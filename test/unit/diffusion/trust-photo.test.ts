import { describe, expect, it } from 'vitest';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { trustPhoto } from '../../../src-main/pipeline/04-views/diffusion/trust-photo.ts';
import type { View } from '../../../src-main/pipeline/04-views/views.ts';

const SIZE = 16;
const FULL = 64;
const PLANE = SIZE * SIZE;
const MIDDLE = 32 * FULL + 32;
const DARK = -0.4;

/** A wall that looks along +Z, wholly carried from the photo. */
const wall: View = {
  azimuthDeg: 0,
  elevationDeg: 0,
  camera: rigCamera(0, 0, FULL),
  image: createImage(FULL, FULL),
  normalsHead: new Int8Array(FULL * FULL * 3).map((_, i) => (i % 3 === 2 ? 127 : 0)),
  depth: new Float32Array(FULL * FULL).fill(1.6),
  photoWeight: new Uint8Array(FULL * FULL).fill(255),
};

/** Planes of an even colour, wholly covered; `paint` changes pixels. */
function planesOf(colour: number, paint: (x: number, y: number) => number = () => colour): Float32Array {
  return Float32Array.from({ length: 7 * PLANE }, (_, k) => {
    const i = k % PLANE;
    return k < 3 * PLANE ? paint(i % SIZE, Math.floor(i / SIZE)) : 1;
  });
}

function trustAt(photoAzimuthDeg: number, generated: Float32Array, view: View = wall): number {
  return trustPhoto(generated, planesOf(DARK), SIZE, view, rigCamera(photoAzimuthDeg, 0, FULL))[MIDDLE]!;
}

describe('trustPhoto', () => {
  it('keeps what the photo sees squarely, whatever the network says', () => {
    expect(trustAt(0, planesOf(1))).toBe(1);
    expect(trustAt(20, planesOf(1))).toBe(1);
  });

  it("keeps the photo in the photo's own view, however slanting the surface", () => {
    const slanting = {
      ...wall,
      normalsHead: wall.normalsHead.map((_, i) => [110, 0, 64][i % 3]!),
    };
    expect(trustAt(0, planesOf(1), slanting)).toBe(1);
    expect(trustAt(-50, planesOf(1), slanting)).toBeLessThan(0.01);
  });

  it('lets the network overrule what the photo sees slantingly, and only where it disagrees', () => {
    expect(trustAt(65, planesOf(0.6))).toBeLessThan(0.01);
    expect(trustAt(65, planesOf(DARK))).toBe(1);
    const between = trustAt(45, planesOf(0.6));
    expect(between).toBeGreaterThan(0.2);
    expect(between).toBeLessThan(0.8);
  });

  it('takes missing detail for no disagreement: stripes have the colour of their mean', () => {
    const stripes = planesOf(DARK, (x) => DARK + (x % 2 === 0 ? 0.3 : -0.3));
    expect(trustAt(65, stripes)).toBeGreaterThan(0.95);
  });

  it('never trusts what was not carried from the photo', () => {
    const unseen = { ...wall, photoWeight: new Uint8Array(FULL * FULL) };
    expect(trustAt(0, planesOf(DARK), unseen)).toBe(0);
  });
});
