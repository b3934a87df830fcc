/**
 * Values of a regular grid between its samples: trilinear.
 * in: grid layout, (samples) values, a point, Head, m → out: value, or its slope; `outside` is the value beyond the grid.
 */
import type { SignedDistanceGrid } from '../05-surface/surface.ts';

export function sampleGrid(
  { size, originHead, spacing }: SignedDistanceGrid,
  values: Float32Array,
  x: number,
  y: number,
  z: number,
  outside: number,
): number {
  const gx = (x - originHead[0]) / spacing;
  const gy = (y - originHead[1]) / spacing;
  const gz = (z - originHead[2]) / spacing;
  const [ix, iy, iz] = [Math.floor(gx), Math.floor(gy), Math.floor(gz)];
  if (ix < 0 || iy < 0 || iz < 0 || ix + 1 >= size[0] || iy + 1 >= size[1] || iz + 1 >= size[2])
    return outside;
  const [fx, fy, fz] = [gx - ix, gy - iy, gz - iz];
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [cx, cy, cz] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight = (cx ? fx : 1 - fx) * (cy ? fy : 1 - fy) * (cz ? fz : 1 - fz);
    sum += weight * values[ix + cx + size[0] * (iy + cy + size[1] * (iz + cz))]!;
  }
  return sum;
}

/** Which way the values rise, times their rise over two samples: within one the slope of a distance turns at a medial line. */
export function slopeOfGrid(
  grid: SignedDistanceGrid,
  values: Float32Array,
  point: readonly [number, number, number],
  outside: number,
): number[] {
  return point.map((_, axis) => {
    const at = (sign: number): number => {
      const [x, y, z] = point.map((value, k) => (k === axis ? value + sign * grid.spacing : value));
      return sampleGrid(grid, values, x!, y!, z!, outside);
    };
    return at(1) - at(-1);
  });
}
