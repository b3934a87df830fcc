/** What is marked, and what lies near it: (H, W) → (H, W). */
import type { Raster } from '../../image/image.ts';

/** The largest value within `reachPx` columns and rows. */
export function widen(
  values: ArrayLike<number>,
  { widthPx, heightPx }: Pick<Raster, 'widthPx' | 'heightPx'>,
  reachPx: number,
): Float32Array {
  const out = new Float32Array(values.length);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      let most = 0;
      for (let v = Math.max(0, y - reachPx); v <= Math.min(heightPx - 1, y + reachPx); v++)
        for (let u = Math.max(0, x - reachPx); u <= Math.min(widthPx - 1, x + reachPx); u++)
          most = Math.max(most, values[v * widthPx + u]!);
      out[y * widthPx + x] = most;
    }
  }
  return out;
}
