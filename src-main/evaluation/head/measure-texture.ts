/**
 * How far a re-rendered head's colours lie from the truth's, seen from where no view was taken.
 * truth's views and pictures of the head from the same cameras → PSNR (dB, sRGB) and SSIM (grey), over pixels that both
 * cover in full: silhouettes are measured as shape.
 */
import { greyRaster } from '../../image/convert-image.ts';
import type { ImageRgba } from '../../image/image.ts';
import { structuralSimilarity } from './structural-similarity.ts';

const COVERED = 255;

export type TextureErrors = { texturePsnr: number; textureSsim: number };

export function measureTexture(truth: readonly ImageRgba[], made: readonly ImageRgba[]): TextureErrors {
  let squares = 0;
  let count = 0;
  let similarity = 0;
  truth.forEach((known, index) => {
    const { rgbaSrgb } = made[index]!;
    const both = Uint8Array.from({ length: rgbaSrgb.length / 4 }, (_, i) =>
      known.rgbaSrgb[i * 4 + 3] === COVERED && rgbaSrgb[i * 4 + 3] === COVERED ? 1 : 0,
    );
    both.forEach((covered, i) => {
      if (covered === 0) return;
      for (let c = 0; c < 3; c++) squares += ((known.rgbaSrgb[i * 4 + c]! - rgbaSrgb[i * 4 + c]!) / 255) ** 2;
      count += 3;
    });
    similarity += structuralSimilarity(greyRaster(known), greyRaster(made[index]!), both) / truth.length;
  });
  return { texturePsnr: -10 * Math.log10(squares / count), textureSsim: similarity };
}
