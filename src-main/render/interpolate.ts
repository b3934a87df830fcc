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

/**
 * The same at some pixels only, each covered: (P, C) in the order of `pixels`. With `mirror`, the attribute of the mirrored
 * points of the surface.
 */
export function interpolateAt(
  fragments: Pick<Fragments, 'triangleIds' | 'barycentrics'>,
  pixels: ArrayLike<number>,
  triangles: Uint32Array,
  attributes: Float32Array,
  channels: number,
  mirror: Uint32Array | null = null,
): Float32Array {
  const { triangleIds, barycentrics } = fragments;
  const out = new Float32Array(pixels.length * channels);
  for (let k = 0, to = 0; k < pixels.length; k++) {
    const pixel = pixels[k]!;
    const corner = triangleIds[pixel]! * 3;
    const w1 = barycentrics[2 * pixel]!;
    const w2 = barycentrics[2 * pixel + 1]!;
    const w0 = 1 - w1 - w2;
    let a = triangles[corner]!;
    let b = triangles[corner + 1]!;
    let c = triangles[corner + 2]!;
    if (mirror !== null) {
      a = mirror[a]!;
      b = mirror[b]!;
      c = mirror[c]!;
    }
    a *= channels;
    b *= channels;
    c *= channels;
    for (const end = to + channels; to < end; to++, a++, b++, c++) {
      // In single precision after each corner, as the array holds it.
      const first = Math.fround(w0 * attributes[a]!);
      out[to] = Math.fround(first + w1 * attributes[b]!) + w2 * attributes[c]!;
    }
  }
  return out;
}
