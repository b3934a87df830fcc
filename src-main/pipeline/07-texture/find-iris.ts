/**
 * Which way an eye of the photo looks: from the middle of its ball to the middle of the iris.
 * in: vertices of the ball (Head, m), photo's camera, the 478 landmarks (px of the photo) → unit vector, Head.
 * A head model need not turn its eyes, and an iris painted about another axis than the photo's would lie beside it.
 */
import { type Camera, projectPoints } from '../../camera/camera.ts';
import { IRIS_LEFT, IRIS_RIGHT } from '../03-prior/landmark-sets.ts';

type Vector = readonly [number, number, number];
export const AHEAD: Vector = [0, 0, 1];

/** Cosine of the farthest that eyes turn, 40°: beyond, the landmark is not this eye's. */
const TURN_COSINE_MIN = 0.766;
/** Vertices count by a normal distribution about the landmark whose deviation is this share of the ball's radius. */
const NEAR = 0.15;

/** Straight ahead where the photo's iris is not on the ball. */
export function findIrisAxis(
  positionsHead: Float32Array,
  vertices: readonly number[],
  camera: Camera,
  landmarks: Float32Array,
): Vector {
  const points = Float32Array.from(vertices.flatMap((v) => [...positionsHead.subarray(v * 3, v * 3 + 3)]));
  const axisRange = [0, 1, 2].map((axis) => {
    const values = vertices.map((_, k) => points[k * 3 + axis]!);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  const centre = axisRange.map(([low, high]) => (low + high) / 2);
  const radiusM = Math.max(...axisRange.map(([low, high]) => (high - low) / 2));
  const [middle, ...projected] = toRows(projectPoints(camera, Float32Array.from([...centre, ...points])));
  const radiusPx = (radiusM * Math.min(...camera.focalPx)) / middle![2];
  const iris = [IRIS_RIGHT[0], IRIS_LEFT[0]]
    .map((landmark) => [landmarks[landmark * 3]!, landmarks[landmark * 3 + 1]!] as const)
    .sort((a, b) => distance(a, middle!) - distance(b, middle!))[0]!;
  const sum = [0, 0, 0];
  projected.forEach((pixel, k) => {
    // The half that looks at the camera.
    if (pixel[2] > middle![2]) return;
    const weight = Math.exp(-((distance(pixel, iris) / (NEAR * radiusPx)) ** 2) / 2);
    for (let axis = 0; axis < 3; axis++) sum[axis]! += weight * (points[k * 3 + axis]! - centre[axis]!);
  });
  const length = Math.hypot(...sum);
  if (!(length > 1e-9) || sum[2]! / length < TURN_COSINE_MIN) return AHEAD;
  return [sum[0]! / length, sum[1]! / length, sum[2]! / length];
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
}

function toRows(values: ArrayLike<number>): Vector[] {
  return Array.from({ length: values.length / 3 }, (_, i) => [
    values[i * 3]!,
    values[i * 3 + 1]!,
    values[i * 3 + 2]!,
  ]);
}
