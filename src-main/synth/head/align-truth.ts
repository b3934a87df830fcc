/**
 * Where the true head lies in the frame of the estimated one.
 *
 * In: true input camera (person frame), estimated photo camera (head frame), eyes of the truth (person frame) and of the
 * estimate (head frame). Out: headFromPerson: rotation, uniform scale, translation.
 * Both heads explain the same photo, so they are laid over each other in the camera's frame: x and y keep their pixels, and
 * the eyes come to lie at the same depth: with another focal length that takes a scale s = d' f / (d f') and a shift along
 * the optical axis, d' − s d. Exact in the plane of the eyes, and up to the strength of perspective elsewhere.
 */
import type { Camera } from '../../camera/camera.ts';
import { composePoses, invertPose, type Pose } from '../../camera/frames.ts';

type Vector = [number, number, number];

export type Placement = {
  /** (4, 4) column-major, person → head; the 3 × 3 part is a rotation times `scale`. */
  headFromPerson: Pose<'Head', 'Head'>;
  scale: number;
};

export function alignTruth(
  truth: Camera,
  eyesDepthTruth: number,
  estimate: Camera,
  eyesDepthEstimate: number,
): Placement {
  const scale = (eyesDepthEstimate * truth.focalPx[0]) / (eyesDepthTruth * estimate.focalPx[0]);
  const scaled = Float64Array.from(truth.cameraFromHead);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 3; row++) scaled[column * 4 + row] = scale * scaled[column * 4 + row]!;
  }
  scaled[14] = scaled[14]! - (eyesDepthEstimate - scale * eyesDepthTruth);
  const headFromCamera = invertPose(estimate.cameraFromHead);
  return { headFromPerson: composePoses(headFromCamera, scaled as Pose<'Camera', 'Head'>), scale };
}

/** A point (3), m, of the person frame in the head frame. */
export function headFromPerson({ headFromPerson: m }: Placement, point: ArrayLike<number>): Vector {
  const along = (r: number): number =>
    m[r]! * point[0]! + m[4 + r]! * point[1]! + m[8 + r]! * point[2]! + m[12 + r]!;
  return [along(0), along(1), along(2)];
}

/** And back: the inverse of a rotation times a scale is its transpose over the square. */
export function personFromHead({ headFromPerson: m, scale }: Placement, point: ArrayLike<number>): Vector {
  const from = [0, 1, 2].map((c) => point[c]! - m[12 + c]!);
  const along = (k: number): number =>
    (m[k]! * from[0]! + m[k + 1]! * from[1]! + m[k + 2]! * from[2]!) / scale ** 2;
  return [along(0), along(4), along(8)];
}
