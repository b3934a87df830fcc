/** The samples of a grid within `cells` of its zero level, without the two outermost layers, in ascending order. */
import type { SignedDistanceGrid } from './surface.ts';

export function nearSurface({ values, size, spacing }: SignedDistanceGrid, cells: number): Uint32Array {
  const [nx, ny, nz] = size;
  const near: number[] = [];
  for (let z = 2; z < nz - 2; z++) {
    for (let y = 2; y < ny - 2; y++) {
      const row = nx * (y + ny * z);
      for (let i = row + 2; i < row + nx - 2; i++) if (Math.abs(values[i]!) < cells * spacing) near.push(i);
    }
  }
  return Uint32Array.from(near);
}
