/** The identity of a face in any picture, seen with stage 02's eyes: what views are compared with the photo by. */
import type { ImageRgba } from '../image/image.ts';
import type { Inference } from '../inference/inference.ts';
import { detectFaces } from './02-analyse/detect-faces.ts';
import { embedIdentity } from './02-analyse/embed-identity.ts';
import { locateLandmarks } from './02-analyse/locate-landmarks.ts';

/** Landmark score from which a face counts as seen; stage 02 asks for as much where the detector is in doubt. */
const SEEN = 0.9;

/** (128) embedding of the largest face; null where none is seen. About 0.3 s at 512 px on one core. */
export async function recogniseFace(image: ImageRgba, inference: Inference): Promise<Float32Array | null> {
  const faces = await detectFaces(image, inference);
  const [largest] = faces.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  if (largest === undefined) return null;
  const { points, score } = await locateLandmarks(image, largest, inference);
  if (score < SEEN) return null;
  return (await embedIdentity(image, points, inference)).embedding128;
}
