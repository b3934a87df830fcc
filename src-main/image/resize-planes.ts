/** Planes at another size: (C, S, S) → (C, T, T); enlarged by the cubic, reduced by `resizeRaster`'s area average, so that nothing aliases. */
import { enlargePlanes } from './enlarge-planes.ts';
import { resizeRaster } from './resize-image.ts';

export function resizePlanes(planes: Float32Array, size: number, target: number): Float32Array {
  if (target >= size) return enlargePlanes(planes, size, target);
  const channels = planes.length / (size * size);
  const out = new Float32Array(channels * target * target);
  for (let c = 0; c < channels; c++) {
    const values = planes.subarray(c * size * size, (c + 1) * size * size);
    const plane = { widthPx: size, heightPx: size, channels: 1, values };
    out.set(resizeRaster(plane, target, target).values, c * target * target);
  }
  return out;
}
