/**
 * The 478 points of MediaPipe's face mesh, irises included, in photo px.
 *
 * image (H, W, 4) sRGB, candidate → landmarks (478, 3) photo px, score [0, 1]
 *
 * Looks through a square that is turned until the eyes are level: the 468-point network in the detector's square finds
 * the frame; then the 478-point attention network in the square around the points just found; the result is the mean
 * of three such looks at slightly different scales. z is scaled like x and y (weak perspective; nearer = smaller).
 *
 * Of a face that is detected with doubt the square is also tried upside down, and the steadier result is kept.
 *
 * Measured on 21 portraits, detector square moved by ±5 %, ±12 % in size, ±7°: scatter of the points in % of the eye
 * distance: 468 twice 0.56, 468 three times 0.31, 468 + 478 twice 0.30, mean of three looks 0.18. The attention
 * network follows closed lips that the 468-point one misses by 4 %.
 * Dropped: the separate iris network; its pupils differ from the attention network's by 0.8 % of the eye distance, less
 * than can be told by eye.
 */
import type { ImageRgba } from '../../image/image.ts';
import { applySimilarity, type CropSquare, squareCrop } from '../../image/similarity.ts';
import { warpImage } from '../../image/warp-image.ts';
import type { Inference } from '../../inference/inference.ts';
import type { FaceCandidate } from './detect-faces.ts';
import { imageTensor } from './image-tensor.ts';

const CROP_PX = 192;
/** Side of the square around the box or the points (MediaPipe's value for both). */
const SQUARE_SCALE = 1.5;
/** Scales of the looks that are averaged; the network was trained with such jitter. */
const AVERAGED_SCALES = [1.35, 1.5, 1.65];
/** Looks until the square stays where it is; one is enough unless the head is turned on its side. */
const MAX_LOOKS = 4;
/** The square stays: moved by less than this part of its side, turned by less than this (radians, 5°). */
const CLOSE_SHIFT = 0.05;
const CLOSE_ANGLE = 0.09;
/** Detected with doubt, score: 76 of 77 faces of portraits turned by 180° (the detector takes them for upright ones), 3 of 84 upright ones. */
const UPRIGHT_DETECTION = 0.85;
/**
 * The square turned over is right when its looks scatter that much less. Of 49 upright pictures the least have 0.79 (a profile) and 1.08 (a
 * scarf over the mouth), the others 1.8 and more; turned by 180° most have 0.1 to 0.65.
 */
const STEADIER = 0.7;
/** Mesh points at the outer eye corners: the subject's right and left. */
export const RIGHT_EYE_OUTER = 33;
export const LEFT_EYE_OUTER = 263;

export type FaceLandmarks = {
  /** (478, 3) photo px. */
  points: Float32Array;
  /** (478) photo px: root mean square distance of the looks from their mean. Large where something hides the face. */
  scatter: Float32Array;
  /** [0, 1] that a face fills the square. */
  score: number;
};

export async function locateLandmarks(
  image: ImageRgba,
  candidate: FaceCandidate,
  inference: Inference,
): Promise<FaceLandmarks> {
  const square = squareOfCandidate(candidate);
  const located = await locateFrom(image, square, inference);
  if (candidate.box.score >= UPRIGHT_DETECTION) return located;
  const flipped = await locateFrom(image, { ...square, angle: square.angle + Math.PI }, inference);
  return flipped.score >= located.score && unrest(flipped) < STEADIER * unrest(located) ? flipped : located;
}

async function locateFrom(image: ImageRgba, start: CropSquare, inference: Inference): Promise<FaceLandmarks> {
  let square = start;
  let near = await locateIn(image, square, 'face-landmarks-468', inference);
  for (let look = 0; look < MAX_LOOKS; look++) {
    const next = squareOfPoints(near.points, SQUARE_SCALE);
    const settled = look > 0 && isClose(square, next);
    square = next;
    if (settled) break;
    near = await locateIn(image, square, 'face-landmarks-478', inference);
  }
  const looks: Look[] = [];
  for (const scale of AVERAGED_SCALES) {
    const sizePx = (square.sizePx * scale) / SQUARE_SCALE;
    looks.push(await locateIn(image, { ...square, sizePx }, 'face-landmarks-478', inference));
  }
  return meanOf(looks);
}

