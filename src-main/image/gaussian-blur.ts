import { createRaster, type Raster } from './image.ts';

/** Weights beyond this many sigmas are below 0.3 % of the middle one and are left out. */
const TRUNCATE_SIGMAS = 3.5;

/** Separable Gaussian blur of every channel, border values repeated; `sigmaPx` ≤ 0 copies. */
export function gaussianBlur(source: Raster, sigmaPx: number): Raster {
  const { widthPx, heightPx, channels } = source;
  const out = createRaster(widthPx, heightPx, channels);
  if (!(sigmaPx > 0)) {
    out.values.set(source.values);
    return out;
  }
  const kernel = gaussianKernel(sigmaPx);
  const radius = (kernel.length - 1) / 2;
  const wide = createRaster(widthPx, heightPx, channels);
  // A row with its border values repeated, so that the inner loop needs no bounds.
  const row = new Float32Array((widthPx + 2 * radius) * channels);
  for (let y = 0, to = 0; y < heightPx; y++) {
    const start = y * widthPx * channels;
    row.set(source.values.subarray(start, start + widthPx * channels), radius * channels);
    for (let i = 0; i < radius * channels; i++) {
      row[i] = source.values[start + (i % channels)]!;
      row[(radius + widthPx) * channels + i] =
        source.values[start + (widthPx - 1) * channels + (i % channels)]!;
    }
    for (let i = 0; i < widthPx * channels; i++, to++) {
      let sum = 0;
      for (let k = 0, from = i; k < kernel.length; k++, from += channels) sum += kernel[k]! * row[from]!;
      wide.values[to] = sum;
    }
  }
  const stride = widthPx * channels;
  for (let y = 0; y < heightPx; y++) {
    for (let k = -radius; k <= radius; k++) {
      const weight = kernel[k + radius]!;
      const from = Math.min(Math.max(y + k, 0), heightPx - 1) * stride;
      for (let i = 0; i < stride; i++) {
        out.values[y * stride + i] = out.values[y * stride + i]! + weight * wide.values[from + i]!;
      }
    }
  }
  return out;
}

/** Odd-length kernel that sums to 1. */
export function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(sigma * TRUNCATE_SIGMAS));
  const kernel = Float64Array.from({ length: radius * 2 + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}
