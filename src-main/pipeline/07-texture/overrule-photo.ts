/**
 * Where a view that an artist changed outranks the photo.
 *
 * In: view, its weight at N points (0 = does not see it), the points (N, 3) head frame. Out: (N) in [0, 1]; null for a view
 * that nobody changed.
 */
import { projectPoints } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import type { View } from '../04-views/views.ts';

/** A view counts in full from this weight on; below, where it begins to see the point, it comes in gradually. */
const FULL_SHARE = 0.25;
export function overrulePhoto(
  view: View,
  shares: Float32Array,
  pointsHead: Points<'Head'>,
): Float32Array | null {
  const { overPhoto, camera } = view;
  if (overPhoto === undefined) return null;
  const pixels = projectPoints(camera, pointsHead);
  const out = new Float32Array(shares.length);
  for (let n = 0; n < shares.length; n++) {
    if (shares[n]! <= 0) continue;
    const changed = sampleBytes(
      overPhoto,
      camera.widthPx,
      camera.heightPx,
      pixels[n * 3]!,
      pixels[n * 3 + 1]!,
    );
    out[n] = (changed / 255) * Math.min(1, shares[n]! / FULL_SHARE);
  }
  return out;
}

/** (N) the strongest of several, 0 where there is none. */
export function strongest(overruled: readonly (Float32Array | null)[], count: number): Float32Array {
  const out = new Float32Array(count);
  for (const values of overruled) values?.forEach((value, n) => (out[n] = Math.max(out[n]!, value)));
  return out;
}

/** Bilinear, pixel centres at +0.5, border repeated. */
function sampleBytes(bytes: Uint8Array, width: number, height: number, u: number, v: number): number {
  const x = Math.min(width - 1, Math.max(0, u - 0.5));
  const y = Math.min(height - 1, Math.max(0, v - 0.5));
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const [fx, fy] = [x - x0, y - y0];
  const top = (1 - fx) * bytes[y0 * width + x0]! + fx * bytes[y0 * width + x1]!;
  const bottom = (1 - fx) * bytes[y1 * width + x0]! + fx * bytes[y1 * width + x1]!;
  return (1 - fy) * top + fy * bottom;
}