/** Scatter of all points ÷ distance of the outer eye corners. */
function unrest({ points, scatter }: FaceLandmarks): number {
  const along = (axis: 0 | 1): number =>
    points[LEFT_EYE_OUTER * 3 + axis]! - points[RIGHT_EYE_OUTER * 3 + axis]!;
  return Math.hypot(...scatter) / Math.hypot(along(0), along(1));
}

type Look = Omit<FaceLandmarks, 'scatter'>;

function meanOf(looks: readonly Look[]): FaceLandmarks {
  const share = 1 / looks.length;
  const points = new Float32Array(looks[0]!.points.length);
  let score = 0;
  for (const look of looks) {
    score += look.score * share;
    for (let i = 0; i < points.length; i++) points[i]! += look.points[i]! * share;
  }
  const scatter = Float32Array.from({ length: points.length / 3 }, (_, point) => {
    const off = (look: Look, axis: 0 | 1): number =>
      look.points[point * 3 + axis]! - points[point * 3 + axis]!;
    return Math.sqrt(looks.reduce((sum, look) => sum + share * (off(look, 0) ** 2 + off(look, 1) ** 2), 0));
  });
  return { points, scatter, score };
}

function isClose(a: CropSquare, b: CropSquare): boolean {
  const shift = Math.hypot(a.x - b.x, a.y - b.y) + Math.abs(a.sizePx - b.sizePx);
  const turn = Math.abs(Math.atan2(Math.sin(a.angle - b.angle), Math.cos(a.angle - b.angle)));
  return shift < CLOSE_SHIFT * a.sizePx && turn < CLOSE_ANGLE;
}

async function locateIn(
  image: ImageRgba,
  square: CropSquare,
  modelId: 'face-landmarks-468' | 'face-landmarks-478',
  inference: Inference,
): Promise<Look> {
  const photoFromCrop = squareCrop(square, CROP_PX);
  const crop = warpImage(image, photoFromCrop, CROP_PX, { border: 'repeat' });
  const { landmarks, face } = await inference.run(modelId, { image: imageTensor(crop, 1 / 255, 0) });
  const points = new Float32Array(landmarks!.data.length);
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = applySimilarity(photoFromCrop, landmarks!.data[i]!, landmarks!.data[i + 1]!);
    points[i] = x;
    points[i + 1] = y;
    points[i + 2] = (landmarks!.data[i + 2]! * square.sizePx) / CROP_PX;
  }
  return { points, score: 1 / (1 + Math.exp(-face!.data[0]!)) };
}

function squareOfCandidate({ box, points }: FaceCandidate): CropSquare {
  const [rightEye, leftEye] = points;
  return {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    sizePx: Math.max(box.width, box.height) * SQUARE_SCALE,
    angle: Math.atan2(leftEye![1] - rightEye![1], leftEye![0] - rightEye![0]),
  };
}

/** `scale` times the bounding box of the points (made square), in axes that are level with the eyes. */
export function squareOfPoints(points: Float32Array, scale: number): CropSquare {
  const at = (landmark: number, axis: 0 | 1): number => points[landmark * 3 + axis]!;
  const angle = Math.atan2(
    at(LEFT_EYE_OUTER, 1) - at(RIGHT_EYE_OUTER, 1),
    at(LEFT_EYE_OUTER, 0) - at(RIGHT_EYE_OUTER, 0),
  );
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 3) {
    const u = cos * points[i]! + sin * points[i + 1]!;
    const v = -sin * points[i]! + cos * points[i + 1]!;
    left = Math.min(left, u);
    right = Math.max(right, u);
    top = Math.min(top, v);
    bottom = Math.max(bottom, v);
  }
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return {
    x: cos * u - sin * v,
    y: sin * u + cos * v,
    sizePx: Math.max(right - left, bottom - top) * scale,
    angle,
  };
}
