/**
 * How far each vertex of the template lies outside (positive) or inside of M's own closed outside, and where the surface
 * that the views made of that outside is nearest to it.
 * in: template (N, 3), Head, m, surface with its growth → out: (N) offset m, (N) distance of the surface m,
 * (N, 3) place on it.
 *
 * The grid's `growth` ends at the truncation of fused depth (9 mm at 128³), is smoothed, and is smaller inwards, while the
 * distances beside it are true ones. Their sum is M's own field where the change is small; where it is large, a vertex that
 * can be seen from outside lies on M's outside by construction. Taken for the sum, necks and skulls that views
 * made 1 to 2 cm narrower looked like folds and stayed where M had them: 6 mm and more off. Beside folds the sum is kept, for
 * lids and lips have offsets of their own, as long as growth can tell the change: not where it ends.
 */
import type { Points } from '../../camera/frames.ts';
import { castRay } from '../../mesh/cast-ray.ts';
import { buildTriangleBvh, makeSurfacePoint } from '../../mesh/triangle-bvh.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { type Surface, TRUNCATION_CELLS } from '../05-surface/surface.ts';
import { distancesTo } from './distances-to.ts';
import { sampleGrid, slopeOfGrid } from './sample-grid.ts';

/** Growth, m, from which the sum is not believed, and not at all. */
const LARGE_M = [0.001, 0.003] as const;
/** Beyond this distance from M's outside a vertex lies in a fold: lids, lips, nostrils, the mouth; m. */
export const FOLD_M = 0.0025;
/** Share of the truncation from which growth no longer tells how large a change is, and not at all. */
const SATURATED = [0.6, 0.9] as const;
/** Replaced altogether: what is left of rounding. */
const SURE = 0.999;
/** A vertex is outside when nothing of M stands before it, along its normal, within this, m; rays start off the skin. */
const FREE_M = 0.012;
const START_M = 0.0003;
/** Lids, lips and nostrils have offsets of their own up to this far from what is hidden behind them, m: at 5 mm noses folded. */
const BESIDE_FOLD_M = [0.012, 0.02] as const;

export type ModelOffsets = {
  /** (N) m from M's own outside. */
  offset: Float32Array;
  /** (N) m that the surface lies outside of that, truly: the grid's growth ends at its truncation. */
  distance: Float32Array;
  /** (N, 3) m: the surface's nearest place. */
  surfaceHead: Points<'Head'>;
};

export function findModelOffsets(
  positionsHead: Points<'Head'>,
  triangles: Uint32Array,
  { sdf, growth, fusedSpacing }: Surface,
): ModelOffsets {
  const bvh = buildTriangleBvh({ positionsHead, triangles });
  const normals = vertexNormals({ positionsHead, triangles });
  const hit = makeSurfacePoint();
  const isHidden = (v: number): boolean => {
    const n = [normals[v * 3]!, normals[v * 3 + 1]!, normals[v * 3 + 2]!] as const;
    const from = [0, 1, 2].map((k) => positionsHead[v * 3 + k]! + START_M * n[k]!);
    return castRay(bvh, [from[0]!, from[1]!, from[2]!], n, FREE_M, hit);
  };
  const count = positionsHead.length / 3;
  const hidden = Array.from({ length: count }, (_, v) => v).filter(isHidden);
  const isBehind = new Set(hidden);
  const besideFold = distancesTo(positionsHead, hidden, BESIDE_FOLD_M[1]);
  const out = {
    offset: new Float32Array(count),
    distance: new Float32Array(count),
    surfaceHead: new Float32Array(count * 3),
  };
  for (let v = 0; v < count; v++) {
    const [x, y, z] = [positionsHead[v * 3]!, positionsHead[v * 3 + 1]!, positionsHead[v * 3 + 2]!];
    const distance = sampleGrid(sdf, sdf.values, x, y, z, 0);
    const change = sampleGrid(sdf, growth, x, y, z, 0);
    const share = Math.abs(change) / (TRUNCATION_CELLS * fusedSpacing);
    const saturated = isBehind.has(v) ? 0 : smoothstep(SATURATED[0], SATURATED[1], share);
    const large =
      smoothstep(LARGE_M[0], LARGE_M[1], Math.abs(change)) *
      Math.max(saturated, smoothstep(BESIDE_FOLD_M[0], BESIDE_FOLD_M[1], besideFold[v]!));
    const offset = distance + change;
    const isPlain = large > SURE || saturated > 0 || Math.abs(offset) < FOLD_M;
    out.offset[v] = isPlain ? offset * (1 - large) : offset;
    out.distance[v] = out.offset[v]! - distance;
    const slope = slopeOfGrid(sdf, sdf.values, [x, y, z], distance);
    const steep = Math.hypot(...slope) || 1;
    for (let k = 0; k < 3; k++)
      out.surfaceHead[v * 3 + k] = positionsHead[v * 3 + k]! - (distance * slope[k]!) / steep;
  }
  return out;
}
