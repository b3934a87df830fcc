/**
 * The Janus filter of the paper (section 3.2): a back view that shows a face is dropped.
 *
 * In: views (H, W, 4) with azimuths. Out: score [0, 1] of the best face that the studio's detector proposes and its landmark
 * network confirms; views behind the ears with a score above τ_bv = 0.93. The paper asks a CLIP classifier; ours may be
 * shipped, and they are what would take such a view for a face later.
 */
import { createImage, type ImageRgba } from '../../image/image.ts';
import { resizeImage } from '../../image/resize-image.ts';
import type { Inference } from '../../inference/inference.ts';
import { detectFaces } from '../../pipeline/02-analyse/detect-faces.ts';
import { type FaceLandmarks, locateLandmarks } from '../../pipeline/02-analyse/locate-landmarks.ts';

export type PrunedView = { image: ImageRgba; azimuthDeg: number };

/** τ_bv of the paper. */
export const FACE_SCORE_MAX = 0.93;
/** Beyond this azimuth no face can be seen; at 90° a profile is. */
export const BACK_AZIMUTH_DEG = 115;
/** Views are enlarged to this: in a 128-px view a face is 40 px wide, below what the detectors were made for. */
export const LOOK_PX = 384;
/** Neutral ground behind transparent pixels. */
const GROUND = 128;

/** Indices of the back views that show a face. */
export async function findJanusViews(views: readonly PrunedView[], inference: Inference): Promise<number[]> {
  const found: number[] = [];
  for (const [index, { image, azimuthDeg }] of views.entries()) {
    if (degreesFromFront(azimuthDeg) < BACK_AZIMUTH_DEG) continue;
    const face = await findFace(image, inference);
    if (face !== null && face.landmarks.score > FACE_SCORE_MAX) found.push(index);
  }
  return found;
}

/** [0, 180] of any azimuth. */
export function degreesFromFront(azimuthDeg: number): number {
  return Math.abs(azimuthDeg - 360 * Math.round(azimuthDeg / 360));
}

/**
 * The surest face of a view and the picture in which it was found; null when nothing is proposed. `isIt`: where a face may be,
 * from its landmarks in px of that picture.
 */
export async function findFace(
  view: ImageRgba,
  inference: Inference,
  isIt: (landmarks: Float32Array) => boolean = () => true,
): Promise<{ image: ImageRgba; landmarks: FaceLandmarks } | null> {
  const image = resizeImage(composite(view), LOOK_PX, LOOK_PX);
  let best: FaceLandmarks | null = null;
  for (const candidate of await detectFaces(image, inference)) {
    const landmarks = await locateLandmarks(image, candidate, inference);
    if (isIt(landmarks.points) && (best === null || landmarks.score > best.score)) best = landmarks;
  }
  return best === null ? null : { image, landmarks: best };
}

function composite(view: ImageRgba): ImageRgba {
  const out = createImage(view.widthPx, view.heightPx);
  for (let i = 0; i < view.rgbaSrgb.length; i += 4) {
    const share = view.rgbaSrgb[i + 3]! / 255;
    for (let c = 0; c < 3; c++) out.rgbaSrgb[i + c] = share * view.rgbaSrgb[i + c]! + (1 - share) * GROUND;
    out.rgbaSrgb[i + 3] = 255;
  }
  return out;
}
