/**
 * Structural similarity of two grey pictures inside a mask (Wang et al. 2004, equation 13).
 * (H, W, 1) twice in [0, 1], (H, W) mask → mean SSIM over masked pixels, 1 = equal.
 * Windows reach over the mask's border; what lies there counts with a Gaussian's tail.
 */
import { gaussianBlur } from '../../image/gaussian-blur.ts';
import type { Raster } from '../../image/image.ts';

/** Standard deviation of the window, px, and the constants K₁, K₂ for values in [0, 1]: all as in the paper. */
const WINDOW_SIGMA_PX = 1.5;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

export function structuralSimilarity(a: Raster, b: Raster, mask: ArrayLike<number>): number {
  const blur = (value: (i: number) => number): Float32Array =>
    gaussianBlur({ ...a, values: Float32Array.from(a.values, (_, i) => value(i)) }, WINDOW_SIGMA_PX).values;
  const meanA = blur((i) => a.values[i]!);
  const meanB = blur((i) => b.values[i]!);
  const squareA = blur((i) => a.values[i]! ** 2);
  const squareB = blur((i) => b.values[i]! ** 2);
  const product = blur((i) => a.values[i]! * b.values[i]!);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < a.values.length; i++) {
    if (!mask[i]) continue;
    const both = meanA[i]! * meanB[i]!;
    const squares = meanA[i]! ** 2 + meanB[i]! ** 2;
    const covariance = product[i]! - both;
    const variances = squareA[i]! + squareB[i]! - squares;
    sum += ((2 * both + C1) * (2 * covariance + C2)) / ((squares + C1) * (variances + C2));
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}
