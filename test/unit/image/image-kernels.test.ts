import { describe, expect, test } from 'vitest';
import { boxFilter } from '../../../src-main/image/box-filter.ts';
import { connectedComponents } from '../../../src-main/image/connected-components.ts';
import {
  cropImage,
  greyRaster,
  imageFromRaster,
  mirrorRaster,
  rgbRaster,
} from '../../../src-main/image/convert-image.ts';
import { fillPolygon } from '../../../src-main/image/fill-polygon.ts';
import { gaussianBlur, gaussianKernel } from '../../../src-main/image/gaussian-blur.ts';
import { applyGuide, guidedCoefficients } from '../../../src-main/image/guided-filter.ts';
import { createImage, createRaster, type ImageRgba, type Raster } from '../../../src-main/image/image.ts';
import { fitInside, resizeImage, resizeRaster } from '../../../src-main/image/resize-image.ts';
import { sampleBilinear, sampleBilinearInto } from '../../../src-main/image/sample-bilinear.ts';
import {
  applySimilarity,
  fitSimilarity,
  invertSimilarity,
  type Similarity,
  squareCrop,
} from '../../../src-main/image/similarity.ts';
import { warpImage } from '../../../src-main/image/warp-image.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const SEED = 20240916;

function randomNumbers(seed = SEED): () => number {
  return createSeededRandom(Uint32Array.of(seed, 2, 3, 4));
}

function randomRaster(widthPx: number, heightPx: number, channels: number): Raster {
  const random = randomNumbers(SEED + widthPx * 31 + heightPx);
  const raster = createRaster(widthPx, heightPx, channels);
  raster.values.forEach((_, i) => (raster.values[i] = random()));
  return raster;
}

function randomImage(widthPx: number, heightPx: number): ImageRgba {
  const image = imageFromRaster(randomRaster(widthPx, heightPx, 3));
  return image;
}

