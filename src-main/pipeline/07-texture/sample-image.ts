import type { ImageRgba } from '../../image/image.ts';
import type { View } from '../04-views/views.ts';

/**
 * sRGB in [0, 1] at (x, y) px of an 8-bit image into `out` (3), bilinear, border repeated. Alpha is ignored: views carry
 * colours beyond their outline. Reads bytes directly; turning 16 views into float rasters first would take 50 MB.
 */
export function sampleImage(image: ImageRgba, x: number, y: number, out: Float64Array): void {
  const { widthPx, heightPx, rgbaSrgb } = image;
  const u = Math.min(widthPx - 1, Math.max(0, x - 0.5));
  const v = Math.min(heightPx - 1, Math.max(0, y - 0.5));
  const x0 = Math.floor(u);
  const y0 = Math.floor(v);
  const fx = u - x0;
  const fy = v - y0;
  const a = (y0 * widthPx + x0) * 4;
  const right = x0 + 1 < widthPx ? 4 : 0;
  const down = y0 + 1 < heightPx ? widthPx * 4 : 0;
  for (let c = 0; c < 3; c++) {
    const above = rgbaSrgb[a + c]! * (1 - fx) + rgbaSrgb[a + right + c]! * fx;
    const below = rgbaSrgb[a + down + c]! * (1 - fx) + rgbaSrgb[a + down + right + c]! * fx;
    out[c] = (above * (1 - fy) + below * fy) / 255;
  }
}

/** The same at (x, y) px of a view's camera: its picture may be finer than that. */
export function sampleView({ image, camera }: View, x: number, y: number, out: Float64Array): void {
  const scale = image.widthPx / camera.widthPx;
  sampleImage(image, x * scale, y * scale, out);
}
