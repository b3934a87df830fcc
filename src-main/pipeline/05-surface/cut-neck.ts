/**
 * Cuts a field off at the neck.
 * in: grid φ, plane, Head → out: φ in place, larger where it lies beyond the plane.
 */
import { beyondCut, type CutPlane } from '../../mesh/neck-cut.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** A rim sharper than the grid comes out as a saw. */
export const RIM_CELLS = 3;

/** How far a sample lies beyond the plane, m. */
export function sampleBeyondCut(plane: CutPlane, grid: SignedDistanceGrid, sample: number): number {
  const { size, originHead, spacing } = grid;
  return beyondCut(
    plane,
    originHead[0] + spacing * (sample % size[0]),
    originHead[1] + spacing * (Math.floor(sample / size[0]) % size[1]),
    originHead[2] + spacing * Math.floor(sample / (size[0] * size[1])),
  );
}

/** Flat, with a rounded rim, and closed by the extraction. */
export function cutNeck(grid: SignedDistanceGrid, cut: CutPlane): void {
  const { values, spacing } = grid;
  const rounding = RIM_CELLS * spacing;
  for (let i = 0; i < values.length; i++) {
    const beyond = sampleBeyondCut(cut, grid, i);
    const overlap = Math.max(rounding - Math.abs(values[i]! - beyond), 0);
    values[i] = Math.max(values[i]!, beyond) + (overlap * overlap) / (4 * rounding);
  }
}