/** value = 1 + 2·x + 3·y at pixel centres. */
function ramp(widthPx: number, heightPx: number): Raster {
  const raster = createRaster(widthPx, heightPx, 1);
  raster.values.forEach((_, i) => {
    raster.values[i] = 1 + 2 * ((i % widthPx) + 0.5) + 3 * (Math.floor(i / widthPx) + 0.5);
  });
  return raster;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

describe('sampleBilinear', () => {
  test('is exact on a ramp, and repeats the border', () => {
    const raster = ramp(7, 5);
    expect(sampleBilinear(raster, 3.2, 2.7)).toBeCloseTo(1 + 2 * 3.2 + 3 * 2.7, 5);
    expect(sampleBilinear(raster, -4, 0.5)).toBe(raster.values[0]);
    expect(sampleBilinear(raster, 99, 99)).toBe(raster.values[34]);
  });

  test('all channels at once agree with one at a time', () => {
    const raster = randomRaster(6, 4, 3);
    const out = [0, 0, 0, 0];
    sampleBilinearInto(raster, 2.9, 1.3, out, 1);
    for (const c of [0, 1, 2]) expect(out[c + 1]).toBeCloseTo(sampleBilinear(raster, 2.9, 1.3, c), 6);
  });
});

describe('resize', () => {
  test('keeps a constant, and the mean when halving', () => {
    const flat = createRaster(13, 9, 2);
    flat.values.fill(0.37);
    for (const value of resizeRaster(flat, 5, 17).values) expect(value).toBeCloseTo(0.37, 6);
    // The tent of a border pixel is cut, so the mean moves a little on noise; on 64 px by less than 1 %.
    const noise = randomRaster(64, 64, 1);
    expect(mean(resizeRaster(noise, 32, 32).values)).toBeCloseTo(mean(noise.values), 2);
  });

  test('enlarging a ramp gives the ramp inside', () => {
    const big = resizeRaster(ramp(8, 6), 32, 24);
    for (let y = 4; y < 20; y++) {
      for (let x = 4; x < 28; x++) {
        expect(big.values[y * 32 + x]).toBeCloseTo(1 + (2 * (x + 0.5)) / 4 + (3 * (y + 0.5)) / 4, 4);
      }
    }
  });

  test('reducing does not alias: a checkerboard becomes grey', () => {
    const board = createRaster(60, 60, 1);
    board.values.forEach((_, i) => (board.values[i] = ((i % 60) + Math.floor(i / 60)) % 2));
    for (const value of resizeRaster(board, 9, 9).values) expect(Math.abs(value - 0.5)).toBeLessThan(0.02);
  });

  test('colour under transparent pixels does not bleed', () => {
    const image = createImage(4, 1);
    image.rgbaSrgb.set([200, 10, 10, 255, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0]);
    const [r, g, b, a] = resizeImage(image, 1, 1).rgbaSrgb;
    expect([r, g, b]).toEqual([200, 10, 10]);
    expect(a).toBeGreaterThan(0);
    expect(a).toBeLessThan(100);
  });

  test('image and raster agree on opaque pictures', () => {
    const image = randomImage(23, 17);
    const viaRaster = imageFromRaster(resizeRaster(rgbRaster(image), 11, 29));
    const direct = resizeImage(image, 11, 29);
    direct.rgbaSrgb.forEach((value, i) =>
      expect(Math.abs(value - viaRaster.rgbaSrgb[i]!)).toBeLessThanOrEqual(1),
    );
  });

  test('fitInside keeps the aspect and never enlarges', () => {
    expect(fitInside(4000, 3000, 1000)).toEqual({ widthPx: 1000, heightPx: 750 });
    expect(fitInside(40, 30, 1000)).toEqual({ widthPx: 40, heightPx: 30 });
    expect(fitInside(9000, 1, 100)).toEqual({ widthPx: 100, heightPx: 1 });
  });
});

describe('convert', () => {
  test('RGB there and back', () => {
    const image = randomImage(5, 4);
    expect(imageFromRaster(rgbRaster(image))).toEqual(image);
  });

  test('grey of white is 1, weights are Rec. 601', () => {
    const image = createImage(2, 1);
    image.rgbaSrgb.set([255, 255, 255, 255, 0, 255, 0, 255]);
    const [white, green] = greyRaster(image).values;
    expect(white).toBeCloseTo(1, 6);
    expect(green).toBeCloseTo(0.587, 6);
  });

  test('mirroring exchanges left and right, twice is nothing', () => {
    const raster = randomRaster(5, 3, 2);
    const mirrored = mirrorRaster(raster);
    expect(mirrored.values[(1 * 5 + 0) * 2 + 1]).toBe(raster.values[(1 * 5 + 4) * 2 + 1]);
    expect(mirrorRaster(mirrored)).toEqual(raster);
  });

  test('crop copies the rectangle and refuses to leave the image', () => {
    const image = randomImage(6, 5);
    const part = cropImage(image, 2, 1, 3, 2);
    expect([...part.rgbaSrgb.subarray(12, 16)]).toEqual([
      ...image.rgbaSrgb.subarray((2 * 6 + 2) * 4, (2 * 6 + 2) * 4 + 4),
    ]);
    expect(() => cropImage(image, 4, 0, 3, 2)).toThrow(/crop 3×2 at \(4, 0\)/);
  });
});

describe('blur', () => {
  test('Gaussian: an impulse spreads with the right variance and keeps its sum', () => {
    const impulse = createRaster(61, 61, 1);
    impulse.values[30 * 61 + 30] = 1;
    const { values } = gaussianBlur(impulse, 4);
    let [sum, variance] = [0, 0];
    values.forEach((value, i) => {
      sum += value;
      variance += value * ((i % 61) - 30) ** 2;
    });
    expect(sum).toBeCloseTo(1, 5);
    expect(Math.abs(variance / 16 - 1)).toBeLessThan(0.02);
    expect(mean(gaussianKernel(2)) * gaussianKernel(2).length).toBeCloseTo(1, 12);
    expect(gaussianBlur(impulse, 0).values).toEqual(impulse.values);
  });

  test(`box filter = brute force (seed ${SEED})`, () => {
    for (const [w, h, radius] of [
      [9, 7, 2],
      [4, 12, 5],
      [1, 1, 3],
    ] as const) {
      const source = randomRaster(w, h, 2);
      const fast = boxFilter(source, radius);
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          for (const c of [0, 1]) {
            const window: number[] = [];
            for (let v = Math.max(0, y - radius); v <= Math.min(h - 1, y + radius); v++) {
              for (let u = Math.max(0, x - radius); u <= Math.min(w - 1, x + radius); u++) {
                window.push(source.values[(v * w + u) * 2 + c]!);
              }
            }
            expect(fast.values[(y * w + x) * 2 + c]).toBeCloseTo(mean(window), 5);
          }
        }
      }
    }
  });
});

