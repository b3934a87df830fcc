/**
 * What is known of the focal length before the fit: EXIF where there is one, else how far away people are photographed.
 * photo size, EXIF 35-mm focal length, magnification px per m → focal length px and standard deviation of its log.
 */
import type { Camera } from '../../camera/camera.ts';

export type FocalPrior = { focalPx: number; focalLogSigma: number };

/** Diagonal of the 24 × 36 mm frame: CIPA DCG-001 defines the 35-mm equivalent by the diagonal field of view. */
const FULL_FRAME_DIAGONAL_MM = 43.27;
/** EXIF survives cropping, after which it no longer fits the picture's size; hence not tighter. */
const EXIF_LOG_SIGMA = 0.12;
/** A phone at 26 mm has 0.75 × the longer side, a portrait lens at 85 mm 2.4 ×; this is the middle, about 50 mm. */
const FOCAL_PER_SIDE = 1.4;
/** A head-and-shoulders picture is taken from here, m; it decides for crops, where the field of view says nothing. */
const PORTRAIT_DISTANCE_M = 1.2;
/**
 * Tighter than people vary (0.5 m selfie to 2.5 m studio), because the landmarks mislead: on drawn heads at 0.6 m to 1.8 m
 * 0.4 put the camera 28 % too near (mean error of log distance 0.45), 0.2 gives 18 % (0.33), faces no worse.
 */
const GUESS_LOG_SIGMA = 0.2;

/** The lens on a 24 × 36 mm camera that sees as much: the reverse of what EXIF says. */
export function equivalentFocal35Mm(camera: Pick<Camera, 'widthPx' | 'heightPx' | 'focalPx'>): number {
  return (camera.focalPx[0] * FULL_FRAME_DIAGONAL_MM) / Math.hypot(camera.widthPx, camera.heightPx);
}

export function estimateFocal(
  photo: { widthPx: number; heightPx: number; focalLength35Mm: number | null },
  scalePxPerM: number,
): FocalPrior {
  if (photo.focalLength35Mm !== null && photo.focalLength35Mm > 0) {
    const diagonalPx = Math.hypot(photo.widthPx, photo.heightPx);
    return {
      focalPx: (photo.focalLength35Mm / FULL_FRAME_DIAGONAL_MM) * diagonalPx,
      focalLogSigma: EXIF_LOG_SIGMA,
    };
  }
  const bySide = FOCAL_PER_SIDE * Math.max(photo.widthPx, photo.heightPx);
  const byDistance = PORTRAIT_DISTANCE_M * scalePxPerM;
  return { focalPx: Math.max(bySide, byDistance), focalLogSigma: GUESS_LOG_SIGMA };
}
