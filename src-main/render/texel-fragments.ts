/**
 * Which triangle of an unwrapped mesh each texel belongs to, and where on it.
 *
 * In: texture coordinates (T, 2) glTF uv and triangles (F, 3) into them. Out: (S, S) fragments of a square map, texel
 * centres at +0.5; `depth` is 1 where a triangle is. Mirrored (clockwise) islands are filled too. Where islands overlap
 * the lower triangle index wins. Islands are not grown: padding is the business of the one who writes the map.
 */
import { createFragments, fillTriangle, type Fragments, makeCorner } from './fill-triangle.ts';

export type UvTriangles = { uvs: Float32Array; triangleUvs: Uint32Array };

export function rasteriseTexels(uvTriangles: UvTriangles, sizePx: number): Fragments {
  const { uvs, triangleUvs } = uvTriangles;
  const out = createFragments(sizePx, sizePx);
  const c0 = makeCorner();
  const c1 = { ...makeCorner(), weight1: 1 };
  const c2 = { ...makeCorner(), weight2: 1 };
  for (let t = 0; t < triangleUvs.length; t += 3) {
    [c0, c1, c2].forEach((corner, k) => {
      corner.xPx = uvs[triangleUvs[t + k]! * 2]! * sizePx;
      corner.yPx = uvs[triangleUvs[t + k]! * 2 + 1]! * sizePx;
    });
    fillTriangle(out, t / 3, c0, c1, c2, 'both');
  }
  return out;
}
