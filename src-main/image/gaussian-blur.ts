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
    blurRow(row, kernel, channels, wide.values.subarray(to, (to += widthPx * channels)));
  }
  const stride = widthPx * channels;
  const rowAt = (y: number): Float32Array => {
    const from = Math.min(Math.max(y, 0), heightPx - 1) * stride;
    return wide.values.subarray(from, from + stride);
  };
  for (let y = 0; y < heightPx; y++) {
    const sums = out.values.subarray(y * stride, (y + 1) * stride);
    for (let k = 0; k < kernel.length; k += ROWS_AT_ONCE)
      addRows(sums, kernel, k, (next) => rowAt(y + k + next - radius));
  }
  return out;
}

/** Four values side by side: their sums do not wait for each other. */
function blurRow(row: Float32Array, kernel: Float64Array, channels: number, out: Float32Array): void {
  let i = 0;
  for (; i + 4 <= out.length; i += 4) {
    let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
    for (let k = 0, from = i; k < kernel.length; k++, from += channels) {
      const weight = kernel[k]!;
      sum0 += weight * row[from]!;
      sum1 += weight * row[from + 1]!;
      sum2 += weight * row[from + 2]!;
      sum3 += weight * row[from + 3]!;
    }
    out[i] = sum0;
    out[i + 1] = sum1;
    out[i + 2] = sum2;
    out[i + 3] = sum3;
  }
  for (; i < out.length; i++) {
    let sum = 0;
    for (let k = 0, from = i; k < kernel.length; k++, from += channels) sum += kernel[k]! * row[from]!;
    out[i] = sum;
  }
}

/** The time goes into reading and writing the sums. */
const ROWS_AT_ONCE = 4;

/** sums += the rows from tap `first` on, `ROWS_AT_ONCE` of them or what is left, rounded after each row. */
function addRows(
  sums: Float32Array,
  kernel: Float64Array,
  first: number,
  rowOf: (next: number) => Float32Array,
): void {
  if (first + ROWS_AT_ONCE <= kernel.length) {
    const [w0, w1, w2, w3] = [kernel[first]!, kernel[first + 1]!, kernel[first + 2]!, kernel[first + 3]!];
    const [row0, row1, row2, row3] = [rowOf(0), rowOf(1), rowOf(2), rowOf(3)];
    for (let i = 0; i < sums.length; i++) {
      const one = Math.fround(sums[i]! + w0 * row0[i]!);
      const two = Math.fround(one + w1 * row1[i]!);
      const three = Math.fround(two + w2 * row2[i]!);
      sums[i] = three + w3 * row3[i]!;
    }
    return;
  }
  for (let k = first; k < kernel.length; k++) {
    const weight = kernel[k]!;
    const row = rowOf(k - first);
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + weight * row[i]!;
  }
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
