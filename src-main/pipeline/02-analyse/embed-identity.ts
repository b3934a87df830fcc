/**
 * Two identity embeddings of the face: what the evaluation and the scores per view compare heads with.
 *
 * image (H, W, 4) sRGB, landmarks (478, 3) photo px →
 *   embedding128: dlib ResNet, Euclidean distance < 0.6 = same person (the paper's Re-ID threshold, §4)
 *   embedding192: MobileFaceNet trained with an ArcFace-like loss, L2-normalised, cosine
 *
 * Stand-ins for the paper's identity networks, with weights that may be shipped (method.md §4). On 17 photos of 7
 * people both networks separate every pair: dlib same ≤ 0.549 < 0.662 ≤ different, cosine same ≥ 0.659 > 0.285 ≥ different.
 */
import type { ImageRgba } from '../../image/image.ts';
import { fitSimilarity } from '../../image/similarity.ts';
import { warpImage } from '../../image/warp-image.ts';
import type { Inference } from '../../inference/inference.ts';
import { imageTensor } from './image-tensor.ts';

type Point = readonly [number, number];

/** dlib's mean face in its unit square: the five points of its shape predictor (`face_pose_estimation`). */
const DLIB_TEMPLATE: readonly Point[] = [
  [0.8595674595992, 0.2134981538014],
  [0.6460604764104, 0.2289674387677],
  [0.1205750620789, 0.2137274526848],
  [0.3340850613712, 0.2290642403242],
  [0.4901123135679, 0.6277975316475],
];
/** The same points in the mesh: left eye outer and inner, right eye outer and inner corner, nose base. */
const DLIB_LANDMARKS = [263, 362, 33, 133, 2];
const DLIB_CHIP_PX = 150;
/** dlib's `get_face_chip_details(…, 150, 0.25)`. */
const DLIB_PADDING = 0.25;

/** ArcFace's 112-px template (InsightFace `arcface_src`): right eye, left eye, nose tip, mouth corners. */
const ARC_TEMPLATE: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];
/** Mesh points whose mean stands for each of them. */
const ARC_LANDMARKS = [[33, 133], [362, 263], [1], [61], [291]];
const ARC_CHIP_PX = 112;

export type IdentityEmbeddings = { embedding128: Float32Array; embedding192: Float32Array };

export async function embedIdentity(
  image: ImageRgba,
  landmarks: Float32Array,
  inference: Inference,
): Promise<IdentityEmbeddings> {
  const dlibChip = cutChip(
    image,
    DLIB_LANDMARKS.map((landmark) => meanPoint(landmarks, [landmark])),
    DLIB_TEMPLATE.map(([x, y]) => [padded(x), padded(y)]),
    DLIB_CHIP_PX,
  );
  const arcChip = cutChip(
    image,
    ARC_LANDMARKS.map((group) => meanPoint(landmarks, group)),
    ARC_TEMPLATE,
    ARC_CHIP_PX,
  );
  const reid = await inference.run('face-reid-128', { image: imageTensor(dlibChip, 1, 0) });
  const arc = await inference.run('face-arc-192', { image: imageTensor(arcChip, 1 / 128, -127.5 / 128) });
  return {
    embedding128: Float32Array.from(reid['descriptor']!.data),
    embedding192: normalised(arc['descriptor']!.data),
  };
}

/** The aligned square: the similarity that brings `points` (photo px) closest to `template` (chip px). */
function cutChip(image: ImageRgba, points: readonly Point[], template: readonly Point[], chipPx: number) {
  return warpImage(image, fitSimilarity(template, points), chipPx, { border: 'zero' });
}

function padded(coordinate: number): number {
  return ((coordinate + DLIB_PADDING) / (1 + 2 * DLIB_PADDING)) * DLIB_CHIP_PX;
}

function meanPoint(landmarks: Float32Array, group: readonly number[]): Point {
  const mean = (axis: 0 | 1): number =>
    group.reduce((sum, landmark) => sum + landmarks[landmark * 3 + axis]!, 0) / group.length;
  return [mean(0), mean(1)];
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
