/**
 * A grid with twice as many samples along each axis.
 * in: (nz, ny, nx) values → out: (2 nz − 1, 2 ny − 1, 2 nx − 1), the old ones among them, means of the neighbours between them: the
 * zero level keeps its crossings. A cubic would ask samples further off, whose distances were swept and ripple with the cells.
 */
import type { SignedDistanceGrid } from './surface.ts';

type Size = readonly [number, number, number];

export function doubleGrid({ size, originHead, spacing, values }: SignedDistanceGrid): SignedDistanceGrid {
  return {
    size: doubled(size),
    originHead,
    spacing: spacing / 2,
    values: doubleValues(values, size),
  };
}

export function doubleValues(values: Float32Array, size: Size): Float32Array {
  let now = values;
  const sizeNow: [number, number, number] = [...size];
  for (let axis = 0; axis < 3; axis++) {
    now = doubleAlong(now, sizeNow, axis);
    sizeNow[axis] = 2 * sizeNow[axis]! - 1;
  }
  return now;
}

function doubled(size: Size): Size {
  return size.map((count) => 2 * count - 1) as [number, number, number];
}

function doubleAlong(values: Float32Array, size: Size, axis: number): Float32Array {
  const count = size[axis]!;
  const stride = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1];
  const out = new Float32Array((values.length / count) * (2 * count - 1));
  for (let block = 0; block < values.length / (stride * count); block++) {
    for (let k = 0; k < count; k++) {
      const from = (block * count + k) * stride;
      const to = (block * (2 * count - 1) + 2 * k) * stride;
      for (let i = 0; i < stride; i++) {
        out[to + i] = values[from + i]!;
        if (k + 1 < count) out[to + stride + i] = (values[from + i]! + values[from + stride + i]!) / 2;
      }
    }
  }
  return out;
}
