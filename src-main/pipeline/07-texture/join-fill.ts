/**
 * Brings the fill of skin to the photo's colours where the photo ends.
 *
 * In: graph, fill (N, 3) sRGB, changed, the photo's colours (N, 3) and weights (N), which vertices are skin, how far roots of hair tint
 * them (N). The step between the two fades away from the photo, soon where there are roots: else skin in the light went up into the hairline.
 * What lends its colour to the fill looks like skin in general (trust-skin.ts); in a face half in the shadow that fits on no border.
 */
import { solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';

export type FillJoin = {
  graph: VertexGraph;
  fill: Float32Array;
  photo: { colours: Float32Array; weights: Float32Array };
  isSkin: (vertex: number) => boolean;
  /** (N) in [0, 1]. */
  rooted: Float32Array;
};

/** Photo weight from which a vertex counts as seen, and the confidence of a squarely seen one. */
const SEEN = 0.3;
const SEEN_TRUST = 60;
/** Pull of the step to 0: it fades over some nine edges, and over two among roots. */
const DECAY = 0.02;
const DECAY_ROOTS = 0.5;

export function joinFill({ graph, fill, photo, isSkin, rooted }: FillJoin): void {
  const isSeen = photo.weights.map((weight, i) => (isSkin(i) && weight > SEEN ? 1 : 0));
  const step = solveVertexField(graph, {
    channels: 3,
    values: fill.map((value, k) => isSeen[Math.floor(k / 3)]! * (photo.colours[k]! - value)),
    confidence: isSeen.map((seen, i) => {
      if (seen === 1) return SEEN_TRUST * photo.weights[i]!;
      return isSkin(i) ? DECAY + rooted[i]! * (DECAY_ROOTS - DECAY) : SEEN_TRUST;
    }),
    fallback: [0, 0, 0],
  });
  step.forEach((value, k) => (fill[k] = fill[k]! + value));
}
