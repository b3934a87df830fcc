/** Between 8-bit images and float rasters. */
import { createImage, createRaster, type ImageRgba, type Raster } from './image.ts';

/** (H, W, 4) uint8 → (H, W, 3) float32, sRGB in [0, 1]; alpha is dropped. */
export function rgbRaster(image: ImageRgba): Raster {
  const out = createRaster(image.widthPx, image.heightPx, 3);
  for (let from = 0, to = 0; from < image.rgbaSrgb.length; from += 4, to += 3) {
    out.values[to] = image.rgbaSrgb[from]! / 255;
    out.values[to + 1] = image.rgbaSrgb[from + 1]! / 255;
    out.values[to + 2] = image.rgbaSrgb[from + 2]! / 255;
  }
  return out;
}

/** (H, W, 4) uint8 → (H, W, 1) float32 luma in [0, 1] (Rec. 601 weights on the encoded values, as OpenCV does). */
export function greyRaster(image: ImageRgba): Raster {
  const out = createRaster(image.widthPx, image.heightPx, 1);
  for (let from = 0, to = 0; from < image.rgbaSrgb.length; from += 4, to++) {
    out.values[to] =
      (0.299 * image.rgbaSrgb[from]! +
        0.587 * image.rgbaSrgb[from + 1]! +
        0.114 * image.rgbaSrgb[from + 2]!) /
      255;
  }
  return out;
}

/** (H, W, 3 or 4) float32 in [0, 1] → uint8, rounded and clamped; three channels become opaque. */
export function imageFromRaster(raster: Raster): ImageRgba {
  const { channels, values } = raster;
  if (channels !== 3 && channels !== 4)
    throw new RangeError(`an image needs 3 or 4 channels, not ${channels}`);
  const out = createImage(raster.widthPx, raster.heightPx);
  for (let from = 0, to = 0; to < out.rgbaSrgb.length; from += channels, to += 4) {
    for (let c = 0; c < 3; c++) out.rgbaSrgb[to + c] = values[from + c]! * 255;
    out.rgbaSrgb[to + 3] = channels === 4 ? values[from + 3]! * 255 : 255;
  }
  return out;
}

/** Columns `x`…`x + widthPx`, rows `y`…`y + heightPx`; the rectangle has to lie inside the image. */
export function cropImage(
  image: ImageRgba,
  x: number,
  y: number,
  widthPx: number,
  heightPx: number,
): ImageRgba {
  const fits = x >= 0 && y >= 0 && x + widthPx <= image.widthPx && y + heightPx <= image.heightPx;
  if (!fits) {
    throw new RangeError(
      `crop ${widthPx}×${heightPx} at (${x}, ${y}) leaves the ${image.widthPx}×${image.heightPx} image`,
    );
  }
  const out = createImage(widthPx, heightPx);
  for (let row = 0; row < heightPx; row++) {
    const from = ((y + row) * image.widthPx + x) * 4;
    out.rgbaSrgb.set(image.rgbaSrgb.subarray(from, from + widthPx * 4), row * widthPx * 4);
  }
  return out;
}

/** Left and right exchanged. */
export function mirrorRaster({ widthPx, heightPx, channels, values }: Raster): Raster {
  const out = createRaster(widthPx, heightPx, channels);
  for (let i = 0; i < widthPx * heightPx; i++) {
    const from = (i - (i % widthPx) + widthPx - 1 - (i % widthPx)) * channels;
    for (let c = 0; c < channels; c++) out.values[i * channels + c] = values[from + c]!;
  }
  return out;
}
