/**
 * Stains: what views show on bare skin and is darker than the skin around it, because hair or an outline is mixed in.
 *
 * In: graph of the N vertices, (N, 3) sRGB that the views show, (N) 1 where they show skin, (N) how sure
 * that is: where the photo shows skin as well it is in the shade and no stain. Out: (N) ln brightness of the skin
 * around each vertex: a mean over AROUND_EDGES edges that leaves out what is darker than itself (iteratively reweighted).
 * Tints alone do not tell: half hair and half skin is as likely skin in the shade (sort-pixels.ts).
 * Dropped: half as dark a limit, which cleaned the cartoon's temples better, but took the shaded cheek of a real portrait for a
 * stain (SSIM with the photo 0.950 → 0.906); the photo's own brightness as the measure; the sides of a head are darker than its face.
 */
import { solveVertexField, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { ViewWeights } from './weigh-views.ts';

/** Half a cheek: wider than a stain, narrower than the light's change around a head. */
const AROUND_EDGES = 6;
/** ln brightness against the skin around between which a colour is a stain, and is skin in a half shadow. */
const DARKER = [-0.6, -0.35] as const;
const ROUNDS = 3;
/** What is left of a stain's weight, so that a place with nothing else has a mean. */
const LEFT = 0.3;
/** Views that show less than this of skin on bare skin show none. */
const STAINED = 0.5;
/** Keeps the logarithm of black finite. */
const BLACK = 12 / 255;

/** Takes weight from views where they show stains. bare (N): where that is believed, not where an artist painted. */
export function leaveStains(
  bare: Float32Array,
  graph: VertexGraph,
  shown: Float32Array,
  { weights, seen, viewCount }: ViewWeights,
  sure: Float32Array,
  isSkin: (vertex: number) => boolean,
): Float32Array {
  const isSeen = seen.map((value, i) => (isSkin(i) ? value : 0));
  const around = skinAround(graph, shown, isSeen, sure);
  seen.forEach((_, i) => {
    const kept = 1 - bare[i]! * (1 - stainless(shown.subarray(i * 3, i * 3 + 3), around[i]!));
    if (kept >= STAINED) return;
    seen[i] = 0;
    weights.fill(0, i * viewCount, (i + 1) * viewCount);
  });
  return Float32Array.from({ length: bare.length * 2 }, (_, k) => (k % 2 === 0 ? bare : around)[k >> 1]!);
}

export function skinAround(
  graph: VertexGraph,
  shown: Float32Array,
  isSeen: Uint8Array,
  sure: Float32Array,
): Float32Array {
  const values = Float32Array.from(isSeen, (_, v) => lightOf(shown.subarray(v * 3, v * 3 + 3)));
  const full = 1 / AROUND_EDGES ** 2;
  let around: Float32Array = values;
  for (let round = 0; round < ROUNDS; round++) {
    const confidence = Float32Array.from(isSeen, (seen, v) => {
      const share = round === 0 ? 1 : LEFT + (1 - LEFT) * smoothstep(...DARKER, values[v]! - around[v]!);
      return seen * full * (sure[v]! + (1 - sure[v]!) * share);
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
