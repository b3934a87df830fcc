/**
 * How far a pixel lies from the outline of a view's coverage.
 * in: view image, its alpha ≥ half = covered → out: (H, W) float32 px, negative inside, 0 half-way between two pixels.
 * Two-pass chamfer distance with Borgefors' steps (1986): right in sign, within 5 % in value, and only the first dozen
 * pixels beyond the outline matter here. An exact transform (Felzenszwalb) took 70 ms a view instead of 10.
 */
import type { ImageRgba } from '../../image/image.ts';

/** Half coverage. */
const COVERED = 128;
/** Steps across an edge and across a corner that make the largest error smallest. */
const STRAIGHT = 0.955;
const DIAGONAL = 1.369;

export function outlineDistance(image: ImageRgba): Float32Array {
  const { widthPx, heightPx, rgbaSrgb } = image;
  const distances = [0, 1].map((side) => {
    const values = new Float32Array(widthPx * heightPx);
    // 0 on the pixels of one side; half a pixel less than their distance on the other.
    for (let i = 0; i < values.length; i++) {
      values[i] = (rgbaSrgb[i * 4 + 3]! >= COVERED ? 1 : 0) === side ? 0 : widthPx + heightPx;
    }
    spread(values, widthPx, heightPx);
    return values;
  });
  const [toEmpty, toCovered] = distances as [Float32Array, Float32Array];
  return toCovered.map((outside, i) => (outside > 0 ? outside - 0.5 : 0.5 - toEmpty[i]!));
}

function spread(values: Float32Array, widthPx: number, heightPx: number): void {
  for (const step of [1, -1]) {
    const first = step === 1 ? 0 : values.length - 1;
    for (let row = 0; row < heightPx; row++) {
      for (let column = 0; column < widthPx; column++) {
        const i = first + step * (row * widthPx + column);
        let value = values[i]!;
        if (value === 0) continue;
        if (column > 0) value = Math.min(value, values[i - step]! + STRAIGHT);
        if (row > 0) {
          const above = i - step * widthPx;
          value = Math.min(value, values[above]! + STRAIGHT);
          if (column > 0) value = Math.min(value, values[above - step]! + DIAGONAL);
          if (column + 1 < widthPx) value = Math.min(value, values[above + step]! + DIAGONAL);
        }
        values[i] = value;
      }
    }
  }
}
