/**
 * A field at twice its resolution: from coarse to fine, so that 256³ costs the samples near the surface, not those of the volume.
 * in: grid φ after fusion (a distance near its zero level) and its growth, N views (depth m, normals Head), the neck's cut → out: the
 * same on a grid of half its cells.
 *
 * Who has a place, M, depth or outlines, is decided on the coarse grid, where it holds against views that disagree. Here φ is
 * interpolated and smoothed, and near its zero level depth moves it to where the views that see the same place agree, whatever M says;
 * then their normals give it its slope anew. Lengths that the views' noise sets are metres, so that no resolution changes them.
 * Longest piece without a breath, of 4 to 6 s from 128³ to 256³: one of its four steps.
 */
import type { CutPlane } from '../../mesh/neck-cut.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { View } from '../04-views/views.ts';
import { askDepth } from './ask-normals.ts';
import { RIM_CELLS, sampleBeyondCut } from './cut-neck.ts';
import { doubleGrid, doubleValues } from './double-grid.ts';
import { integrateNormals } from './integrate-normals.ts';
import { keepLargestSolid } from './keep-solid.ts';
import { nearSurface } from './near-surface.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** φ moves fully this near to the zero level, and not at all from there on, coarse cells. */
const BAND_CELLS = [1, 2] as const;
/** What a view sees is the same place when it is this near to it, coarse cells (standard deviation). */
const SAME_PLACE_CELLS = 0.5;
/** m, [views are believed, not at all]: standard deviation among them. [0.2, 0.5] mm instead: pits in generated hair. */
const SPREAD_M = [0.0001, 0.0003] as const;
/** m, [φ stays, views have it]. */
const MOVED_M = [0.00005, 0.0002] as const;
/** Sum of the views' weights (one that looks straight at the place: 1) at which they are believed half. */
const HALF_BELIEVED = 0.3;
/**
 * Passes of half itself and half its six neighbours: standard deviation √(passes / 6) fine cells. φ first: cells of the coarse grid
 * would show as creases. The change: what single samples believe would be pits and ridges.
 */
const FIELD_PASSES = 6;
/** m, [taken off, left]: what smoothing takes off is a crease, or a thin lock. */
const CREASE_M = [0.0004, 0.0008] as const;
const CHANGE_PASSES = 8;

/** `breathe`: called between steps, with the share that is done. */
export async function refineSurface(
  coarse: SignedDistanceGrid,
  coarseGrowth: Float32Array,
  views: readonly View[],
  cut: CutPlane,
  breathe: (share: number) => Promise<void>,
): Promise<{ sdf: SignedDistanceGrid; growth: Float32Array }> {
  const sdf = doubleGrid(coarse);
  const { values } = sdf;
  const before = values.slice();
  const rim = -RIM_CELLS * coarse.spacing;
  const band = nearSurface(sdf, 2 * BAND_CELLS[1]).filter((i) => sampleBeyondCut(cut, sdf, i) < rim);
  await breathe(0.2);
  const smooth = smoothOver(band, values, sdf.size, FIELD_PASSES);
  for (const i of band) {
    const off = smooth[i]! - values[i]!;
    values[i] = values[i]! + off * (1 - smoothstep(CREASE_M[0], CREASE_M[1], Math.abs(off)));
  }
  await breathe(0.4);
  const change = smoothOver(band, wantedChange(sdf, coarse.spacing, band, views), sdf.size, CHANGE_PASSES);
  for (const i of band) values[i] = values[i]! + change[i]!;
  await breathe(0.6);
  integrateNormals(sdf, views, cut);
  await breathe(0.9);
  keepLargestSolid(sdf);
  const growth = doubleValues(coarseGrowth, coarse.size);
  for (const i of growth.keys()) growth[i] = growth[i]! + before[i]! - values[i]!;
  return { sdf, growth };
}

/** (samples) m: by how much depth wants φ larger. */
function wantedChange(
  sdf: SignedDistanceGrid,
  cell: number,
  band: Uint32Array,
  views: readonly View[],
): Float32Array {
  const answers = askDepth(sdf, band, views, SAME_PLACE_CELLS * cell);
  const change = new Float32Array(sdf.values.length);
  band.forEach((i, at) => {
    const [off, spread, weight] = [answers[at * 3]!, answers[at * 3 + 1]!, answers[at * 3 + 2]!];
    const belief = ((1 - smoothstep(SPREAD_M[0], SPREAD_M[1], spread)) * weight) / (weight + HALF_BELIEVED);
    const near = 1 - smoothstep(BAND_CELLS[0] * cell, BAND_CELLS[1] * cell, Math.abs(sdf.values[i]!));
    change[i] = near * belief * smoothstep(MOVED_M[0], MOVED_M[1], Math.abs(off)) * off;
  });
  return change;
}

/** `values` of the band's samples, smoothed; the others as they are. */
function smoothOver(
  band: Uint32Array,
  values: Float32Array,
  size: SignedDistanceGrid['size'],
  passes: number,
): Float32Array {
  const strides = [1, size[0], size[0] * size[1]];
  let from: Float32Array = values.slice();
  let to: Float32Array = values.slice();
  for (let pass = 0; pass < passes; pass++) {
    for (const i of band) {
      let sum = 0;
      for (const stride of strides) sum += from[i - stride]! + from[i + stride]!;
      to[i] = from[i]! / 2 + sum / 12;
    }
    [from, to] = [to, from];
  }
  return from;
}
