import { describe, expect, it } from 'vitest';
import { enlargeCoverage } from '../../../src-main/pipeline/04-views/diffusion/enlarge-coverage.ts';

const SIZE = 16;
const FULL = 64;
const SCALE = FULL / SIZE;

/** Coverage in [−1, 1] of what lies left of `edge(row)`, px, as an exact renderer would give it. */
function halfPlane(edge: (row: number) => number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const share = Math.min(1, Math.max(0, edge(Math.floor(i / SIZE)) - (i % SIZE)));
    return 2 * share - 1;
  });
}

function meanOfCell(values: Float32Array, x: number, y: number): number {
  let sum = 0;
  for (let v = 0; v < SCALE; v++)
    for (let u = 0; u < SCALE; u++) sum += values[(y * SCALE + v) * FULL + x * SCALE + u]!;
  return sum / SCALE ** 2;
}

describe('enlargeCoverage', () => {
  it('draws an outline that the network is sure of within two pixels, where it lies', () => {
    for (const edge of [7, 7.3, 7.5, 7.8]) {
      const out = enlargeCoverage(
        halfPlane(() => edge),
        SIZE,
        FULL,
      );
      const row = out.subarray(32 * FULL, 33 * FULL);
      const width = row.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(width - edge * SCALE)).toBeLessThan(0.5);
      expect(row.filter((value) => value > 0.1 && value < 0.9).length).toBeLessThanOrEqual(3);
    }
  });

  it('leaves a slanting outline without steps of the size of the network pixel', () => {
    const out = enlargeCoverage(
      halfPlane((row) => 5 + row / 3),
      SIZE,
      FULL,
    );
    const widths = Array.from({ length: 40 }, (_, k) =>
      out.subarray((12 + k) * FULL, (13 + k) * FULL).reduce((sum, value) => sum + value, 0),
    );
    widths.slice(1).forEach((width, k) => expect(width - widths[k]!).toBeLessThan(1.1));
  });

  it('leaves a doubt a doubt: one half over many pixels stays one half', () => {
    const doubt = halfPlane(() => 4).map((value, i) => (i % SIZE >= 4 && i % SIZE < 12 ? -0.3 : value));
    const out = enlargeCoverage(doubt, SIZE, FULL);
    for (let x = 4; x < 12; x++) expect(meanOfCell(out, x, 8)).toBeCloseTo(0.5 - 0.15 / 0.94, 1);
    expect(out[32 * FULL + 32]).toBeCloseTo(0.34, 1);
  });

  it('takes faint haze away', () => {
    const out = enlargeCoverage(new Float32Array(SIZE * SIZE).fill(-0.96), SIZE, FULL);
    expect(out.every((value) => value === 0)).toBe(true);
  });

  it.each([64, 100, 128, 200])('covers the same share of %i px as of the 128 px of the network', (target) => {
    const network = 128;
    const disc = Float32Array.from({ length: network * network }, (_, i) => {
      const distance = Math.hypot((i % network) - 60.2, Math.floor(i / network) - 66.7);
      return Math.min(1, Math.max(-1, 40 - distance));
    });
    const out = enlargeCoverage(disc, network, target);
    expect(out.every((value) => value >= 0 && value <= 1)).toBe(true);
    const share = out.reduce((sum, value) => sum + value, 0) / target ** 2;
    expect(Math.abs(share - (Math.PI * 40 ** 2) / network ** 2)).toBeLessThan(0.003);
  });
});
