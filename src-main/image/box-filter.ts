import { createRaster, type Raster } from './image.ts';

/**
 * Mean over a (2·radius + 1)² window, every channel; at the border over the part of the window inside the raster.
 * Running sums: the cost does not grow with the radius.
 */
export function boxFilter(source: Raster, radius: number): Raster {
  const { widthPx, heightPx, channels } = source;
  const wide = createRaster(widthPx, heightPx, channels);
  for (let y = 0; y < heightPx; y++) {
    for (let c = 0; c < channels; c++) {
      slide(source.values, wide.values, y * widthPx * channels + c, channels, widthPx, radius);
    }
  }
  const out = createRaster(widthPx, heightPx, channels);
  for (let i = 0; i < widthPx * channels; i++)
    slide(wide.values, out.values, i, widthPx * channels, heightPx, radius);
  return out;
}

function slide(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  count: number,
  radius: number,
): void {
  let sum = 0;
  for (let i = 0; i < Math.min(radius, count); i++) sum += from[start + i * step]!;
  for (let i = 0; i < count; i++) {
    const enters = i + radius;
    const leaves = i - radius - 1;
    if (enters < count) sum += from[start + enters * step]!;
    if (leaves >= 0) sum -= from[start + leaves * step]!;
    to[start + i * step] = sum / (Math.min(count - 1, enters) - Math.max(0, leaves + 1) + 1);
  }
}
