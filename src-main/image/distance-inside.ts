/**
 * How far every marked pixel is from the nearest that is not (exact Euclidean distance; Felzenszwalb & Huttenlocher 2012).
 *
 * In: whether a pixel is marked. Out: (H, W) px between the pixels' centres, so 1 beside the border; 0 where not marked, infinite
 * when all are. The picture's own edge is no border.
 */
import type { Raster } from './image.ts';

export function distanceInside(
  { widthPx, heightPx }: Pick<Raster, 'widthPx' | 'heightPx'>,
  isInside: (pixel: number) => boolean,
): Float32Array {
  // Squared, along columns at first.
  const square = new Float64Array(widthPx * heightPx);
  for (let x = 0; x < widthPx; x++) {
    let run = Infinity;
    for (let i = x; i < square.length; i += widthPx) square[i] = run = isInside(i) ? run + 1 : 0;
    run = Infinity;
    for (let i = square.length - widthPx + x; i >= 0; i -= widthPx) {
      run = square[i] === 0 ? 0 : run + 1;
      square[i] = Math.min(square[i]!, run) ** 2;
    }
  }
  const out = new Float32Array(square.length);
  for (let y = 0; y < heightPx; y++) {
    const row = square.subarray(y * widthPx, (y + 1) * widthPx);
    lowerEnvelope(row).forEach((value, x) => (out[y * widthPx + x] = Math.sqrt(value)));
  }
  return out;
}

/** Of the parabolas (x − i)² + heights[i], the least at every x; infinite heights are none. */
function lowerEnvelope(heights: Float64Array): Float64Array {
  const width = heights.length;
  const out = new Float64Array(width).fill(Infinity);
  const lowest: number[] = [];
  /** From where on each of `lowest` is the least. */
  const from: number[] = [];
  for (let i = 0; i < width; i++) {
    if (heights[i] === Infinity) continue;
    let start = -Infinity;
    while (lowest.length > 0) {
      const last = lowest.at(-1)!;
      start = (heights[i]! + i * i - heights[last]! - last * last) / (2 * (i - last));
      if (start > from.at(-1)!) break;
      lowest.pop();
      from.pop();
      start = -Infinity;
    }
    lowest.push(i);
    from.push(start);
  }
  if (lowest.length === 0) return out;
  for (let x = 0, k = 0; x < width; x++) {
    while (k + 1 < lowest.length && from[k + 1]! <= x) k++;
    out[x] = (x - lowest[k]!) ** 2 + heights[lowest[k]!]!;
  }
  return out;
}
