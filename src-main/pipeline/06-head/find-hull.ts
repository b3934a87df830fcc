/**
 * How far out hair reaches on rays out of the head: smooth over curls, exact on smooth hair.
 * in: graph, area of each vertex (N) m², radius of the skin's vertices and least radius of hair (N) m, the surface's
 * outermost places on their rays → out: (N) m; where no ray says anything, what is around it.
 *
 * Where neighbours differ, hair is curls with gaps between: the outermost of neighbours counts, deeper places little, and the
 * result is their hull. The plain mean lay a centimetre inside of the outline that the views show.
 */
import { dilate, soften } from '../../mesh/graph-filters.ts';
import { solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { Outermost } from './shoot-inwards.ts';

/** Least cosine between ray and surface: what the ray grazes says nothing. */
const FACING = [0.05, 0.25] as const;
/** Deviation, m, at which a place deeper or higher than the hull around it counts half. */
const DOUBT_BELOW_M = 0.003;
const DOUBT_ABOVE_M = 0.01;
const ROUNDS = 4;
/** Curls are ironed out over the first length, waves of smooth hair over the second are kept, m. */
const ROUGH_M = 0.008;
const SMOOTH_M = 0.0015;
/** Mean deviation of the surface from the hull, m, that is smooth, and rough. */
const ROUGHNESS_M = [0.001, 0.003] as const;
const ROUGHNESS_PASSES = 4;
/** Less than this share of rays around a place is none. */
const LEAST_KNOWN = 1e-3;

export function findHull(
  graph: VertexGraph,
  areas: Float32Array,
  radii: Float32Array,
  clear: Float32Array,
  hair: Outermost,
): Float32Array {
  const seen = hair.radii.map((radius, v) =>
    Number.isNaN(radius) ? radii[v]! : Math.max(radius, clear[v]!),
  );
  const facing = hair.cosines.map((cosine, v) =>
    Number.isNaN(hair.radii[v]!) ? 0 : smoothstep(FACING[0], FACING[1], cosine),
  );
  const around = soften(graph, seen, 1);
  const known = soften(graph, facing, ROUGHNESS_PASSES);
  const roughness = soften(
    graph,
    seen.map((value, v) => Math.abs(value - around[v]!) * facing[v]!),
    ROUGHNESS_PASSES,
  ).map((sum, v) => smoothstep(ROUGHNESS_M[0], ROUGHNESS_M[1], sum / Math.max(known[v]!, LEAST_KNOWN)));
  const outermost = dilate(graph, seen, 1);
  const values = seen.map((value, v) => value + roughness[v]! * (outermost[v]! - value));
  let confidence = facing.map((value, v) => (value * areas[v]!) / ROUGH_M ** 2);
  let hull: Float32Array = values;
  for (let round = 0; round < ROUNDS; round++) {
    hull = solveVertexField(graph, { channels: 1, values, confidence, fallback: [0] });
    confidence = facing.map((value, v) => {
      const off = values[v]! - hull[v]!;
      const doubt = off / (off < 0 ? DOUBT_BELOW_M : DOUBT_ABOVE_M);
      const length = SMOOTH_M + roughness[v]! * (ROUGH_M - SMOOTH_M);
      return (value * areas[v]!) / length ** 2 / (1 + roughness[v]! * doubt ** 2);
    });
  }
  return hull;
}
