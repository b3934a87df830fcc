import { describe, expect, it } from 'vitest';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { resizeImage } from '../../../src-main/image/resize-image.ts';
import { composeView } from '../../../src-main/pipeline/04-views/diffusion/compose-view.ts';
import { readPlanes } from '../../../src-main/pipeline/04-views/diffusion/draw-planes.ts';
import type { View } from '../../../src-main/pipeline/04-views/views.ts';

const SIZE = 16;
const FULL = 64;
/** The photo's camera: it sees the square of `stripedView` squarely. */
const FRONT = rigCamera(0, 0, FULL);

/** A covered square with stripes of two pixels, which 16 px cannot hold. */
function stripedView(photoWeight: number): View {
  const image = createImage(FULL, FULL);
  for (let i = 0; i < FULL * FULL; i++) {
    const value = 120 + (i % 4 < 2 ? 40 : -40);
    image.rgbaSrgb.set([value, value, value, 255], i * 4);
  }
  return {
    azimuthDeg: 0,
    elevationDeg: 0,
    camera: rigCamera(0, 0, FULL),
    image,
    normalsHead: new Int8Array(FULL * FULL * 3).map((_, i) => (i % 3 === 2 ? 127 : 0)),
    depth: new Float32Array(FULL * FULL).fill(1.6),
    photoWeight: new Uint8Array(FULL * FULL).fill(photoWeight),
  };
}

/** What a network would give that agrees with the view, `shift` brighter (in [0, 255]); alpha 1 in the left half only. */
function generate(view: View, shift: number): Float32Array {
  const small = resizeImage(view.image, SIZE, SIZE);
  const plane = SIZE * SIZE;
  const out = new Float32Array(7 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) out[c * plane + i] = (small.rgbaSrgb[i * 4 + c]! + shift) / 127.5 - 1;
    out[3 * plane + i] = i % SIZE < SIZE / 2 ? 1 : -1;
    out[4 * plane + i] = 3;
  }
  return out;
}

/** The same, with normals along +Z. */
function generateFacing(view: View): Float32Array {
  const out = generate(view, 0);
  const plane = SIZE * SIZE;
  out.fill(0, 4 * plane, 6 * plane);
  out.fill(1, 6 * plane, 7 * plane);
  return out;
}

/** Mean and range of the green values of a block inside the covered half. */
function inspect(view: View): { mean: number; range: number } {
  const values: number[] = [];
  for (let y = 24; y < 40; y++)
    for (let x = 8; x < 24; x++) values.push(view.image.rgbaSrgb[(y * FULL + x) * 4 + 1]!);
  return {
    mean: values.reduce((a, b) => a + b, 0) / values.length,
    range: Math.max(...values) - Math.min(...values),
  };
}

