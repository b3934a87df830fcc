import { boxFilter } from './box-filter.ts';
import type { Raster } from './image.ts';

/** Of a window's mean, below which none of its pixels counted: rounding of the running sums. */
const NONE = 1e-6;

/** (H, W) 1 = a pixel that `isInside` holds of lies within `reachPx` columns and rows. The cost does not grow with the reach. */
export function nearPixels(
  { widthPx, heightPx }: Pick<Raster, 'widthPx' | 'heightPx'>,
  isInside: (pixel: number) => boolean,
  reachPx: number,
): Uint8Array {
  const values = Float32Array.from({ length: widthPx * heightPx }, (_, i) => (isInside(i) ? 1 : 0));
  const means = boxFilter({ widthPx, heightPx, channels: 1, values }, reachPx).values;
  return Uint8Array.from(means, (mean) => (mean > NONE ? 1 : 0));
}
