/**
 * The 478 points of MediaPipe's face mesh, irises included, in photo px.
 *
 * image (H, W, 4) sRGB, candidate → landmarks (478, 3) photo px, score [0, 1]
 *
 * Three looks through a square that is turned until the eyes are level: (1) the 468-point network in the detector's
 * square, which finds the frame; (2) and (3) the 478-point attention network in the square around the points just
 * found. z is scaled like x and y (weak perspective); only its sign convention is MediaPipe's (nearer = smaller).
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
/** Mesh points at the outer eye corners: the subject's right and left. */
export const RIGHT_EYE_OUTER = 33;
export const LEFT_EYE_OUTER = 263;

export type FaceLandmarks = {
  /** (478, 3) photo px. */
  points: Float32Array;
  /** [0, 1] that a face fills the square. */
  score: number;
};

export async function locateLandmarks(
  image: ImageRgba,
  candidate: FaceCandidate,
  inference: Inference,
): Promise<FaceLandmarks> {
  let found = await locateIn(image, squareOfCandidate(candidate), 'face-landmarks-468', inference);
  for (let look = 0; look < 2; look++) {
    found = await locateIn(
      image,
      squareOfPoints(found.points, SQUARE_SCALE),
      'face-landmarks-478',
      inference,
    );
  }
  return found;
}

async function locateIn(
  image: ImageRgba,
  square: CropSquare,
  modelId: 'face-landmarks-468' | 'face-landmarks-478',
  inference: Inference,
): Promise<FaceLandmarks> {
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