describe('composeView', () => {
  it('keeps the fine detail of the reprojection where the network agrees with it', () => {
    const view = stripedView(0);
    const { mean, range } = inspect(composeView(generate(view, 0), SIZE, view, FRONT));
    expect(Math.abs(mean - 120)).toBeLessThan(2);
    expect(range).toBeGreaterThan(70);
  });

  it('believes the network where they disagree, without seams of the reprojection', () => {
    const view = stripedView(0);
    const { mean, range } = inspect(composeView(generate(view, 90), SIZE, view, FRONT));
    expect(Math.abs(mean - 210)).toBeLessThan(3);
    expect(range).toBeLessThan(6);
  });

  it("keeps the photo's pixels whatever the network says", () => {
    const view = stripedView(255);
    const { mean, range } = inspect(composeView(generate(view, 90), SIZE, view, FRONT));
    expect(Math.abs(mean - 120)).toBeLessThan(2);
    expect(range).toBe(80);
  });

  it('draws a sure outline within two pixels, with unit normals and depth inside only', () => {
    const view = stripedView(0);
    const made = composeView(generate(view, 0), SIZE, view, FRONT);
    const row = Array.from({ length: FULL }, (_, x) => made.image.rgbaSrgb[(32 * FULL + x) * 4 + 3]!);
    expect(row.slice(0, 31).every((alpha) => alpha > 250)).toBe(true);
    expect(row.slice(33).every((alpha) => alpha < 5)).toBe(true);
    expect(made.depth[32 * FULL + 4]).toBeCloseTo(1.6, 5);
    expect(made.depth[32 * FULL + 60]).toBe(0);
    expect([...made.normalsHead.subarray((32 * FULL + 4) * 3, (32 * FULL + 4) * 3 + 3)]).toEqual([127, 0, 0]);
  });

  it('keeps the head in one piece: a shred beside it goes', () => {
    const view = stripedView(0);
    const generated = generate(view, 0);
    const alphaAt = (x: number, y: number): number => 3 * SIZE * SIZE + y * SIZE + x;
    generated[alphaAt(13, 4)] = 1;
    generated[alphaAt(13, 5)] = 1;
    const made = composeView(generated, SIZE, view, FRONT);
    expect(made.image.rgbaSrgb[(20 * FULL + 54) * 4 + 3]).toBe(0);
    expect(made.depth[20 * FULL + 54]).toBe(0);
    expect(made.image.rgbaSrgb[(20 * FULL + 10) * 4 + 3]).toBe(255);
  });

  it("bends the network's normals by the surface's fine ones where the photo is kept, and nowhere else", () => {
    const tilted = (photoWeight: number): View => {
      const view = stripedView(photoWeight);
      // Ridges of two pixels, which the network's pixels cannot hold.
      for (let i = 0; i < FULL * FULL; i++)
        view.normalsHead.set(i % 4 < 2 ? [53, 0, 115] : [-53, 0, 115], i * 3);
      return view;
    };
    const spread = (view: View): number => {
      const made = composeView(generateFacing(view), SIZE, view, FRONT);
      const across = Array.from({ length: 8 }, (_, x) => made.normalsHead[(32 * FULL + 8 + x) * 3]!);
      return Math.max(...across) - Math.min(...across);
    };
    expect(spread(tilted(255))).toBeGreaterThan(90);
    expect(spread(tilted(0))).toBeLessThan(3);
  });

  it('brings no colour inside that the network draws beyond its own outline', () => {
    const view = stripedView(0);
    const generated = generate(view, 0);
    for (let i = 0; i < SIZE * SIZE; i++)
      if (i % SIZE >= SIZE / 2) for (let c = 0; c < 3; c++) generated[c * SIZE * SIZE + i] = 1;
    const made = composeView(generated, SIZE, view, FRONT);
    const stripes = [26, 27, 28, 29, 30, 31].map((x) => made.image.rgbaSrgb[(32 * FULL + x) * 4 + 1]!);
    expect(Math.max(...stripes)).toBeLessThan(165);
  });

  it('leaves the colours as they were where the network repeats the view, up to the outline', () => {
    const view = stripedView(0);
    // A slanting outline, with colours beyond it that differ from those inside.
    for (let i = 0; i < FULL * FULL; i++) {
      if ((i % FULL) + Math.floor(i / FULL) / 2 < 40.5) continue;
      view.image.rgbaSrgb.set([250, 20, 20, 0], i * 4);
    }
    const made = composeView(readPlanes(view, SIZE), SIZE, view, FRONT);
    let largest = 0;
    for (let i = 0; i < FULL * FULL; i++) {
      if (view.image.rgbaSrgb[i * 4 + 3] === 0 || made.image.rgbaSrgb[i * 4 + 3]! < 128) continue;
      for (let c = 0; c < 3; c++)
        largest = Math.max(
          largest,
          Math.abs(made.image.rgbaSrgb[i * 4 + c]! - view.image.rgbaSrgb[i * 4 + c]!),
        );
    }
    expect(largest).toBeLessThanOrEqual(1);
  });

  it.each([
    [64, 128],
    [100, 128],
    [64, 256],
    [100, 256],
    [200, 128],
  ])('makes a view of %i px of %i px of the network: same share, nothing aliases', (fullPx, networkPx) => {
    const view = greyView(fullPx);
    const made = composeView(generateStripedDisc(networkPx), networkPx, view, FRONT);
    let [covered, worst, straightest] = [0, 0, 127];
    for (let i = 0; i < fullPx * fullPx; i++) {
      covered += made.image.rgbaSrgb[i * 4 + 3]! / 255;
      const middle = [i % fullPx, Math.floor(i / fullPx)].every((at) => Math.abs(at / fullPx - 0.5) < 0.15);
      if (!middle) continue;
      worst = Math.max(worst, Math.abs(made.image.rgbaSrgb[i * 4]! - 127.5));
      straightest = Math.min(straightest, made.normalsHead[i * 3 + 2]!);
    }
    expect(Math.abs(covered / fullPx ** 2 - Math.PI * 0.3 ** 2)).toBeLessThan(0.02);
    // Stripes that the view cannot hold come out as their mean.
    if (networkPx === 4 * fullPx) {
      expect(worst).toBeLessThan(2);
      expect(straightest).toBeGreaterThan(125);
    }
  });
});

/** Grey, made up all over, seen from the front. */
function greyView(fullPx: number): View {
  const count = fullPx * fullPx;
  const image = createImage(fullPx, fullPx);
  for (let i = 0; i < count; i++) image.rgbaSrgb.set([128, 128, 128, 255], i * 4);
  return {
    azimuthDeg: 0,
    elevationDeg: 0,
    camera: rigCamera(0, 0, fullPx),
    image,
    normalsHead: new Int8Array(count * 3).map((_, i) => (i % 3 === 2 ? 127 : 0)),
    depth: new Float32Array(count).fill(1.6),
    photoWeight: new Uint8Array(count),
  };
}

/** A disc of .3 of the side with stripes, four pixels from one to the next, and ridges of the same. */
function generateStripedDisc(side: number): Float32Array {
  const plane = side * side;
  const out = new Float32Array(7 * plane);
  for (let i = 0; i < plane; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const isLight = ((x + 3) & 2) === 0 ? -1 : 1;
    for (let c = 0; c < 3; c++) out[c * plane + i] = 0.5 * isLight;
    const outside = Math.hypot(x + 0.5 - side / 2, y + 0.5 - side / 2) - 0.3 * side;
    out[3 * plane + i] = Math.min(1, Math.max(-1, -2 * outside));
    out[4 * plane + i] = 0.4 * isLight;
    out[6 * plane + i] = Math.sqrt(1 - 0.4 ** 2);
  }
  return out;
}
