/**
 * A grid with twice as many samples along each axis.
 * in: (nz, ny, nx) values → out: (2 nz − 1, 2 ny − 1, 2 nx − 1), the old ones among them; between two of them the cubic through
 * the four nearest (Catmull-Rom), so that a smooth zero level has no creases where cells of the old grid meet. Linear instead:
 * those creases, for values with steps, which a cubic would overshoot.
 */
import type { SignedDistanceGrid } from './surface.ts';

type Size = readonly [number, number, number];

export function doubleGrid({ size, originHead, spacing, values }: SignedDistanceGrid): SignedDistanceGrid {
  return {
    size: doubled(size),
    originHead,
    spacing: spacing / 2,
    values: doubleValues(values, size, 'cubic'),
  };
}

export function doubleValues(values: Float32Array, size: Size, between: 'linear' | 'cubic'): Float32Array {
  let now = values;
  const sizeNow: [number, number, number] = [...size];
  for (let axis = 0; axis < 3; axis++) {
    now = doubleAlong(now, sizeNow, axis, between === 'cubic' ? 1 / 16 : 0);
    sizeNow[axis] = 2 * sizeNow[axis]! - 1;
  }
  return now;
}

function doubled(size: Size): Size {
  return size.map((count) => 2 * count - 1) as [number, number, number];
}

/** `outer`: weight that is taken off each of the two samples beside a pair, and given to the pair. */
function doubleAlong(values: Float32Array, size: Size, axis: number, outer: number): Float32Array {
  const count = size[axis]!;
  const stride = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1];
  const out = new Float32Array((values.length / count) * (2 * count - 1));
  for (let block = 0; block < values.length / (stride * count); block++) {
    for (let k = 0; k < count; k++) {
      const from = (block * count + k) * stride;
      const to = (block * (2 * count - 1) + 2 * k) * stride;
      const before = k > 0 ? -stride : 0;
      const next = k + 1 < count ? stride : 0;
      const afterNext = k + 2 < count ? 2 * stride : next;
      for (let i = 0; i < stride; i++) {
        const a = values[from + i]!;
        out[to + i] = a;
        if (next === 0) continue;
        const b = values[from + next + i]!;
        out[to + stride + i] =
          (0.5 + outer) * (a + b) - outer * (values[from + before + i]! + values[from + afterNext + i]!);
      }
    }
  }
  return out;
}
