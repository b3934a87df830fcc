import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../src-main/render/interpolate.ts';
import { rasteriseTexels } from '../../../src-main/render/texel-fragments.ts';

describe('rasteriseTexels', () => {
  const uvs = new Float32Array([0.25, 0.25, 0.75, 0.25, 0.75, 0.75, 0.25, 0.75]);

  it.each([
    ['clockwise', [0, 1, 2, 0, 2, 3]],
    ['mirrored', [0, 2, 1, 0, 3, 2]],
  ])('fills a %s square once and maps texels to their own coordinates', (_name, order) => {
    const triangleUvs = new Uint32Array(order);
    const fragments = rasteriseTexels({ uvs, triangleUvs }, 16);
    expect(fragments.triangleIds.filter((id) => id >= 0)).toHaveLength(64);
    const back = interpolate(fragments, triangleUvs, uvs, 2).values;
    fragments.triangleIds.forEach((id, i) => {
      const [u, v] = [((i % 16) + 0.5) / 16, (Math.floor(i / 16) + 0.5) / 16];
      expect(id >= 0).toBe(u > 0.25 && u < 0.75 && v > 0.25 && v < 0.75);
      if (id >= 0)
        expect([back[2 * i], back[2 * i + 1]]).toEqual([expect.closeTo(u, 4), expect.closeTo(v, 4)]);
    });
  });

  it('gives the same texels in bands as at once', () => {
    const triangleUvs = new Uint32Array([0, 1, 2, 0, 2, 3]);
    const whole = rasteriseTexels({ uvs, triangleUvs }, 16);
    const bands = [0, 5, 10, 15].map((from) =>
      rasteriseTexels({ uvs, triangleUvs }, 16, { from, count: Math.min(5, 16 - from) }),
    );
    expect(bands.flatMap((band) => [...band.triangleIds])).toEqual([...whole.triangleIds]);
    expect(bands.flatMap((band) => [...band.barycentrics])).toEqual([...whole.barycentrics]);
  });
});
