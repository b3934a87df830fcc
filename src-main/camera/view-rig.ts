/**
 * The N target cameras around the head (paper §3.2: N = 16 views denoised together).
 *
 * Azimuth runs once around in equal steps; view 0 looks straight at the face, view N/4 sees the subject's left side.
 * SyncDreamer's rig holds the elevation at 30°, which hides the chin and the nape; ours alternates 0°, +20°, 0°, −15°,
 * symmetric to the sagittal plane, so that scalp, chin and nape are each seen from at least four sides.
 */
import { type Camera, lookAtCamera } from './camera.ts';

/** Distance of the cameras from the head's origin, m: portrait distance, mild perspective. */
export const RIG_RADIUS_M = 1.6;
/** Height and width of what a view frames in the plane of the head's origin, m: head, hair and neck. */
export const RIG_EXTENT_M = 0.44;

export type RigView = { azimuthDeg: number; elevationDeg: number; camera: Camera };

/** N views of `sizePx` × `sizePx`. */
export function viewRig(count: number, sizePx: number): RigView[] {
  return Array.from({ length: count }, (_, index) => {
    const azimuthDeg = (index * 360) / count;
    const elevationDeg = rigElevationDeg(index, count);
    return { azimuthDeg, elevationDeg, camera: rigCamera(azimuthDeg, elevationDeg, sizePx) };
  });
}

/** Camera at an azimuth (0 = in front of the face, +90 = subject's left) and elevation (+ = from above). */
export function rigCamera(azimuthDeg: number, elevationDeg: number, sizePx: number): Camera {
  const azimuth = (azimuthDeg * Math.PI) / 180;
  const elevation = (elevationDeg * Math.PI) / 180;
  return lookAtCamera({
    eyeHead: [
      RIG_RADIUS_M * Math.sin(azimuth) * Math.cos(elevation),
      RIG_RADIUS_M * Math.sin(elevation),
      RIG_RADIUS_M * Math.cos(azimuth) * Math.cos(elevation),
    ],
    targetHead: [0, 0, 0],
    focalPx: (sizePx * RIG_RADIUS_M) / RIG_EXTENT_M,
    widthPx: sizePx,
    heightPx: sizePx,
  });
}

function rigElevationDeg(index: number, count: number): number {
  const fromFront = Math.min(index, count - index);
  if (fromFront % 2 === 0) return 0;
  return fromFront % 4 === 1 ? 20 : -15;
}
