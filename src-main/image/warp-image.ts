import { createRaster, type ImageRgba, type Raster } from './image.ts';
import type { Similarity } from './similarity.ts';

export type WarpOptions = {
  /** What lies outside the photo: `zero` (black) or the nearest border pixel. */
  border: 'zero' | 'repeat';
};

/** Samples a side per crop pixel when reducing; more than 8 × 8 changes no network's answer and costs time. */
const MAX_SAMPLES_A_SIDE = 8;

/**
 * Cuts a (turned, scaled) window out of an image: (H, W, 4) → (cropPx, cropPx, 3) float32 RGB, sRGB in [0, 255].
 * Bilinear, with a grid of samples per crop pixel where the crop is a reduction, so that it does not alias.
 */
export function warpImage(
  image: ImageRgba,
  photoFromCrop: Similarity,
  cropPx: number,
  options: WarpOptions,
): Raster {
  const { widthPx, heightPx, rgbaSrgb } = image;
  const { a, b, tx, ty } = photoFromCrop;
  const side = Math.min(MAX_SAMPLES_A_SIDE, Math.max(1, Math.round(Math.hypot(a, b))));
  const out = createRaster(cropPx, cropPx, 3);
  const zero = options.border === 'zero';
  const share = 1 / (side * side);
  for (let row = 0; row < cropPx; row++) {
    for (let column = 0; column < cropPx; column++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sample = 0; sample < side * side; sample++) {
        const u = column + ((sample % side) + 0.5) / side;
        const v = row + (Math.floor(sample / side) + 0.5) / side;
        const x = a * u - b * v + tx - 0.5;
        const y = b * u + a * v + ty - 0.5;
        const x0 = Math.floor(x);
        const y0 = Math.floor(y);
        for (let corner = 0; corner < 4; corner++) {
          let px = x0 + (corner & 1);
          let py = y0 + (corner >> 1);
          const weight = (corner & 1 ? x - x0 : 1 - x + x0) * (corner >> 1 ? y - y0 : 1 - y + y0);
          if (px < 0 || py < 0 || px >= widthPx || py >= heightPx) {
            if (zero) continue;
            px = Math.min(Math.max(px, 0), widthPx - 1);
            py = Math.min(Math.max(py, 0), heightPx - 1);
          }
          const at = (py * widthPx + px) * 4;
          red += weight * rgbaSrgb[at]!;
          green += weight * rgbaSrgb[at + 1]!;
          blue += weight * rgbaSrgb[at + 2]!;
        }
      }
      const to = (row * cropPx + column) * 3;
      out.values[to] = red * share;
      out.values[to + 1] = green * share;
      out.values[to + 2] = blue * share;
    }
  }
  return out;
}
