/**
 * The square of the photo that the network is shown, with the camera that would have taken it.
 *
 * In: photo (H, W, 4) sRGB, person mask (H, W), photo camera. Out: (S, S, 4) straight RGBA, camera of S × S px.
 * The square frames the head as the rig's cameras do: `RIG_EXTENT_M` in the plane of the head's origin. Background is
 * black: what it shows must not matter, and with black a gain on the colours leaves it as it is.
 */
import { type Camera, cropCamera, projectPoints, resizeCamera } from '../../../camera/camera.ts';
import { RIG_EXTENT_M } from '../../../camera/view-rig.ts';
import { createImage, type ImageRgba } from '../../../image/image.ts';

export type InputCrop = { image: ImageRgba; camera: Camera };

/** Samples a side per crop pixel at most: beyond it nothing aliases visibly. */
const SAMPLES_MAX = 6;
/** Pixels with less of the person than this show mostly background, so they are made black. */
const PERSON_SHARE_MIN = 0.1;

export function cropInput(
  photo: ImageRgba,
  maskAlpha: Uint8Array,
  photoCamera: Camera,
  sizePx: number,
): InputCrop {
  const [u, v, depth] = projectPoints(photoCamera, new Float32Array(3)) as unknown as [
    number,
    number,
    number,
  ];
  const sidePx = (RIG_EXTENT_M * (photoCamera.focalPx[0] + photoCamera.focalPx[1])) / (2 * depth);
  const x = u - sidePx / 2;
  const y = v - sidePx / 2;
  const camera = resizeCamera(cropCamera(photoCamera, x, y, sidePx, sidePx), sizePx, sizePx);
  const image = createImage(sizePx, sizePx);
  const n = Math.min(SAMPLES_MAX, Math.max(2, Math.ceil((2 * sidePx) / sizePx)));
  const step = sidePx / sizePx / n;
  for (let row = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++) {
      let [red, green, blue, alpha] = [0, 0, 0, 0];
      for (let ky = 0; ky < n; ky++) {
        const py = Math.floor(y + (row * n + ky + 0.5) * step);
        if (py < 0 || py >= photo.heightPx) continue;
        for (let kx = 0; kx < n; kx++) {
          const px = Math.floor(x + (column * n + kx + 0.5) * step);
          if (px < 0 || px >= photo.widthPx) continue;
          const at = py * photo.widthPx + px;
          const share = maskAlpha[at]!;
          red += share * photo.rgbaSrgb[at * 4]!;
          green += share * photo.rgbaSrgb[at * 4 + 1]!;
          blue += share * photo.rgbaSrgb[at * 4 + 2]!;
          alpha += share;
        }
      }
      const to = (row * sizePx + column) * 4;
      image.rgbaSrgb[to + 3] = alpha / (n * n);
      if (alpha < 255 * n * n * PERSON_SHARE_MIN) continue;
      image.rgbaSrgb[to] = red / alpha;
      image.rgbaSrgb[to + 1] = green / alpha;
      image.rgbaSrgb[to + 2] = blue / alpha;
    }
  }
  return { image, camera };
}
