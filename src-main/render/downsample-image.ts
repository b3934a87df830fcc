/**
 * Averages blocks of a supersampled image: the anti-aliasing of the renderers in this folder.
 *
 * In: (s·H, s·W, 4) sRGB, straight alpha. Out: (H, W, 4). The mean is taken of alpha-weighted linear light, so that
 * a thin dark line on a bright ground keeps its energy and uncovered samples lend no colour. Where nothing is covered
 * the colour is the plain mean of what lies behind.
 */
import { createImage, type ImageRgba } from '../image/image.ts';

/** IEC 61966-2-1, sRGB byte → linear [0, 1]. */
const LINEAR_FROM_SRGB = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

export function downsampleImage(image: ImageRgba, factor: number): ImageRgba {
  if (factor === 1) return image;
  const out = createImage(image.widthPx / factor, image.heightPx / factor);
  const sum = new Float64Array(3);
  const plain = new Float64Array(3);
  for (let y = 0, o = 0; y < out.heightPx; y++) {
    for (let x = 0; x < out.widthPx; x++, o += 4) {
      sum.fill(0);
      plain.fill(0);
      let alpha = 0;
      for (let dy = 0; dy < factor; dy++) {
        let i = ((y * factor + dy) * image.widthPx + x * factor) * 4;
        for (let dx = 0; dx < factor; dx++, i += 4) {
          const weight = image.rgbaSrgb[i + 3]!;
          alpha += weight;
          for (let c = 0; c < 3; c++) {
            const linear = LINEAR_FROM_SRGB[image.rgbaSrgb[i + c]!]!;
            sum[c] = sum[c]! + weight * linear;
            plain[c] = plain[c]! + linear;
          }
        }
      }
      const samples = factor * factor;
      for (let c = 0; c < 3; c++) {
        const linear = alpha > 0 ? sum[c]! / alpha : plain[c]! / samples;
        out.rgbaSrgb[o + c] =
          255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
      }
      out.rgbaSrgb[o + 3] = alpha / samples;
    }
  }
  return out;
}
