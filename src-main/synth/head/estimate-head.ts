/**
 * The head that the product would estimate from a synthetic photo: never ground truth (paper section 3.2).
 *
 * In: photo, mask, where the face is (the detector's answer is replaced by the true eyes with its usual scatter, which
 * saves half the time). Out: the prior of stage 03, or null when the landmark network sees no face.
 */
import { projectPoints } from '../../camera/camera.ts';
import type { Inference } from '../../inference/inference.ts';
import type { FaceCandidate } from '../../pipeline/02-analyse/detect-faces.ts';
import { locateLandmarks } from '../../pipeline/02-analyse/locate-landmarks.ts';
import { type FittedMesh, fitMeshToPhoto } from '../../pipeline/03-prior/fit-prior.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import type { Draw } from '../random.ts';
import type { SyntheticPhoto } from './take-photo.ts';

/** As in stage 02: below it the landmark network does not see a face. */
const MIN_LANDMARK_SCORE = 0.5;
/** Landmark error (% of the eye distance) above which the estimate is not of this face. */
const MAX_ERROR_PERCENT = 8;
/** Side of a detector's box in distances between the eyes' centres. */
const BOX_PER_EYES = 2.3;
/** Full-frame diagonal, mm: EXIF's 35-mm focal length counts by it. */
const DIAGONAL_35_MM = 43.27;

export async function estimateHead(
  draw: Draw,
  photo: SyntheticPhoto,
  eyes: readonly [readonly [number, number, number], readonly [number, number, number]],
  prepared: PreparedModel,
  inference: Inference,
): Promise<FittedMesh | null> {
  const { image, camera, maskAlpha } = photo;
  const landmarks = await locateLandmarks(image, candidateAt(draw, photo, eyes), inference);
  if (landmarks.score < MIN_LANDMARK_SCORE) return null;
  const { widthPx, heightPx } = image;
  const diagonalPx = Math.hypot(widthPx, heightPx);
  // Half of the pictures carry EXIF.
  const focalLength35Mm = draw.chance(0.5) ? (camera.focalPx[0] * DIAGONAL_35_MM) / diagonalPx : null;
  const prior = fitMeshToPhoto(
    prepared,
    { image, focalLength35Mm },
    { landmarks: landmarks.points, mask: { widthPx, heightPx, alpha: maskAlpha } },
  );
  return prior.landmarkErrorPercent > MAX_ERROR_PERCENT ? null : prior;
}

function candidateAt(
  draw: Draw,
  photo: SyntheticPhoto,
  eyes: Parameters<typeof estimateHead>[2],
): FaceCandidate {
  const projected = projectPoints(photo.camera, new Float32Array([...eyes[0], ...eyes[1]]));
  const points = [0, 3].map((i): [number, number] => [
    projected[i]! + draw.normal(1.5),
    projected[i + 1]! + draw.normal(1.5),
  ]);
  const [right, left] = points as [[number, number], [number, number]];
  // In profile the eyes move together while the face keeps its size: a pupil distance of 62 mm at the camera's scale.
  const eyesPx = (0.062 * photo.camera.focalPx[0]) / ((projected[2]! + projected[5]!) / 2);
  const size = BOX_PER_EYES * eyesPx * (1 + draw.normal(0.06));
  const x = (right[0] + left[0]) / 2;
  const y = (right[1] + left[1]) / 2 + 0.45 * eyesPx;
  return { box: { x: x - size / 2, y: y - size / 2, width: size, height: size, score: 1 }, points };
}
