/**
 * The samples between which a field changes its sign.
 * in: grid φ → out: (samples) 1 beside a change: what extraction reads, and what a sweep has to leave as it is.
 */
import type { SignedDistanceGrid } from './surface.ts';

export function crossingBand({ size, values }: SignedDistanceGrid): Uint8Array {
  const band = new Uint8Array(values.length);
  const strides = [1, size[0], size[0] * size[1]];
  strides.forEach((stride, axis) => {
    for (let i = 0; i + stride < values.length; i++) {
      if (Math.floor(i / stride) % size[axis]! === size[axis]! - 1) continue;
      if (values[i]! < 0 === values[i + stride]! < 0) continue;
      band[i] = 1;
      band[i + stride] = 1;
    }
  });
  return band;
}