describe('guided filter', () => {
  test('a target that is linear in the colour comes back, whatever the colours', () => {
    const guide = randomRaster(24, 20, 3);
    const target = createRaster(24, 20, 1);
    target.values.forEach((_, i) => {
      const [r, g, b] = guide.values.subarray(i * 3, i * 3 + 3);
      target.values[i] = 0.2 + 0.3 * r! - 0.1 * g! + 0.25 * b!;
    });
    const coefficients = guidedCoefficients(guide, target, 4, 1e-7);
    target.values.forEach((value, i) => {
      const [r, g, b] = guide.values.subarray(i * 3, i * 3 + 3);
      expect(applyGuide(coefficients.values.subarray(i * 4, i * 4 + 4), r!, g!, b!)).toBeCloseTo(value, 2);
    });
  });

  test('a soft edge moves to the edge of the picture', () => {
    const [size, edge] = [40, 22];
    const guide = createRaster(size, size, 3);
    const target = createRaster(size, size, 1);
    for (let i = 0; i < size * size; i++) {
      const x = i % size;
      guide.values.set(x < edge ? [0.8, 0.6, 0.5] : [0.1, 0.2, 0.4], i * 3);
      target.values[i] = Math.min(1, Math.max(0, (edge + 2 - x) / 8 + 0.5));
    }
    const coefficients = guidedCoefficients(guide, target, 6, 1e-4);
    const at = (x: number): number => {
      const i = 20 * size + x;
      const [r, g, b] = guide.values.subarray(i * 3, i * 3 + 3);
      return applyGuide(coefficients.values.subarray(i * 4, i * 4 + 4), r!, g!, b!);
    };
    expect(target.values[20 * size + edge]! - target.values[20 * size + edge - 1]!).toBeGreaterThan(-0.2);
    expect(at(edge - 1) - at(edge)).toBeGreaterThan(0.4);
  });
});

