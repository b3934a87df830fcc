/**
 * Bends the field until its slope is what the normals of the views say.
 * in: grid φ (a distance near its zero level), N views (depth m, normals Head) → out: φ near the surface in place.
 *
 * Fused depth is right in place and rough in slope: depth is known per pixel, and views are averaged. Normals are the other way
 * round. The change u of φ minimises Σ (Δu − c (h n − Δφ))² over the edges of the band + Σ SCREEN u² over its samples, h = cell:
 * a screened Poisson equation (Kazhdan & Hoppe 2013) with u = 0 around the band. c in [0, 1] is how well the views know
 * (ask-normals.ts): where they know nothing, the slope stays; so does the rim of the neck's cut, where they see through.
 * Stands where NeuS2 compares rendered normals (paper §3.2).
 * Exact views of a head with short hair, 128³: normals 4.3° → 3.0°, 1.3 CPU-s.
 * Uninterruptible: all of it, 1 s at 128³.
 */
import type { CutPlane } from '../../mesh/neck-cut.ts';
import type { View } from '../04-views/views.ts';
import { askNormals } from './ask-normals.ts';
import { RIM_CELLS, sampleBeyondCut } from './cut-neck.ts';
import { nearSurface } from './near-surface.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** φ is free this near to the surface, cells. */
const BAND_CELLS = 2.5;
/** Weight of staying in place. 0.05 instead: 0.2° better, and surfaces drift by 0.03 mm (face) to 0.07 mm (hair) more. */
const SCREEN = 0.5;
/**
 * Successive over-relaxation (Young 1954). On a band this thin and with this SCREEN the slowest mode shrinks to 0.88 a pass of
 * Jacobi, so a factor of 1.36 is best and 1.4 leaves 0.4 of it a pass: 1e-6 after all.
 */
const RELAXATION = 1.4;
const PASSES = 15;

export function integrateNormals(grid: SignedDistanceGrid, views: readonly View[], cut: CutPlane): void {
  const rim = -RIM_CELLS * grid.spacing;
  const band = nearSurface(grid, BAND_CELLS).filter((i) => sampleBeyondCut(cut, grid, i) < rim);
  const missing = missingSlopes(grid, band, askNormals(grid, band, views));
  const { values, size } = grid;
  const strides = [1, size[0], size[0] * size[1]] as const;
  const change = new Float32Array(values.length);
  for (let pass = 0; pass < PASSES; pass++) {
    for (let at = 0; at < band.length; at++) {
      const i = band[at]!;
      let sum = missing[at]!;
      for (const stride of strides) sum += change[i - stride]! + change[i + stride]!;
      change[i] = change[i]! + RELAXATION * (sum / (6 + SCREEN) - change[i]!);
    }
  }
  for (const i of band) values[i] = values[i]! + change[i]!;
}

/** (B) m: what the differences along the edges of each sample of the band are short of, as the right side of the equation. */
function missingSlopes(
  { values, size, spacing }: SignedDistanceGrid,
  band: Uint32Array,
  answers: Float32Array,
): Float32Array {
  const strides = [1, size[0], size[0] * size[1]] as const;
  const rank = new Int32Array(values.length).fill(-1);
  band.forEach((i, at) => (rank[i] = at));
  const missing = new Float32Array(band.length);
  band.forEach((i, at) => {
    strides.forEach((stride, axis) => {
      const to = rank[i + stride]!;
      if (to < 0) return;
      const [here, there] = [answers[at * 4 + 3]!, answers[to * 4 + 3]!];
      const slope = here * answers[at * 4 + axis]! + there * answers[to * 4 + axis]!;
      const short = (slope * spacing - (here + there) * (values[i + stride]! - values[i]!)) / 2;
      missing[at] = missing[at]! - short;
      missing[to] = missing[to]! + short;
    });
  });
  return missing;
}
