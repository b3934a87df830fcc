/**
 * Guided filter with a colour guide (He, Sun, Tang, "Guided Image Filtering", 2013, eq. 14–16), solved at the guide's
 * own size: in every window the target is a linear function a·guide + b of the colour, so edges of the target move to
 * the edges of the picture. The coefficients are returned, not the result: they are smooth and may be enlarged, which
 * is what makes it cheap on large photos ("Fast Guided Filter", 2015).
 *
 * guide (H, W, 3) in [0, 1], target (H, W, 1) → coefficients (H, W, 4): a_r, a_g, a_b, b
 */
import { boxFilter } from './box-filter.ts';
import { createRaster, type Raster } from './image.ts';

export function guidedCoefficients(guide: Raster, target: Raster, radius: number, epsilon: number): Raster {
  const { widthPx, heightPx } = guide;
  const count = widthPx * heightPx;
  // r g b · rr rg rb gg gb bb · p · rp gp bp, all averaged by one box filter
  const products = createRaster(widthPx, heightPx, 13);
  for (let i = 0; i < count; i++) {
    const r = guide.values[i * 3]!;
    const g = guide.values[i * 3 + 1]!;
    const b = guide.values[i * 3 + 2]!;
    const p = target.values[i]!;
    products.values.set([r, g, b, r * r, r * g, r * b, g * g, g * b, b * b, p, r * p, g * p, b * p], i * 13);
  }
  const means = boxFilter(products, radius).values;
  const local = createRaster(widthPx, heightPx, 4);
  for (let i = 0; i < count; i++) {
    const at = i * 13;
    const [r, g, b, p] = [means[at]!, means[at + 1]!, means[at + 2]!, means[at + 9]!];
    const rr = means[at + 3]! - r * r + epsilon;
    const rg = means[at + 4]! - r * g;
    const rb = means[at + 5]! - r * b;
    const gg = means[at + 6]! - g * g + epsilon;
    const gb = means[at + 7]! - g * b;
    const bb = means[at + 8]! - b * b + epsilon;
    const rp = means[at + 10]! - r * p;
    const gp = means[at + 11]! - g * p;
    const bp = means[at + 12]! - b * p;
    // Inverse of the symmetric 3 × 3 covariance by cofactors; epsilon keeps the determinant positive.
    const c00 = gg * bb - gb * gb;
    const c01 = rb * gb - rg * bb;
    const c02 = rg * gb - rb * gg;
    const c11 = rr * bb - rb * rb;
    const c12 = rg * rb - rr * gb;
    const c22 = rr * gg - rg * rg;
    const determinant = rr * c00 + rg * c01 + rb * c02;
    const ar = (c00 * rp + c01 * gp + c02 * bp) / determinant;
    const ag = (c01 * rp + c11 * gp + c12 * bp) / determinant;
    const ab = (c02 * rp + c12 * gp + c22 * bp) / determinant;
    local.values[i * 4] = ar;
    local.values[i * 4 + 1] = ag;
    local.values[i * 4 + 2] = ab;
    local.values[i * 4 + 3] = p - ar * r - ag * g - ab * b;
  }
  return boxFilter(local, radius);
}

/** a·guide + b at one guide colour ([0, 1]), clamped to [0, 1]. */
export function applyGuide(coefficients: ArrayLike<number>, r: number, g: number, b: number): number {
  const value = coefficients[0]! * r + coefficients[1]! * g + coefficients[2]! * b + coefficients[3]!;
  return Math.min(1, Math.max(0, value));
}
