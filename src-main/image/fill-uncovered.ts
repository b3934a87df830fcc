/**
 * Colours for pixels that nothing covers, continued smoothly from the covered ones (push-pull: Gortler et al. 1996).
 *
 * In: image (H, W, 4), covered (H, W) 0 or 1. Changes the colour of uncovered pixels in place; alpha stays. Levels of half
 * size are averaged from covered pixels only, then uncovered pixels read the next coarser level bilinearly, so that near
 * an edge the colour is the edge's own and far away that of the whole.
 */
import { createRaster, type ImageRgba, type Raster } from './image.ts';
import { sampleBilinearInto } from './sample-bilinear.ts';

export function fillUncovered(image: ImageRgba, covered: Uint8Array): void {
  const level = createRaster(image.widthPx, image.heightPx, 4);
  for (let i = 0; i < covered.length; i++) {
    if (covered[i] === 0) continue;
    for (let c = 0; c < 3; c++) level.values[i * 4 + c] = image.rgbaSrgb[i * 4 + c]!;
    level.values[i * 4 + 3] = 1;
  }
  fillLevel(level);
  for (let i = 0; i < covered.length; i++) {
    if (covered[i] !== 0) continue;
    for (let c = 0; c < 3; c++) image.rgbaSrgb[i * 4 + c] = level.values[i * 4 + c]!;
  }
}

/** Channels: colour where weight > 0, and the weight, 0 or 1. Fills the colour of the rest. */
function fillLevel(level: Raster): void {
  const { widthPx, heightPx, values } = level;
  if (widthPx === 1 && heightPx === 1) return;
  const half = createRaster((widthPx + 1) >> 1, (heightPx + 1) >> 1, 4);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const i = (y * widthPx + x) * 4;
      if (values[i + 3] === 0) continue;
      const o = ((y >> 1) * half.widthPx + (x >> 1)) * 4;
      for (let c = 0; c < 4; c++) half.values[o + c] = half.values[o + c]! + values[i + c]!;
    }
  }
  let isFull = true;
  for (let i = 0; i < half.values.length; i += 4) {
    const weight = half.values[i + 3]!;
    if (weight === 0) {
      isFull = false;
      continue;
    }
    for (let c = 0; c < 4; c++) half.values[i + c] = half.values[i + c]! / weight;
  }
  if (!isFull) fillLevel(half);
  const sample = new Float64Array(4);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const i = (y * widthPx + x) * 4;
      if (values[i + 3] !== 0) continue;
      sampleBilinearInto(half, (x + 0.5) / 2, (y + 0.5) / 2, sample);
      values[i] = sample[0]!;
      values[i + 1] = sample[1]!;
      values[i + 2] = sample[2]!;
    }
  }
}
