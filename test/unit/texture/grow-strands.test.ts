import { describe, expect, it } from 'vitest';
import {
  sourceColour,
  TEXTURE_SOURCES,
  viewCode,
  viewOfCode,
} from '../../../src-main/contract/texture-sources.ts';
import { createRaster } from '../../../src-main/image/image.ts';
import {
  growStrands,
  type HairPicture,
  strandContrast,
} from '../../../src-main/pipeline/07-texture/grow-strands.ts';

const SIDE = 120;

/** Stripes 4 mm wide whose ln brightness is ±contrast, in a picture of a pixel a millimetre. */
function stripes(contrast: number): HairPicture {
  const colour = createRaster(SIDE, SIDE, 3);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const bright = 0.5 * Math.exp((Math.floor((i % SIDE) / 4) % 2 === 0 ? 1 : -1) * contrast);
    colour.values.fill(bright, i * 3, i * 3 + 3);
  }
  return { colour, isHair: new Uint8Array(SIDE * SIDE).fill(1), pxPerM: 1000 };
}

describe('strandContrast', () => {
  it('grows with the contrast of the strands, and smooth hair has none', () => {
    const low = strandContrast([stripes(0.05)])!;
    expect(strandContrast([stripes(0)])).toBeCloseTo(0, 6);
    expect(strandContrast([stripes(0.1)])! / low).toBeCloseTo(2, 1);
  });

  it('says nothing about a few pixels', () => {
    expect(strandContrast([{ ...stripes(0.1), isHair: new Uint8Array(SIDE * SIDE) }])).toBeNull();
  });
});

describe('growStrands', () => {
  it('adds nothing to views that show as much as the photo', () => {
    expect(growStrands(stripes(0.1), [stripes(0.1)])).toBeNull();
  });

  it('adds more where the photo shows more, and leaves the mean', () => {
    const spread = (contrast: number): { deviation: number; mean: number } => {
      const strands = growStrands(stripes(contrast), [stripes(0)])!;
      const values = Array.from({ length: 4000 }, (_, i) => {
        const turn = (i % 200) * 0.008 - 0.8;
        return strands(0.1 * Math.sin(turn), 0.05 - 0.004 * Math.floor(i / 200), -0.1 * Math.cos(turn));
      });
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return { deviation: Math.sqrt(square), mean };
    };
    const [faint, strong] = [spread(0.02), spread(0.06)];
    expect(strong.deviation).toBeGreaterThan(2 * faint.deviation);
    expect(Math.abs(strong.mean - 1)).toBeLessThan(0.08);
  });
});

describe('codes of source maps', () => {
  it('views have codes and colours of their own, which no other source has', () => {
    const codes = [...TEXTURE_SOURCES.keys()].slice(0, -1);
    expect(codes.map(viewOfCode)).toEqual(codes.map(() => null));
    const views = Array.from({ length: 16 }, (_, index) => viewCode(index));
    expect(views.map(viewOfCode)).toEqual(views.map((_, index) => index));
    const colours = [...codes, ...views].map((code) => sourceColour(code).join(' '));
    expect(new Set(colours).size).toBe(colours.length);
  });
});
