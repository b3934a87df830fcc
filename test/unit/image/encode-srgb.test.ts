import { describe, expect, it } from 'vitest';
import { encodeSrgbByte } from '../../../src-main/image/encode-srgb.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

/** The formula of IEC 61966-2-1, rounded by the array that takes it. */
function encodeByFormula(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return Uint8ClampedArray.of(
    255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055),
  )[0]!;
}

describe('encodeSrgbByte', () => {
  it('is the formula, in the dark, at the ends, outside, and anywhere', () => {
    const seed = Uint32Array.of(1, 4, 1, 4);
    const random = createSeededRandom(seed);
    const values = [-0.5, 0, 1e-9, 0.0031308, 1 - 1e-12, 1, 7];
    for (let i = 0; i < 20_000; i++) values.push(random(), random() * 0.004);
    for (const value of values)
      expect(encodeSrgbByte(value), `${value}, seed ${seed}`).toBe(encodeByFormula(value));
  });
});
