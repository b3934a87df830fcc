/**
 * Which triangle of an unwrapped mesh each texel belongs to, and where on it.
 *
 * In: texture coordinates (T, 2) glTF uv and triangles (F, 3) into them. Out: (S, S) fragments of a square map (or of a band of its rows), texel
 * centres at +0.5; `depth` is 1 where a triangle is. Mirrored (clockwise) islands are filled too. Where islands overlap
 * the lower triangle index wins. Islands are not grown: padding is the business of the one who writes the map.
 */
import { createFragments, fillTriangle, type Fragments, makeCorner } from './fill-triangle.ts';

export type UvTriangles = { uvs: Float32Array; triangleUvs: Uint32Array };

/** Some rows of the map only, so that a large one can be worked on in bands. */
export type TexelRows = { from: number; count: number };

export function rasteriseTexels(
  uvTriangles: UvTriangles,
  sizePx: number,
  rows: TexelRows = { from: 0, count: sizePx },
): Fragments {
  const { uvs, triangleUvs } = uvTriangles;
  const out = createFragments(sizePx, rows.count);
  const c0 = makeCorner();
  const c1 = { ...makeCorner(), weight1: 1 };
  const c2 = { ...makeCorner(), weight2: 1 };
  const corners = [c0, c1, c2] as const;
  for (let t = 0; t < triangleUvs.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      corners[k]!.xPx = uvs[triangleUvs[t + k]! * 2]! * sizePx;
      corners[k]!.yPx = uvs[triangleUvs[t + k]! * 2 + 1]! * sizePx - rows.from;
    }
    fillTriangle(out, t / 3, c0, c1, c2, 'both');
  }
  return out;
}
