import type { Raster } from './image.ts';

/**
 * Value of one channel at (x, y) px, pixel centres at +0.5; outside the raster the nearest border value counts.
 * For inner loops over many channels use {@link sampleBilinearInto}.
 */
export function sampleBilinear(raster: Raster, x: number, y: number, channel = 0): number {
  const { widthPx, heightPx, channels, values } = raster;
  const u = Math.min(Math.max(x - 0.5, 0), widthPx - 1);
  const v = Math.min(Math.max(y - 0.5, 0), heightPx - 1);
  const x0 = Math.floor(u);
  const y0 = Math.floor(v);
  const fx = u - x0;
  const fy = v - y0;
  const right = x0 + 1 < widthPx ? channels : 0;
  const below = y0 + 1 < heightPx ? widthPx * channels : 0;
  const at = (y0 * widthPx + x0) * channels + channel;
  const top = values[at]! * (1 - fx) + values[at + right]! * fx;
  const bottom = values[at + below]! * (1 - fx) + values[at + below + right]! * fx;
  return top * (1 - fy) + bottom * fy;
}

/** All channels at (x, y) px into `out` from `outOffset` on; same border rule as {@link sampleBilinear}. */
export function sampleBilinearInto(
  raster: Raster,
  x: number,
  y: number,
  out: Float32Array | Float64Array | number[],
  outOffset = 0,
): void {
  const { widthPx, heightPx, channels, values } = raster;
  const u = Math.min(Math.max(x - 0.5, 0), widthPx - 1);
  const v = Math.min(Math.max(y - 0.5, 0), heightPx - 1);
  const x0 = Math.floor(u);
  const y0 = Math.floor(v);
  const fx = u - x0;
  const fy = v - y0;
  const right = x0 + 1 < widthPx ? channels : 0;
  const below = y0 + 1 < heightPx ? widthPx * channels : 0;
  const at = (y0 * widthPx + x0) * channels;
  for (let c = 0; c < channels; c++) {
    const top = values[at + c]! * (1 - fx) + values[at + c + right]! * fx;
    const bottom = values[at + c + below]! * (1 - fx) + values[at + c + below + right]! * fx;
    out[outOffset + c] = top * (1 - fy) + bottom * fy;
  }
}
