/**
 * Prior and views become one field.
 * in: grid with φ of the prior, what the views say → out: φ in place, not below −τ, and (samples) how far it was moved
 * outwards, m.
 * Up to a small difference it is the views' noise and M's exact shape stays (eyelids, lips, ears); beyond, the views have
 * it: hair outwards, a skull that was guessed too large inwards. Inwards they have to say more, because fused depth thins
 * an ear, which is as thin as a cell. Where outlines decide, the change is smoothed: those of generated views disagree by
 * millimetres. Where depth decides, it stays sharp: smoothed there too, curls of exact views lost 1 mm more.
 */
import { smoothstep } from '../../render/photo-probe.ts';
import type { FusedViews } from './fuse-depth.ts';
import { type SignedDistanceGrid, TRUNCATION_CELLS } from './surface.ts';

/** m, [M stays, views have it]. Fused depth of exact views errs outwards by 0.3 mm at most, in an open mouth by 2 mm. */
const OUTWARDS = [0.0004, 0.0012] as const;
const INWARDS = [0.0006, 0.0018] as const;
/** Outside M, cells: fused depth overestimates distances there, which says nothing about where the surface is. */
const INWARDS_REACH_CELLS = [0.25, 1.25] as const;
/**
 * Depth inside M, cells, from which growth is not reported, and not at all: what lies there (eye sockets, mouth) is no
 * part of M's outside, whatever the views say about that spot.
 */
const DEEP_CELLS = [1.75, 2.5] as const;
/** Passes of a (1 2 1)/4 filter along each axis where evidence is rough: standard deviation √(passes / 2) cells. */
const SMOOTHING_PASSES = 3;
/** Roughness is spread by so many passes, and counts fully from 1 / gain of it on. */
const SPREAD = { passes: 2, gain: 4 } as const;

export function blendEvidence(grid: SignedDistanceGrid, { values: seen, isRough }: FusedViews): Float32Array {
  const reach = TRUNCATION_CELLS * grid.spacing;
  const growth = grid.values.map((value, i) => {
    if (Number.isNaN(seen[i]!)) return 0;
    // Fused values end at −reach, so the prior's must too; beyond +reach both are far outside and only the sign counts.
    const more = Math.max(value, -reach) - seen[i]!;
    const [low, high] = more > 0 ? OUTWARDS : INWARDS;
    const change = more * smoothstep(low, high, Math.abs(more));
    if (more > 0) return change;
    const inM = 1 - smoothstep(INWARDS_REACH_CELLS[0], INWARDS_REACH_CELLS[1], value / grid.spacing);
    return change * inM;
  });
  const smoothed = growth.slice();
  for (let pass = 0; pass < SMOOTHING_PASSES; pass++) smooth(smoothed, grid.size);
  const rough = Float32Array.from(isRough);
  for (let pass = 0; pass < SPREAD.passes; pass++) smooth(rough, grid.size);
  return growth.map((sharp, i) => {
    const change = sharp + Math.min(1, SPREAD.gain * rough[i]!) * (smoothed[i]! - sharp);
    const prior = grid.values[i]!;
    grid.values[i] = Math.max(prior, -reach) - change;
    return change * smoothstep(-DEEP_CELLS[1] * grid.spacing, -DEEP_CELLS[0] * grid.spacing, prior);
  });
}

/** (1 2 1)/4 along x, y and z, in place; the border repeats. */
function smooth(values: Float32Array, size: readonly [number, number, number]): void {
  const strides = [1, size[0], size[0] * size[1]];
  const line = new Float32Array(Math.max(...size) + 2);
  strides.forEach((stride, axis) => {
    const count = size[axis]!;
    for (let start = 0; start < values.length / count; start++) {
      // First sample of a line: lines lie side by side up to the stride, then past a whole block of them.
      const i = start + Math.floor(start / stride) * stride * (count - 1);
      for (let k = 0; k < count; k++) line[k + 1] = values[i + k * stride]!;
      line[0] = line[1]!;
      line[count + 1] = line[count]!;
      for (let k = 0; k < count; k++)
        values[i + k * stride] = (line[k]! + 2 * line[k + 1]! + line[k + 2]!) / 4;
    }
  });
}
