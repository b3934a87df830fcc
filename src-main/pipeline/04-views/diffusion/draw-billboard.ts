/**
 * The photo on a plane through the head's origin, seen by another camera: the only path for pixels of hair that lie
 * outside the bald M (without it long hair had no way into the views; training notes, gate experiment).
 *
 * In: input crop (S, S, 4) and its camera, target camera. Out: (H, W, 4) uint8 written at `offset` of every `stride` bytes.
 * From behind, the plane shows the mirrored outline, which is right for the silhouette of a back view. It fades out where
 * the plane is seen edge-on.
 */
import { type Camera, cameraCentreHead } from '../../../camera/camera.ts';
import { smoothstep } from '../../../render/photo-probe.ts';
import type { InputCrop } from './input-crop.ts';

/** Cosine between the two optical axes: below the first the plane is a line, above the second it is whole. */
const EDGE_ON_COSINES = [0.15, 0.4] as const;

export function drawBillboard(
  crop: InputCrop,
  camera: Camera,
  out: Uint8ClampedArray,
  offset: number,
  stride: number,
): void {
  const photo = crop.camera.cameraFromHead;
  const m = camera.cameraFromHead;
  const normal = [photo[2]!, photo[6]!, photo[10]!] as const;
  const fade = smoothstep(
    ...EDGE_ON_COSINES,
    Math.abs(m[2]! * normal[0] + m[6]! * normal[1] + m[10]! * normal[2]),
  );
  if (fade === 0) return;
  const eye = cameraCentreHead(camera);
  const height = eye[0] * normal[0] + eye[1] * normal[1] + eye[2] * normal[2];
  const { rgbaSrgb, widthPx } = crop.image;
  for (let row = 0, at = offset; row < camera.heightPx; row++) {
    const cy = (camera.centrePx[1] - row - 0.5) / camera.focalPx[1];
    for (let column = 0; column < camera.widthPx; column++, at += stride) {
      const cx = (column + 0.5 - camera.centrePx[0]) / camera.focalPx[0];
      // Ray of the pixel in the head frame: R^T (cx, cy, −1).
      const dx = m[0]! * cx + m[1]! * cy - m[2]!;
      const dy = m[4]! * cx + m[5]! * cy - m[6]!;
      const dz = m[8]! * cx + m[9]! * cy - m[10]!;
      const along = -height / (dx * normal[0] + dy * normal[1] + dz * normal[2]);
      if (!(along > 0)) continue;
      const x = eye[0] + along * dx;
      const y = eye[1] + along * dy;
      const z = eye[2] + along * dz;
      const depth = -(photo[2]! * x + photo[6]! * y + photo[10]! * z + photo[14]!);
      const u =
        crop.camera.centrePx[0] +
        (crop.camera.focalPx[0] * (photo[0]! * x + photo[4]! * y + photo[8]! * z + photo[12]!)) / depth;
      const v =
        crop.camera.centrePx[1] -
        (crop.camera.focalPx[1] * (photo[1]! * x + photo[5]! * y + photo[9]! * z + photo[13]!)) / depth;
      if (!(u >= 0 && v >= 0 && u < widthPx && v < crop.image.heightPx)) continue;
      const from = (Math.floor(v) * widthPx + Math.floor(u)) * 4;
      for (let c = 0; c < 3; c++) out[at + c] = rgbaSrgb[from + c]!;
      out[at + 3] = fade * rgbaSrgb[from + 3]!;
    }
  }
}
