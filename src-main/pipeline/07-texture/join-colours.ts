/**
 * The smooth part of what photo and views differ by, which joins the views' colours to the photo's.
 *
 * In: graph of the N vertices, photo minus views (N, 3) sRGB, how far both see a vertex (N) in [0, 1]. Out: (N, 3) to add to
 * what views show; fades away from the photo. What single vertices say is left out (iteratively reweighted least squares): a
 * lash or a strand beside its place in the other.
 */
import { solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';

/** Pull of the offset towards 0 where the photo does not see: it fades over about 1/√0.004 = 16 edges. */
const DECAY = 0.004;
/**
 * Confidence in the offset of a squarely seen vertex: single ones decide nothing. With 60, dark lashes beside the photo's end spread
 * over a temple, and strands' over all of the hair.
 */
const TRUST = 0.5;
/** Distance from the offset around, sRGB, at which a vertex counts half, and how often that is asked. */
const STRANGE = 0.06;
const ROUNDS = 4;

export function joinColours(graph: VertexGraph, difference: Float32Array, trust: Float32Array): Float32Array {
  let offset: Float32Array = difference;
  for (let round = 0; round < ROUNDS; round++) {
    const confidence = trust.map((value, v) => {
      if (value === 0) return DECAY;
      const off = Math.hypot(...[0, 1, 2].map((c) => difference[v * 3 + c]! - offset[v * 3 + c]!));
      return (TRUST * value) / (1 + (off / STRANGE) ** 2);
    });
    offset = solveVertexField(graph, { channels: 3, values: difference, confidence, fallback: [0, 0, 0] });
  }
  return offset;
}
