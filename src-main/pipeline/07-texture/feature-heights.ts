/**
 * How high eyes and mouth lie on the fitted head.
 * in: the head's vertices (N, 3) Head, m, and topology, the photo's camera, the 478 landmarks (px of the photo) → heights (Head y, m).
 *
 * A head model that a user brings may have no groups but skin; then the photo's landmarks say it, by the vertices that look
 * at the camera where they lie, and without them the mean head.
 */
import { type Camera, projectPoints, unprojectPoints } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { facingCosines } from '../../render/visibility.ts';
import { namePartsOf } from './colour-vertices.ts';

export type FeatureHeights = { eyesY: number; mouthY: number };

/** Middle of the upper and lower lids, of the inner edges of the lips. */
const LIDS = [159, 145, 386, 374];
const LIPS = [13, 14];
/** Middles of the eyes' and the mouth's vertices of our own model's mean head, m. */
const MEAN_EYES_Y = 0.0172;
const MEAN_MOUTH_Y = -0.0494;
/** What looks at the camera at least so much is the front of the face, not the back of the head behind it: the cosine. */
const FRONT = 0.2;
/** A landmark farther from every such vertex does not lie on this head, m. */
const NEAR_M = 0.015;

export function findFeatureHeights(
  topology: HeadTopology,
  positionsHead: Points<'Head'>,
  camera: Camera,
  landmarks: Float32Array | undefined,
): FeatureHeights {
  const parts = namePartsOf(topology);
  const middleY = (part: 'eye' | 'mouth'): number | null => {
    const heights = [...parts.keys()].filter((v) => parts[v] === part).map((v) => positionsHead[v * 3 + 1]!);
    return mean(heights);
  };
  const [eyesY, mouthY] = [middleY('eye'), middleY('mouth')];
  if (eyesY !== null && mouthY !== null) return { eyesY, mouthY };
  const seen = landmarks === undefined ? null : lookUp(topology, positionsHead, camera, landmarks);
  return {
    eyesY: eyesY ?? seen?.(LIDS) ?? MEAN_EYES_Y,
    mouthY: mouthY ?? seen?.(LIPS) ?? MEAN_MOUTH_Y,
  };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean height of landmarks: their pixels at the depth of the nearest vertex that looks at the camera. */
function lookUp(
  topology: HeadTopology,
  positionsHead: Points<'Head'>,
  camera: Camera,
  landmarks: Float32Array,
): (indices: readonly number[]) => number | null {
  const { triangles } = triangulateTopology(topology);
  const cosines = facingCosines(positionsHead, vertexNormals({ positionsHead, triangles }), camera);
  const pixels = projectPoints(camera, positionsHead);
  return (indices) => {
    const heights = indices.flatMap((landmark) => {
      const [x, y] = [landmarks[landmark * 3]!, landmarks[landmark * 3 + 1]!];
      let [nearest, nearestPx] = [-1, Infinity];
      cosines.forEach((cosine, v) => {
        const distancePx = Math.hypot(pixels[v * 3]! - x, pixels[v * 3 + 1]! - y);
        if (cosine > FRONT && distancePx < nearestPx) [nearest, nearestPx] = [v, distancePx];
      });
      const depthM = pixels[nearest * 3 + 2]!;
      const isOnHead = nearest >= 0 && (nearestPx * depthM) / Math.min(...camera.focalPx) < NEAR_M;
      return isOnHead ? [unprojectPoints(camera, Float32Array.of(x, y, depthM))[1]!] : [];
    });
    return mean(heights);
  };
}
