import { describe, expect, it } from 'vitest';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { compareViews, findSeen } from '../../../src-main/evaluation/views/compare-views.ts';
import {
  featureDistance,
  normaliseFeatures,
} from '../../../src-main/evaluation/views/perceptual-distance.ts';
import { createImage } from '../../../src-main/image/image.ts';
import type { View } from '../../../src-main/pipeline/04-views/views.ts';

const SIZE = 32;

type Pixel = {
  rgb: readonly [number, number, number];
  alpha: number;
  normal: readonly number[];
  photo: number;
};

function makeView(at: (x: number, y: number) => Pixel): View {
  const image = createImage(SIZE, SIZE);
  const normalsHead = new Int8Array(SIZE * SIZE * 3);
  const photoWeight = new Uint8Array(SIZE * SIZE);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const { rgb, alpha, normal, photo } = at(i % SIZE, Math.floor(i / SIZE));
    image.rgbaSrgb.set([...rgb, alpha], i * 4);
    normalsHead.set(
      normal.map((value) => Math.round(127 * value)),
      i * 3,
    );
    photoWeight[i] = photo;
  }
  const depth = new Float32Array(SIZE * SIZE);
  return {
    azimuthDeg: 0,
    elevationDeg: 0,
    camera: rigCamera(0, 0, SIZE),
    image,
    normalsHead,
    depth,
    photoWeight,
  };
}

/** A square from x = 8; the photo sees its left half. */
const inside = (x: number, y: number): boolean => x >= 8 && x < 24 && y >= 8 && y < 24;
const base = (x: number, y: number): Pixel => ({
  rgb: [100 + 3 * x, 60, 200 - 2 * y],
  alpha: inside(x, y) ? 255 : 0,
  normal: [0, 0, 1],
  photo: x < 16 ? 255 : 0,
});
const truth = [makeView(base)];
const seen = findSeen(truth);

describe('compareViews', () => {
  it('finds nothing between equal views', () => {
    const numbers = compareViews(truth, truth, seen);
    expect(numbers).toMatchObject({ psnr: 80, psnrUnseen: 80, maskIou: 1, normalDeg: 0, normalDegUnseen: 0 });
    expect(numbers.ssim).toBeCloseTo(1, 6);
  });

  it('an error of 51 in the unseen half: 14 dB there, 17 dB in all, none where the photo sees', () => {
    const view = makeView((x, y) => {
      const { rgb, ...rest } = base(x, y);
      return { ...rest, rgb: x >= 16 ? (rgb.map((value) => value - 51) as [number, number, number]) : rgb };
    });
    const numbers = compareViews(truth, [view], seen);
    expect(numbers.psnrUnseen).toBeCloseTo(-20 * Math.log10(0.2), 3);
    expect(numbers.psnr).toBeCloseTo(-20 * Math.log10(0.2) + 10 * Math.log10(2), 3);
    expect(numbers.psnrSeen).toBe(80);
    expect(numbers.ssimUnseen).toBeLessThan(numbers.ssim);
  });

  it('a silhouette moved by a quarter of its width: IoU 3/5, and its rim counts as colour', () => {
    const view = makeView((x, y) => ({ ...base(x, y), alpha: inside(x - 4, y) ? 255 : 0 }));
    const numbers = compareViews(truth, [view], seen);
    expect(numbers.maskIou).toBeCloseTo(12 / 20, 6);
    expect(numbers.psnr).toBeLessThan(25);
  });

  it('normals turned by 30° show as that, only where both cover the pixel', () => {
    const turned = [Math.sin(Math.PI / 6), 0, Math.cos(Math.PI / 6)];
    const view = makeView((x, y) => ({ ...base(x, y), normal: x >= 16 ? turned : [0, 0, 1] }));
    const numbers = compareViews(truth, [view], seen);
    // Normals are stored in steps of 1/127: half a degree.
    expect(Math.abs(numbers.normalDegUnseen - 30)).toBeLessThan(0.5);
    expect(Math.abs(numbers.normalDeg - 15)).toBeLessThan(0.25);
  });
});

describe('featureDistance', () => {
  const layer = (value: (channel: number, place: number) => number) =>
    normaliseFeatures({
      dims: [1, 2, 4, 4],
      data: Float32Array.from({ length: 32 }, (_, i) => value(Math.floor(i / 16), i % 16)),
    });
  const all = { widthPx: 16, heightPx: 16, values: new Uint8Array(256).fill(1) };

  it('forgets the length of features: 0 for the same direction, 2 for one at right angles, 4 for the opposite', () => {
    const a = [layer((c) => (c === 0 ? 1 : 0))];
    expect(featureDistance(a, [layer((c) => (c === 0 ? 7 : 0))], all)).toBeCloseTo(0, 6);
    expect(featureDistance(a, [layer((c) => (c === 1 ? 3 : 0))], all)).toBeCloseTo(2, 6);
    expect(featureDistance(a, [layer((c) => (c === 0 ? -1 : 0))], all)).toBeCloseTo(4, 6);
  });

  it('looks at the places of the region only', () => {
    const a = [layer((c) => (c === 0 ? 1 : 0))];
    const b = [layer((c, place) => (c === 0 ? (place % 4 < 2 ? 1 : -1) : 0))];
    const left = { ...all, values: all.values.map((_, i) => (i % 16 < 6 ? 1 : 0)) };
    expect(featureDistance(a, b, all)).toBeCloseTo(2, 6);
    expect(featureDistance(a, b, left)).toBeCloseTo(0, 6);
    expect(featureDistance(a, b, { ...all, values: new Uint8Array(256) })).toBeNaN();
  });
});
