/**
 * Hair over ears without the craters that the surface has there: where the depth of scalp, of hair that hangs and of the ear meet.
 * in: positions (N, 3), Head, m, graph, radius of hair on each vertex's ray (N) m, which vertices are hair (N), where craters are looked for (N) in
 * [0, 1] → out: (N) m. A closing in space: of the outermost places within a radius the innermost within it. It leaves slopes as they are and fills
 * what is narrower than twice that radius; only where that is deep does it count.
 */
import type { Points } from '../../camera/frames.ts';
import { dilate, soften } from '../../mesh/graph-filters.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { distancesTo } from './distances-to.ts';

/** Half of a crater's width, m. */
const HALF_M = 0.022;
/** Depth, m, from which a hollow is a crater, and surely; rings of its slopes, and of their soft border. */
const DEEP_M = [0.008, 0.012] as const;
const SLOPE_RINGS = 4;
const SLOPE_SOFT = 2;

export type Craters = {
  positionsHead: Points<'Head'>;
  graph: VertexGraph;
  radii: Float32Array;
  isHair: (vertex: number) => boolean;
  where: Float32Array;
};

export function bridgeCraters({ positionsHead, graph, radii, isHair, where }: Craters): Float32Array {
  const asked = [...where.keys()].filter((v) => where[v]! > 0 && isHair(v));
  if (asked.length === 0) return radii;
  const off = distancesTo(positionsHead, asked, 2 * HALF_M);
  const within = (reach: number): number[] => [...off.keys()].filter((v) => off[v]! < reach && isHair(v));
  const outermost = choose(positionsHead, radii, within(HALF_M), within(2 * HALF_M), Math.max);
  const closed = choose(positionsHead, outermost, asked, within(HALF_M), Math.min);
  const deep = radii.map((radius, v) => where[v]! * smoothstep(...DEEP_M, closed[v]! - radius));
  const slopes = soften(graph, dilate(graph, deep, SLOPE_RINGS), SLOPE_SOFT);
  return radii.map((radius, v) => radius + where[v]! * slopes[v]! * (closed[v]! - radius));
}

/** The largest or least value of `sources` within HALF_M of each of `vertices`; elsewhere the values as they are. */
function choose(
  p: Points<'Head'>,
  values: Float32Array,
  vertices: readonly number[],
  sources: readonly number[],
  better: (a: number, b: number) => number,
): Float32Array {
  const out = values.slice();
  for (const v of vertices) {
    for (const other of sources) {
      const x = p[other * 3]! - p[v * 3]!;
      const y = p[other * 3 + 1]! - p[v * 3 + 1]!;
      const z = p[other * 3 + 2]! - p[v * 3 + 2]!;
      if (x * x + y * y + z * z < HALF_M ** 2) out[v] = better(out[v]!, values[other]!);
    }
  }
  return out;
}
