/**
 * Vertex attributes at every pixel.
 *
 * In: fragments (H, W), triangles (F, 3) that index `attributes` (any count, C). Out: raster (H, W, C), 0 where nothing
 * is. For texture coordinates pass `triangleUvs` in place of `triangles`.
 */
import { createRaster, type Raster } from '../image/image.ts';
import type { Fragments } from './fill-triangle.ts';

export function interpolate(
  fragments: Pick<Fragments, 'widthPx' | 'heightPx' | 'triangleIds' | 'barycentrics'>,
  triangles: Uint32Array,
  attributes: ArrayLike<number>,
  channels: number,
): Raster {
  const { widthPx, heightPx, triangleIds, barycentrics } = fragments;
  const out = createRaster(widthPx, heightPx, channels);
  for (let i = 0; i < triangleIds.length; i++) {
    const id = triangleIds[i]!;
    if (id < 0) continue;
    const w1 = barycentrics[2 * i]!;
    const w2 = barycentrics[2 * i + 1]!;
    const w0 = 1 - w1 - w2;
    const a = triangles[id * 3]! * channels;
    const b = triangles[id * 3 + 1]! * channels;
    const c = triangles[id * 3 + 2]! * channels;
    for (let channel = 0; channel < channels; channel++) {
      out.values[i * channels + channel] =
        w0 * attributes[a + channel]! + w1 * attributes[b + channel]! + w2 * attributes[c + channel]!;
    }
  }
  return out;
}
