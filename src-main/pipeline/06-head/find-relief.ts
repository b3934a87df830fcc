/**
 * Ears and other relief of the template, and fields that spread over its graph.
 * in: template's graph, normals, outward directions (N, 3) → out: (N) how far a vertex belongs to relief, or to an ear.
 * Head models name their ears differently or not at all, so relief is found by shape: its flanks face away from "out".
 */
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';

/** A vertex belongs to relief when its normal leaves the outward direction by more than 60°; fully by 80°. */
const FLANK_COSINES = [0.5, 0.17] as const;
/** Cosine between "out" and the axis through both ears from which relief is an ear's. */
const SIDE_COSINES = [0.6, 0.75] as const;
const EAR_ROOT_RINGS = 3;
/** Flanks close over the vertices between them, half of this many rings from each: an ear is about 16 rings across. */
const RINGS = 8;
/** Passes that soften the edge of relief. */
const SOFTENING_PASSES = 2;

/** (N) in [0, 1]: what stands out of the head, between its flanks. */
export function findFlanks(graph: VertexGraph, normals: Float32Array, outward: Points<'Head'>): Float32Array {
  const flanks = Float32Array.from({ length: outward.length / 3 }, (_, i) => {
    const at = i * 3;
    const cosine =
      normals[at]! * outward[at]! + normals[at + 1]! * outward[at + 1]! + normals[at + 2]! * outward[at + 2]!;
    return 1 - smoothstep(FLANK_COSINES[1], FLANK_COSINES[0], cosine);
  });
  return soften(graph, erode(graph, dilate(graph, flanks)));
}

/** (N) in [0, 1]: relief on the sides of the head, with what joins it to the head. */
export function findEars(graph: VertexGraph, normals: Float32Array, outward: Points<'Head'>): Float32Array {
  const ears = findFlanks(graph, normals, outward).map(
    (value, i) => value * smoothstep(SIDE_COSINES[0], SIDE_COSINES[1], Math.abs(outward[i * 3]!)),
  );
  return dilate(graph, ears, EAR_ROOT_RINGS).map((value) => smoothstep(0.1, 0.5, value));
}

/** Each value is carried `rings` rings far. */
export const dilate = (graph: VertexGraph, values: Float32Array, rings = RINGS): Float32Array =>
  reach(graph, values, Math.max, rings);
const erode = (graph: VertexGraph, values: Float32Array): Float32Array =>
  reach(graph, values, Math.min, RINGS);

function reach(
  graph: VertexGraph,
  values: Float32Array,
  choose: (a: number, b: number) => number,
  rings: number,
): Float32Array {
  let out = values;
  for (let ring = 0; ring < rings; ring++) {
    out = out.map((own, i) => {
      let chosen = own;
      for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++)
        chosen = choose(chosen, out[graph.neighbours[e]!]!);
      return chosen;
    });
  }
  return out;
}

export function soften(graph: VertexGraph, values: Float32Array, passes = SOFTENING_PASSES): Float32Array {
  let out = values;
  for (let pass = 0; pass < passes; pass++) {
    out = out.map((own, i) => {
      let sum = own;
      for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++) sum += out[graph.neighbours[e]!]!;
      return sum / (1 + graph.offsets[i + 1]! - graph.offsets[i]!);
    });
  }
  return out;
}
