import { expect, test } from 'vitest';
import { createRaster, type Raster } from '../../../src-main/image/image.ts';
import { dropHaze } from '../../../src-main/pipeline/02-analyse/drop-haze.ts';

const SIDE = 200;

/** A sure head of 50 px radius with a soft edge of 5 px, and what is half sure beside it, `reachPx` out from its edge. */
function maskWith(reachPx: number): Raster {
  const mask = createRaster(SIDE, SIDE, 1);
  mask.values.forEach((_, i) => {
    const [x, y] = [(i % SIDE) - 100, Math.floor(i / SIDE) - 100];
    const out = Math.hypot(x, y) - 50;
    const beside = x > 0 && Math.abs(y) < 30 && out < reachPx ? 0.62 : 0;
    mask.values[i] = Math.max(beside, Math.min(1, Math.max(0, 1 - out / 5)));
  });
  return mask;
}

const at = ({ values }: Raster, x: number, y: number): number => values[y * SIDE + x]!;

test('a wide patch that the mask is half sure of is background; an ear or a lock is kept to the bit', () => {
  const leak = dropHaze(maskWith(45));
  expect(at(leak, 160, 100)).toBe(0);
  expect(at(leak, 185, 110)).toBe(0);
  expect(at(leak, 145, 100)).toBe(1);
  // The soft edge elsewhere is as it was.
  expect(at(leak, 47, 100)).toBeCloseTo(0.4, 5);
  expect(dropHaze(maskWith(20)).values).toEqual(maskWith(20).values);
});
