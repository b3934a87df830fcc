/** Images as every kernel and stage passes them on. Row 0 is the top row. */

/** (H, W, 4) uint8, sRGB, straight alpha. */
export type ImageRgba = { widthPx: number; heightPx: number; rgbaSrgb: Uint8ClampedArray };

/** (H, W, C) float32; the owner says what the channels and their range are. */
export type Raster = { widthPx: number; heightPx: number; channels: number; values: Float32Array };

export function createImage(widthPx: number, heightPx: number): ImageRgba {
  return { widthPx, heightPx, rgbaSrgb: new Uint8ClampedArray(widthPx * heightPx * 4) };
}

export function createRaster(widthPx: number, heightPx: number, channels: number): Raster {
  return { widthPx, heightPx, channels, values: new Float32Array(widthPx * heightPx * channels) };
}
