/**
 * What the surface says about a vertex of the skin.
 * in: template, where the surface's place says something about the skin, how far vertices lie from M's own outside, the
 * surface's distances; where the skin is now; change at which a vertex counts half, m, because what is far off belongs to
 * something else, a strand or a shoulder; normals there (N, 3) → out: how far to go along the normal, and how much that counts.
 */
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { SignedDistanceGrid } from '../05-surface/surface.ts';
import { FOLD_M } from './model-offsets.ts';
import { sampleGrid, slopeOfGrid } from './sample-grid.ts';

/** A face is guessed wrong by millimetres, a neck by this much, m. */
const STEP_MAX_M = 0.02;
/**
 * Cosines between normal and way out from which a vertex counts, and fully. Rims of lids and lips are rolled in and face anywhere: sent along
 * their normals by a change of a centimetre they turned inside out.
 */
const FACING = [0.3, 0.7] as const;

export type SkinInput = {
  positionsHead: Points<'Head'>;
  triangles: Uint32Array;
  graph: VertexGraph;
  /** (N) in [0, 1]. */
  trust: Float32Array;
  /** (N) in [0, 1]: under hair. */
  covered: Float32Array;
  /** (N) m, from M's own outside. */
  ownOffset: Float32Array;
  sdf: SignedDistanceGrid;
  /** [0, 1]: how far the views contradict each other. */
  doubt: number;
};

/** How far a vertex has to go along its normal to lie as it does on M, m, and how much that counts, [0, 1]; 0 in folds. */
export function askSurface(
  input: SkinInput,
  at: Points<'Head'>,
  normals: ArrayLike<number>,
  halfM: number,
  v: number,
): { step: number; share: number } {
  const { sdf, ownOffset, trust } = input;
  if (trust[v] === 0 || Math.abs(ownOffset[v]!) > FOLD_M) return { step: 0, share: 0 };
  const place = [at[v * 3]!, at[v * 3 + 1]!, at[v * 3 + 2]!] as const;
  const left = ownOffset[v]! - sampleGrid(sdf, sdf.values, ...place, 0);
  const facing = smoothstep(FACING[0], FACING[1], cosineTo(sdf, place, normals, v));
  return {
    step: Math.min(Math.max(left, -STEP_MAX_M), STEP_MAX_M),
    share: (facing * trust[v]!) / (1 + (left / halfM) ** 2),
  };
}

/** Cosine between a vertex's normal and the way out of the surface there; 1 where the distances tell no way. */
function cosineTo(
  sdf: SignedDistanceGrid,
  place: readonly [number, number, number],
  normals: ArrayLike<number>,
  v: number,
): number {
  const slope = slopeOfGrid(sdf, sdf.values, place, 0);
  const steep = Math.hypot(...slope);
  return steep === 0 ? 1 : slope.reduce((sum, value, k) => sum + value * normals[v * 3 + k]!, 0) / steep;
}
