/**
 * Ears and other relief of the template.
 * in: template's graph, normals, outward directions (N, 3) → out: (N) how far a vertex belongs to relief, or to an ear.
 * Head models name their ears differently or not at all, so relief is found by shape: its flanks face away from "out".
 */
import type { Points } from '../../camera/frames.ts';
import { dilate, erode, soften } from '../../mesh/graph-filters.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';

/** A vertex belongs to relief when its normal leaves the outward direction by more than 60°; fully by 80°. */
const FLANK_COSINES = [0.5, 0.17] as const;
/** Cosine between "out" and the axis through both ears from which relief is an ear's. */
const SIDE_COSINES = [0.6, 0.75] as const;
const EAR_ROOT_RINGS = 3;
/** Flanks close over the vertices between them, half of this many rings from each: an ear is about 16 rings across. */
export const RELIEF_RINGS = 8;
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
  return soften(graph, erode(graph, dilate(graph, flanks, RELIEF_RINGS), RELIEF_RINGS), SOFTENING_PASSES);
}

/** (N) in [0, 1]: relief on the sides of the head, with what joins it to the head. */
export function findEars(graph: VertexGraph, normals: Float32Array, outward: Points<'Head'>): Float32Array {
  const ears = findFlanks(graph, normals, outward).map(
    (value, i) => value * smoothstep(SIDE_COSINES[0], SIDE_COSINES[1], Math.abs(outward[i * 3]!)),
  );
  return dilate(graph, ears, EAR_ROOT_RINGS).map((value) => smoothstep(0.1, 0.5, value));
}
