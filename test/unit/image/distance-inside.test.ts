import { describe, expect, it } from 'vitest';
import { distanceInside } from '../../../src-main/image/distance-inside.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

describe('distanceInside', () => {
  const [widthPx, heightPx] = [23, 17];
  const random = createSeededRandom(Uint32Array.of(1, 2, 3, 4));
  const marked = Array.from({ length: widthPx * heightPx }, () => random() < 0.93);

  it('is the distance of every marked pixel to the nearest that is not', () => {
    const found = distanceInside({ widthPx, heightPx }, (i) => marked[i]!);
    found.forEach((value, i) => {
      const away = marked.flatMap((isMarked, j) =>
        isMarked
          ? []
          : [Math.hypot((i % widthPx) - (j % widthPx), Math.floor(i / widthPx) - Math.floor(j / widthPx))],
      );
      expect(value).toBeCloseTo(Math.min(...away), 5);
    });
  });

  it('has no border where all is marked', () => {
    expect(distanceInside({ widthPx: 3, heightPx: 2 }, () => true)).toEqual(
      new Float32Array(6).fill(Infinity),
    );
  });
});
