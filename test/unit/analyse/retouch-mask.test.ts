import { expect, test } from 'vitest';
import type { MaskStroke } from '../../../src-main/contract/entities.ts';
import { retouchMask } from '../../../src-main/pipeline/02-analyse/retouch-mask.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const SIDE = 40;
const grey = (value: number) => ({
  widthPx: SIDE,
  heightPx: SIDE,
  alpha: new Uint8Array(SIDE * SIDE).fill(value),
});
const at = (alpha: Uint8Array, x: number, y: number): number => alpha[y * SIDE + x]!;

test('a stroke is full along its line, fades at its edge and leaves the rest alone', () => {
  const mask = grey(100);
  const stroke: MaskStroke = {
    keep: true,
    radiusPx: 6,
    pointsPx: [
      [10, 20],
      [30, 20],
    ],
  };
  const { alpha } = retouchMask(mask, [stroke]);
  for (const x of [6, 10, 20, 30, 33]) expect(at(alpha, x, 20)).toBe(255);
  expect(at(alpha, 20, 14)).toBeGreaterThan(100);
  expect(at(alpha, 20, 14)).toBeLessThan(255);
  expect(at(alpha, 20, 12)).toBe(100);
  expect(at(alpha, 2, 20)).toBe(100);
  // Symmetric about its line, which runs between two rows of pixels.
  for (let k = 0; k < 8; k++) expect(at(alpha, 20, 20 + k)).toBe(at(alpha, 20, 19 - k));
  expect(mask.alpha.every((value) => value === 100)).toBe(true);
});

test('the last stroke wins; a single point is a disc; beyond the border nothing breaks', () => {
  const keep: MaskStroke = { keep: true, radiusPx: 8, pointsPx: [[20, 20]] };
  const remove: MaskStroke = { keep: false, radiusPx: 4, pointsPx: [[20, 20]] };
  const { alpha } = retouchMask(grey(0), [keep, remove, { ...keep, pointsPx: [[-5, 45]] }]);
  expect(at(alpha, 20, 20)).toBe(0);
  expect(at(alpha, 20, 15)).toBe(255);
  expect(at(alpha, 0, 39)).toBeGreaterThan(0);
  const area = retouchMask(grey(0), [keep]).alpha.reduce((sum, value) => sum + value / 255, 0);
  // Between the disc that is full and the one that just ends.
  expect(area).toBeGreaterThan(Math.PI * (8 * 0.7) ** 2);
  expect(area).toBeLessThan(Math.PI * 8 ** 2);
});

test('a stroke that crosses itself is painted once', () => {
  const line: [number, number][] = [
    [10, 20],
    [30, 20],
    [10, 20],
    [30, 20],
  ];
  const once = retouchMask(grey(0), [{ keep: true, radiusPx: 6, pointsPx: line.slice(0, 2) }]);
  const often = retouchMask(grey(0), [{ keep: true, radiusPx: 6, pointsPx: line }]);
  expect(often.alpha).toEqual(once.alpha);
});

/** Plainly: every pixel's distance to every line. */
function paintPlainly(alpha: Uint8Array, { keep, radiusPx, pointsPx }: MaskStroke): void {
  alpha.forEach((value, i) => {
    const [x, y] = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5];
    let share = 0;
    pointsPx.forEach((a, k) => {
      const b = pointsPx[k + 1] ?? (k === 0 ? a : null);
      if (b === null) return;
      const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
      const squared = dx * dx + dy * dy;
      const along = squared === 0 ? 0 : ((x - a[0]) * dx + (y - a[1]) * dy) / squared;
      const t = Math.min(1, Math.max(0, along));
      const distance = Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy) / radiusPx;
      share = Math.max(share, Math.min(1, (1 - distance) / (1 - 0.7)));
    });
    if (share > 0) alpha[i] = Math.round(value * (1 - share) + (keep ? 255 : 0) * share);
  });
}

test('strokes of all kinds come out to the bit as painted plainly', () => {
  const random = createSeededRandom(Uint32Array.of(1, 2, 3, 4));
  for (let round = 0; round < 300; round++) {
    // Whole and half pixels, where distances are exactly those of an edge, and any.
    const grid = [1, 2, 0][round % 3]!;
    const place = (): number => {
      const at = random() * 60 - 10;
      return grid === 0 ? at : Math.round(at * grid) / grid;
    };
    const strokes = Array.from({ length: 3 }, (_, k): MaskStroke => {
      const pointsPx = Array.from({ length: 1 + Math.floor(random() * 5) }, (): [number, number] => [
        place(),
        place(),
      ]);
      if (random() < 0.3) pointsPx.push([...pointsPx.at(-1)!]);
      const radiusPx = grid === 0 ? 0.3 + random() * 30 : 1 + Math.floor(random() * 20);
      return { keep: k % 2 === 0, radiusPx, pointsPx };
    });
    const before = grey(Math.floor(random() * 256));
    const expected = before.alpha.slice();
    for (const stroke of strokes) paintPlainly(expected, stroke);
    expect(retouchMask(before, strokes).alpha).toEqual(expected);
  }
});
