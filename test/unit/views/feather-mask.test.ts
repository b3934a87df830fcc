/** What a painted mask lets through, from the smallest dab to a whole side. */
import { describe, expect, it } from 'vitest';
import { featherMask, keepForNetwork } from '../../../src-main/pipeline/04-views/edit/feather-mask.ts';

const SIZE = 512;
const NETWORK = 128;
const paint = (isPainted: (x: number, y: number) => boolean): Float32Array =>
  Float32Array.from({ length: SIZE * SIZE }, (_, i) =>
    isPainted((i % SIZE) + 0.5, Math.floor(i / SIZE) + 0.5) ? 1 : 0,
  );
const dab = (diameterPx: number, x = 201, y = 303): Float32Array =>
  paint((atX, atY) => Math.hypot(atX - x, atY - y) <= diameterPx / 2);
const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, value), 0);
const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);

describe('featherMask', () => {
  it.each([2, 4, 8, 10, 12, 16, 40])('makes the middle of a dab of %i px wholly new', (diameterPx) => {
    const painted = dab(diameterPx);
    const share = featherMask(painted, SIZE);
    expect(largest(share)).toBe(1);
    expect(share[303 * SIZE + 201]).toBe(1);
    // A cone whose sides are rounded: between a third of its ground and all of it.
    expect(sum(share) / sum(painted)).toBeGreaterThan(0.3);
    share.forEach((value, i) => {
      if (painted[i] === 0 && value !== 0) throw new Error(`${i} is not painted`);
    });
  });

  it('makes the middle of a line new all along, but where it leaves a patch, whose border is soft', () => {
    const share = featherMask(
      paint((x, y) => (x > 100 && x < 180) || (x >= 180 && x < 400 && y > 250 && y < 259)),
      SIZE,
    );
    for (let x = 190; x < 395; x++) expect(share[254 * SIZE + x]).toBe(1);
  });

  it('changes over within 10 px of the border of a large mask', () => {
    const share = featherMask(
      paint((x) => x > 200),
      SIZE,
    );
    const row = share.subarray(256 * SIZE, 257 * SIZE);
    expect(row[199]).toBe(0);
    expect(row[200]).toBeLessThan(0.05);
    expect(row[204]).toBeCloseTo(0.5, 1);
    expect(row[210]).toBe(1);
    for (let x = 201; x < SIZE; x++) expect(row[x]!).toBeGreaterThanOrEqual(row[x - 1]!);
    // The picture's own edge is no border.
    expect(row[SIZE - 1]).toBe(1);
  });

  it('lets all through where all is painted, nothing where nothing is', () => {
    expect(featherMask(new Float32Array(64).fill(1), 8)).toEqual(new Float32Array(64).fill(1));
    expect(featherMask(new Float32Array(64), 8)).toEqual(new Float32Array(64));
  });
});

describe('keepForNetwork', () => {
  it.each([
    [2, 201, 303],
    [2, 200, 304],
    [8, 202, 302],
    [8, 203.5, 301.5],
  ])('asks the network for a dab of %i px at (%d, %d)', (diameterPx, x, y) => {
    const share = featherMask(dab(diameterPx, x, y), SIZE);
    const kept = keepForNetwork(share, SIZE, NETWORK);
    const middle = share.indexOf(1);
    const [column, row] = [(middle % SIZE) + 0.5, Math.floor(middle / SIZE) + 0.5].map(
      (at) => (at * NETWORK) / SIZE - 0.5,
    );
    // All four pixels that the middle is drawn from.
    for (const cellY of [Math.floor(row!), Math.ceil(row!)])
      for (const cellX of [Math.floor(column!), Math.ceil(column!)])
        expect(kept[cellY * NETWORK + cellX]).toBe(0);
  });

  it.each([
    [64, 128],
    [100, 128],
    [64, 256],
    [100, 256],
  ])('of a view of %i px, painted all over, leaves nothing of %i px as it was', (sizePx, networkPx) => {
    const kept = keepForNetwork(new Float32Array(sizePx * sizePx).fill(1), sizePx, networkPx);
    expect(largest(kept)).toBe(0);
  });

  it('keeps what no painted pixel is drawn from', () => {
    const kept = keepForNetwork(
      featherMask(
        paint((x) => x > 200),
        SIZE,
      ),
      SIZE,
      NETWORK,
    );
    const row = kept.subarray(64 * NETWORK, 65 * NETWORK);
    expect([...row.subarray(0, 49)]).toEqual(Array(49).fill(1));
    expect([...row.subarray(52)]).toEqual(Array(NETWORK - 52).fill(0));
  });
});
