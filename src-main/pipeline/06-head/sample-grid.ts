/**
 * Values of a regular grid between its samples: trilinear.
 * in: grid layout, (samples) values, a point, Head, m → out: value, or `outside` beyond the grid.
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
