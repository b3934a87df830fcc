/**
 * How far a view's pixels are the photo's own where the network would have them otherwise.
 *
 * In: generated and reprojected planes ({@link VIEW_CHANNELS}, S, S) in [−1, 1], the reprojected {@link View} (T × T), the photo's camera. Out:
 * (T, T) in [0, 1].
 * The photo is carried through an estimated surface. An error of its depth slides the photo over the surface by that error times the tangent
 * of the angle at which the photo sees it, and shows in a view by the sine of the angle between the two lines of sight: not at
 * all in the photo's own view, hardly where the surface faces the photo, and around ears and jaw, seen from the side, so
 * much that hair lands on skin. There alone the network may overrule the photo: by coarse colours, so that its want of
 * detail is no disagreement. Dropped: letting it overrule the photo everywhere (one early pack painted skin over collars and
 * smeared eyes, though seen pixels of 8 held-out heads gained 0.7 dB more).
 */
import { cameraCentreHead, type Camera } from '../../../camera/camera.ts';
import { gaussianBlur } from '../../../image/gaussian-blur.ts';
import { createRaster } from '../../../image/image.ts';
import { smoothstep } from '../../../render/photo-probe.ts';
import type { View } from '../views.ts';
import { resizePlanes } from '../../../image/resize-planes.ts';

/** Cosines at the photo's camera: below the first the network may overrule the photo, from the second on it may not. */
const SQUARE_COSINES = [0.5, 0.9] as const;
/** Cosines between the lines of sight of view and photo: likewise. */
const SAME_SIGHT_COSINES = [0.7, 0.94] as const;
/** Differences are compared over about this many pixels of the network: an eye that it draws softly is the same eye. */
const BLUR_PX = 2;
/** Difference of blurred colours (sRGB [0, 1]) at which the photo's share has faded to 1/e. */
const DISAGREEMENT = 0.12;

export function trustPhoto(
  generated: Float32Array,
  own: Float32Array,
  sizePx: number,
  reprojected: View,
  photoCamera: Camera,
): Float32Array {
  const { camera, depth, normalsHead, photoWeight } = reprojected;
  const { widthPx } = camera;
  const difference = resizePlanes(coarseDifference(generated, own, sizePx), sizePx, widthPx);
  const photoEye = cameraCentreHead(photoCamera);
  const viewEye = cameraCentreHead(camera);
  const m = camera.cameraFromHead;
  const out = new Float32Array(photoWeight.length);
  for (let i = 0; i < out.length; i++) {
    if (photoWeight[i] === 0) continue;
    const z = depth[i]!;
    const x = (((i % widthPx) + 0.5 - camera.centrePx[0]) / camera.focalPx[0]) * z - m[12]!;
    const y = ((camera.centrePx[1] - Math.floor(i / widthPx) - 0.5) / camera.focalPx[1]) * z - m[13]!;
    let [facing, sights, toPhotoSquare, toViewSquare, normalSquare] = [0, 0, 0, 0, 0];
    for (let c = 0; c < 3; c++) {
      const point = m[c * 4]! * x + m[c * 4 + 1]! * y - m[c * 4 + 2]! * (z + m[14]!);
      const toPhoto = photoEye[c]! - point;
      const toView = viewEye[c]! - point;
      const normal = normalsHead[i * 3 + c]!;
      facing += toPhoto * normal;
      sights += toPhoto * toView;
      toPhotoSquare += toPhoto * toPhoto;
      toViewSquare += toView * toView;
      normalSquare += normal * normal;
    }
    const square = smoothstep(...SQUARE_COSINES, facing / (Math.sqrt(toPhotoSquare * normalSquare) || 1));
    const sameSight = smoothstep(...SAME_SIGHT_COSINES, sights / Math.sqrt(toPhotoSquare * toViewSquare));
    const agreed = Math.exp(-Math.max(0, difference[i]!) / DISAGREEMENT ** 2);
    out[i] = (photoWeight[i]! / 255) * Math.max(square, sameSight, agreed);
  }
  return out;
}

/** (1, S, S): mean square of the blurred difference of colours, of pixels that both cover. */
function coarseDifference(generated: Float32Array, own: Float32Array, sizePx: number): Float32Array {
  const plane = sizePx * sizePx;
  const raster = createRaster(sizePx, sizePx, 4);
  for (let i = 0; i < plane; i++) {
    const shared = ((generated[3 * plane + i]! + 1) * (own[3 * plane + i]! + 1)) / 4;
    raster.values[i * 4 + 3] = shared;
    for (let c = 0; c < 3; c++)
      raster.values[i * 4 + c] = (shared * (generated[c * plane + i]! - own[c * plane + i]!)) / 2;
  }
  const { values } = gaussianBlur(raster, BLUR_PX);
  return Float32Array.from({ length: plane }, (_, i) => {
    const shared = values[i * 4 + 3]!;
    if (shared < SHARED_MIN) return 0;
    return (values[i * 4]! ** 2 + values[i * 4 + 1]! ** 2 + values[i * 4 + 2]! ** 2) / (3 * shared ** 2);
  });
}

/** Where hardly anything is covered by both, nothing is compared. */
const SHARED_MIN = 0.01;
