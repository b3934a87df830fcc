/**
 * Where the samples of the signed distance grid lie.
 * in: bounding box of everything that may be head, Head, m; cells along its longest side → out: empty grid.
 */
import { REFINED_ABOVE_CELLS } from '../../contract/surface-grid.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** Cells between the box and the border of the grid: the border stays outside after smoothing and blending. */
const MARGIN_CELLS = 4;

export type Box = { min: [number, number, number]; max: [number, number, number] };

export function emptyBox(): Box {
  return { min: [Infinity, Infinity, Infinity], max: [-Infinity, -Infinity, -Infinity] };
}

export function growBox(box: Box, x: number, y: number, z: number): void {
  const point = [x, y, z];
  for (let axis = 0; axis < 3; axis++) {
    box.min[axis] = Math.min(box.min[axis]!, point[axis]!);
    box.max[axis] = Math.max(box.max[axis]!, point[axis]!);
  }
}

/** Cells of the grid on which prior and views are fused, and whether the result is refined to twice as many (refine-surface.ts). */
export function planGrid(resolution: number): { cells: number; isRefined: boolean } {
  const isRefined = resolution > REFINED_ABOVE_CELLS;
  return { cells: isRefined ? Math.round(resolution / 2) : resolution, isRefined };
}

export function layOutGrid(box: Box, resolution: number): SignedDistanceGrid {
  const sides = box.max.map((high, axis) => high - box.min[axis]!);
  const spacing = Math.max(...sides) / (resolution - 2 * MARGIN_CELLS);
  if (!(spacing > 0 && Number.isFinite(spacing))) {
    throw new RangeError(`no grid of ${resolution} cells around a box of ${sides.join(' × ')} m`);
  }
  const size = sides.map((side) => Math.ceil(side / spacing) + 2 * MARGIN_CELLS + 1) as [
    number,
    number,
    number,
  ];
  const originHead = box.min.map((low, axis) => low - (size[axis]! * spacing - spacing - sides[axis]!) / 2);
  return {
    size,
    originHead: originHead as [number, number, number],
    spacing,
    values: new Float32Array(size[0] * size[1] * size[2]),
  };
}
