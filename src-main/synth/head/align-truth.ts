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