test(`connected components = repeated flood fill (seed ${SEED})`, () => {
  const random = randomNumbers();
  const [w, h] = [19, 13];
  const inside = Uint8Array.from({ length: w * h }, () => (random() < 0.55 ? 1 : 0));
  const { labels, sizes } = connectedComponents(inside, w, h);
  // Oracle: relax labels to the smallest index among connected neighbours until nothing changes.
  const root = Int32Array.from({ length: w * h }, (_, i) => (inside[i] ? i : -1));
  for (let changed = true; changed;) {
    changed = false;
    for (let i = 0; i < w * h; i++) {
      for (const next of [i % w ? i - 1 : -1, (i + 1) % w ? i + 1 : -1, i - w, i + w]) {
        if (next < 0 || next >= w * h || root[i]! < 0 || root[next]! < 0 || root[next]! >= root[i]!) continue;
        root[i] = root[next]!;
        changed = true;
      }
    }
  }
  for (let i = 0; i < w * h; i++) {
    expect(labels[i] === 0).toBe(root[i]! < 0);
    if (root[i]! >= 0) expect(labels[i]).toBe(labels[root[i]!]);
  }
  expect(sizes.length - 1).toBe(new Set(root.filter((r) => r >= 0)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(inside.reduce((sum, value) => sum + value, 0));
});

test('a filled circle has its area, an even-odd hole stays empty, nothing leaves the raster', () => {
  const circle = (radius: number): [number, number][] =>
    Array.from({ length: 200 }, (_, i) => [
      50.3 + radius * Math.cos((i / 100) * Math.PI),
      49.6 + radius * Math.sin((i / 100) * Math.PI),
    ]);
  const area = (inside: Uint8Array): number => inside.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(area(fillPolygon(circle(30), 100, 100)) / (Math.PI * 900) - 1)).toBeLessThan(0.01);
  expect(area(fillPolygon(circle(500), 100, 100))).toBe(100 * 100);
  const bow: [number, number][] = [
    [10, 10],
    [90, 90],
    [90, 10],
    [10, 90],
  ];
  const inside = fillPolygon(bow, 100, 100);
  expect([
    inside[50 * 100 + 20],
    inside[50 * 100 + 80],
    inside[20 * 100 + 50],
    inside[80 * 100 + 50],
  ]).toEqual([1, 1, 0, 0]);
});

describe('similarity', () => {
  const transform: Similarity = { a: 1.7, b: -0.6, tx: 40, ty: -3 };

  test('fit recovers a transform from its points, invert undoes it', () => {
    const source: [number, number][] = [
      [0, 0],
      [10, 3],
      [-4, 8],
      [6, -7],
    ];
    const fitted = fitSimilarity(
      source,
      source.map(([x, y]) => applySimilarity(transform, x, y)),
    );
    for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(fitted[key]).toBeCloseTo(transform[key], 10);
    const [x, y] = applySimilarity(invertSimilarity(transform), ...applySimilarity(transform, 12, 34));
    expect([x, y].map((v) => Math.round(v * 1e9) / 1e9)).toEqual([12, 34]);
  });

  test('fit with noise is the least-squares optimum', () => {
    const random = randomNumbers();
    const source = Array.from({ length: 12 }, (): [number, number] => [random() * 9, random() * 9]);
    const target = source.map(([x, y]) => {
      const [u, v] = applySimilarity(transform, x, y);
      return [u + random() - 0.5, v + random() - 0.5] as const;
    });
    const cost = (t: Similarity): number =>
      source.reduce((sum, [x, y], i) => {
        const [u, v] = applySimilarity(t, x, y);
        return sum + (u - target[i]![0]) ** 2 + (v - target[i]![1]) ** 2;
      }, 0);
    const best = fitSimilarity(source, target);
    for (const key of ['a', 'b', 'tx', 'ty'] as const) {
      for (const step of [-1e-3, 1e-3])
        expect(cost({ ...best, [key]: best[key] + step })).toBeGreaterThan(cost(best));
    }
  });

  test('a square crop has its centre in the middle and its side along the angle', () => {
    const photoFromCrop = squareCrop({ x: 50, y: 60, sizePx: 20, angle: Math.PI / 6 }, 100);
    const [cx, cy] = applySimilarity(photoFromCrop, 50, 50);
    expect([cx, cy].map(Math.round)).toEqual([50, 60]);
    const [x0, y0] = applySimilarity(photoFromCrop, 0, 0);
    const [x1, y1] = applySimilarity(photoFromCrop, 100, 0);
    expect(Math.hypot(x1 - x0, y1 - y0)).toBeCloseTo(20, 9);
    expect(Math.atan2(y1 - y0, x1 - x0)).toBeCloseTo(Math.PI / 6, 9);
  });
});

describe('warp', () => {
  test('the identity copies, a quarter turn turns', () => {
    const image = randomImage(8, 8);
    const copy = warpImage(image, { a: 1, b: 0, tx: 0, ty: 0 }, 8, { border: 'zero' });
    copy.values.forEach((value, i) =>
      expect(value).toBeCloseTo(image.rgbaSrgb[Math.floor(i / 3) * 4 + (i % 3)]!, 4),
    );
    const turned = warpImage(image, squareCrop({ x: 4, y: 4, sizePx: 8, angle: Math.PI / 2 }, 8), 8, {
      border: 'zero',
    });
    // Crop x runs down the photo, crop y runs to its left.
    expect(turned.values[(1 * 8 + 2) * 3]).toBeCloseTo(image.rgbaSrgb[(2 * 8 + 6) * 4]!, 3);
  });

  test('outside is black or the border pixel', () => {
    const image = randomImage(4, 4);
    const outside = { a: 1, b: 0, tx: -10, ty: 1 };
    expect(Math.max(...warpImage(image, outside, 2, { border: 'zero' }).values)).toBe(0);
    expect(warpImage(image, outside, 2, { border: 'repeat' }).values[0]).toBeCloseTo(
      image.rgbaSrgb[4 * 4]!,
      4,
    );
  });

  test('a reduction averages instead of skipping', () => {
    const image = createImage(64, 64);
    for (let i = 0; i < 64 * 64; i++)
      image.rgbaSrgb.fill(((i % 64) + Math.floor(i / 64)) % 2 ? 255 : 0, i * 4, i * 4 + 4);
    const { values } = warpImage(image, { a: 4, b: 0, tx: 0, ty: 0 }, 16, { border: 'repeat' });
    for (const value of values) expect(Math.abs(value - 127.5)).toBeLessThan(2);
  });
});
