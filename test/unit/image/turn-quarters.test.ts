import { describe, expect, test } from 'vitest';
import { turnPoint, turnQuarters, turnSize } from '../../../src-main/image/turn-quarters.ts';

/** 3 × 2, two channels: 10·row + column, then its negative. */
const SIZE = { widthPx: 3, heightPx: 2 };
const SAMPLES = Float32Array.from([0, 1, 2, 10, 11, 12].flatMap((value) => [value, -value]));

const first = (samples: Float32Array): number[] => [...samples.filter((_, i) => i % 2 === 0)];

describe('quarter turns', () => {
  test('clockwise, half, anticlockwise; the channels stay together', () => {
    expect(first(turnQuarters(SAMPLES, SIZE, 1))).toEqual([10, 0, 11, 1, 12, 2]);
    expect(first(turnQuarters(SAMPLES, SIZE, 2))).toEqual([12, 11, 10, 2, 1, 0]);
    expect(first(turnQuarters(SAMPLES, SIZE, -1))).toEqual([2, 12, 1, 11, 0, 10]);
    const turned = turnQuarters(SAMPLES, SIZE, 1);
    for (let i = 0; i < turned.length; i += 2) expect(turned[i]! + turned[i + 1]!).toBe(0);
  });

  test('and back: the same samples, size and point', () => {
    for (let quarters = -2; quarters <= 4; quarters++) {
      const size = turnSize(SIZE, quarters);
      expect(turnSize(size, -quarters)).toEqual(SIZE);
      expect(turnQuarters(turnQuarters(SAMPLES, SIZE, quarters), size, -quarters)).toEqual(SAMPLES);
      expect(turnPoint(turnPoint([2.2, 0.7], SIZE, quarters), size, -quarters)).toEqual([
        expect.closeTo(2.2),
        expect.closeTo(0.7),
      ]);
    }
  });

  test('a point goes where its pixel goes', () => {
    for (const quarters of [1, 2, 3]) {
      const [x, y] = turnPoint([2.5, 0.5], SIZE, quarters);
      const { widthPx } = turnSize(SIZE, quarters);
      expect(first(turnQuarters(SAMPLES, SIZE, quarters))[Math.floor(y) * widthPx + Math.floor(x)]).toBe(2);
    }
  });
});
