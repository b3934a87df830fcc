/**
 * The identity-consistency filter of the paper (section 3.2): of all heads, those whose views agree best on who it is stay.
 *
 * In: the views of a head. Out: mean cosine of all pairs of face embeddings; over many heads, the top τ_ii = 70 %.
 * Embedding: the 192-d network of stage 02. Only views from the front half are compared, as others show no face.
 */
import type { Inference } from '../../inference/inference.ts';
import { embedIdentity } from '../../pipeline/02-analyse/embed-identity.ts';
import { degreesFromFront, findFace, type PrunedView } from './janus-filter.ts';

/** τ_ii of the paper: share of heads that are kept. */
export const KEPT_SHARE = 0.7;
/** A face seen from further round is embedded badly. */
const FRONT_AZIMUTH_DEG = 50;

/** Mean pairwise cosine; null with fewer than two faces. */
export async function identityConsistency(
  views: readonly PrunedView[],
  inference: Inference,
): Promise<number | null> {
  const embeddings: Float32Array[] = [];
  for (const { image, azimuthDeg } of views) {
    if (degreesFromFront(azimuthDeg) > FRONT_AZIMUTH_DEG) continue;
    const face = await findFace(image, inference);
    if (face === null) continue;
    embeddings.push((await embedIdentity(face.image, face.landmarks.points, inference)).embedding192);
  }
  return meanPairwiseCosine(embeddings);
}

/** Of unit vectors. */
export function meanPairwiseCosine(embeddings: readonly Float32Array[]): number | null {
  let sum = 0;
  let pairs = 0;
  embeddings.forEach((a, i) => {
    for (const b of embeddings.slice(i + 1)) {
      sum += a.reduce((dot, value, k) => dot + value * b[k]!, 0);
      pairs++;
    }
  });
  return pairs === 0 ? null : sum / pairs;
}

/** Indices of the best `share` of the scores, in their order; heads without a score are not kept. */
export function keepMostConsistent(scores: readonly (number | null)[], share: number = KEPT_SHARE): number[] {
  const known = scores.flatMap((score, index) => (score === null ? [] : [{ score, index }]));
  const kept = [...known]
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, Math.round(share * known.length));
  return kept.map(({ index }) => index).sort((a, b) => a - b);
}
