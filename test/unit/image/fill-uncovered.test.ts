import { describe, expect, it } from 'vitest';
import { fillUncovered } from '../../../src-main/image/fill-uncovered.ts';
import { createImage } from '../../../src-main/image/image.ts';

describe('fillUncovered', () => {
  it('leaves covered pixels and alpha alone and continues the nearest colour', () => {
    const image = createImage(37, 21);
    const covered = new Uint8Array(37 * 21);
    for (let i = 0; i < covered.length; i++) {
      const x = i % 37;
      covered[i] = x < 8 || x >= 29 ? 1 : 0;
      image.rgbaSrgb.set(x < 8 ? [200, 10, 10, 7] : x >= 29 ? [10, 200, 10, 7] : [0, 0, 255, 9], i * 4);
    }
    fillUncovered(image, covered);
    for (let i = 0; i < covered.length; i++) {
      const x = i % 37;
      const [r, g, b, a] = image.rgbaSrgb.subarray(i * 4, i * 4 + 4);
      expect(a).toBe(covered[i] === 1 ? 7 : 9);
      expect(b).toBeLessThanOrEqual(10);
      if (x < 10) expect(r).toBeGreaterThan(150);
      if (x > 26) expect(g).toBeGreaterThan(150);
    }
  });

  it('leaves an image alone that nothing covers', () => {
    const image = createImage(5, 3);
    fillUncovered(image, new Uint8Array(15));
    expect(image.rgbaSrgb.every((value) => value === 0)).toBe(true);
  });
});
