/**
 * Whether the views show the person of the photo, and all the same one.
 * embeddings of the photo, views from the front → 128-d distances (Euclidean; < 0.6 = one person, the paper's Re-ID) and 192-d
 * cosines, photo to view and view to view, and how often a face is found at all.
 */
import type { Inference } from '../../inference/inference.ts';
import { embedIdentity, type IdentityEmbeddings } from '../../pipeline/02-analyse/embed-identity.ts';
import type { View } from '../../pipeline/04-views/views.ts';
import { meanPairwiseCosine } from '../../synth/prune/identity-filter.ts';
import { findFace, findJanusViews } from '../../synth/prune/janus-filter.ts';

export type IdentityNumbers = {
  idInOut: number;
  idInOutCosine: number;
  idOutOut: number;
  idOutOutCosine: number;
  /** Share of the front views in which a face is found. */
  facesFound: number;
  /** Back views that show a face, a head. */
  backFaces: number;
};

/** A face seen from further round is embedded badly. */
const FRONT_AZIMUTH_DEG = 50;

export async function measureIdentity(
  photo: IdentityEmbeddings,
  views: readonly View[],
  inference: Inference,
): Promise<IdentityNumbers> {
  const front = views.filter(({ azimuthDeg }) => Math.min(azimuthDeg, 360 - azimuthDeg) <= FRONT_AZIMUTH_DEG);
  const found: IdentityEmbeddings[] = [];
  for (const { image } of front) {
    const face = await findFace(image, inference);
    if (face !== null) found.push(await embedIdentity(face.image, face.landmarks.points, inference));
  }
  const pairs = found.flatMap((a, i) => found.slice(i + 1).map((b) => distanceOf(a, b)));
  return {
    idInOut: meanOf(found.map((view) => distanceOf(photo, view))),
    idInOutCosine: meanOf(found.map((view) => cosine(photo.embedding192, view.embedding192))),
    idOutOut: meanOf(pairs),
    idOutOutCosine: meanPairwiseCosine(found.map(({ embedding192 }) => embedding192)) ?? Number.NaN,
    facesFound: front.length === 0 ? Number.NaN : found.length / front.length,
    backFaces: (await findJanusViews(views, inference)).length,
  };
}

function distanceOf(a: IdentityEmbeddings, b: IdentityEmbeddings): number {
  return Math.hypot(...a.embedding128.map((value, i) => value - b.embedding128[i]!));
}

/** Of unit vectors. */
function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((dot, value, i) => dot + value * b[i]!, 0);
}

/** Over what is a number; NaN when nothing is. */
export function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
}
