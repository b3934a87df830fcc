/**
 * Stains: what views show on bare skin and is darker than the skin around it, because hair or an outline is mixed in.
 *
 * In: graph of the N vertices, (N, 3) sRGB that the views show, (N) 1 where they show skin. Out: (N) ln brightness of the skin
 * around each vertex: a mean over AROUND_EDGES edges that leaves out what is darker than itself (iteratively reweighted).
 * Tints alone do not tell: half hair and half skin is as likely skin in the shade (sort-pixels.ts).
 * Dropped: the photo's own brightness as the measure; the sides of a head are darker than its face.
 */
import { solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';

/** Half a cheek: wider than a stain, narrower than the light's change around a head. */
const AROUND_EDGES = 6;
/** ln brightness against the skin around between which a colour is a stain, and is skin in a half shadow. */
const DARKER = [-0.34, -0.14] as const;
const ROUNDS = 3;
/** What is left of a stain's weight, so that a place with nothing else has a mean. */
const LEFT = 0.02;
/** Keeps the logarithm of black finite. */
const BLACK = 12 / 255;

export function skinAround(graph: VertexGraph, shown: Float32Array, isSeen: Uint8Array): Float32Array {
  const values = Float32Array.from(isSeen, (_, v) => lightOf(shown.subarray(v * 3, v * 3 + 3)));
  const full = 1 / AROUND_EDGES ** 2;
  let around: Float32Array = values;
  for (let round = 0; round < ROUNDS; round++) {
    const confidence = Float32Array.from(isSeen, (seen, v) => {
      const share = round === 0 ? 1 : LEFT + (1 - LEFT) * smoothstep(...DARKER, values[v]! - around[v]!);
      return seen * full * share;
    });
    around = solveVertexField(graph, { channels: 1, values, confidence, fallback: [0] });
  }
  return around;
}

/** [0, 1]: 0 = an sRGB colour is a stain on skin whose ln brightness is `around`. */
export function stainless(colour: ArrayLike<number>, around: number): number {
  return smoothstep(DARKER[0], DARKER[1], lightOf(colour) - around);
}

function lightOf(colour: ArrayLike<number>): number {
  return Math.log(colour[0]! + colour[1]! + colour[2]! + BLACK);
}
