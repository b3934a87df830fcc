/**
 * The inner loop of both rasterisers: fills one screen triangle into a fragment buffer.
 *
 * In: three corners in px (x right, y down), their 1/depth, and the triangle's id. Out: id, barycentric weights and
 * depth of the pixels whose centre (+0.5) lies inside and nearer than what is there.
 *
 * Corners are snapped to 1/1024 px and edge functions kept as whole numbers in float64, which is exact for corners
 * within ±32,768 px (26-bit differences, 52-bit products): with the top-left rule two triangles that share an edge never
 * both take a pixel on it and never both leave it. Beyond that range the edge functions round, as in any float rasteriser.
 */

/** What a rasteriser leaves behind for each pixel. */
export type Fragments = {
  widthPx: number;
  heightPx: number;
  /** (H, W) triangle index, −1 where nothing is. */
  triangleIds: Int32Array;
  /** (H, W, 2) perspective-correct weights of the triangle's vertices 1 and 2; vertex 0 has 1 − the two. Empty: not asked for. */
  barycentrics: Float32Array;
  /** (H, W) m along −Z of Camera; 0 where nothing is. Empty: not asked for, and then a pixel's triangle is any that covers it. */
  depth: Float32Array;
};

export type Corner = {
  xPx: number;
  yPx: number;
  /** 1 / depth, 1/m. */
  inverseDepth: number;
  /** Weights of the whole triangle's vertices 1 and 2 at this corner. */
  weight1: number;
  weight2: number;
};

export const makeCorner = (): Corner => ({ xPx: 0, yPx: 0, inverseDepth: 1, weight1: 0, weight2: 0 });

export function createFragments(widthPx: number, heightPx: number, coverageOnly = false): Fragments {
  const pixels = widthPx * heightPx;
  return {
    widthPx,
    heightPx,
    triangleIds: new Int32Array(pixels).fill(-1),
    barycentrics: new Float32Array(coverageOnly ? 0 : pixels * 2),
    depth: new Float32Array(coverageOnly ? 0 : pixels),
  };
}

/** Steps per pixel that corners are snapped to. A power of two, so that pixel centres are whole. */
const SUBPIXELS = 1024;

export type Facing = 'both' | 'front' | 'back';

/** `front` = CCW in the Camera frame, that is clockwise in px (y down). */
export function fillTriangle(
  out: Fragments,
  id: number,
  c0: Corner,
  c1: Corner,
  c2: Corner,
  facing: Facing,
): void {
  const { widthPx, heightPx, triangleIds, barycentrics, depth } = out;
  const coverageOnly = depth.length === 0;
  const x0 = Math.round(c0.xPx * SUBPIXELS);
  const y0 = Math.round(c0.yPx * SUBPIXELS);
  const ax = Math.round(c1.xPx * SUBPIXELS);
  const ay = Math.round(c1.yPx * SUBPIXELS);
  const bx = Math.round(c2.xPx * SUBPIXELS);
  const by = Math.round(c2.yPx * SUBPIXELS);
  const signedArea = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
  if (signedArea === 0 || signedArea !== signedArea) return;
  if (facing !== 'both' && facing !== (signedArea < 0 ? 'front' : 'back')) return;
  const swap = signedArea < 0;
  const [p, q] = swap ? [c2, c1] : [c1, c2];
  const x1 = swap ? bx : ax;
  const y1 = swap ? by : ay;
  const x2 = swap ? ax : bx;
  const y2 = swap ? ay : by;

  const half = SUBPIXELS / 2;
  const left = Math.max(0, Math.ceil((Math.min(x0, x1, x2) - half) / SUBPIXELS));
  const right = Math.min(widthPx - 1, Math.floor((Math.max(x0, x1, x2) - half) / SUBPIXELS));
  const top = Math.max(0, Math.ceil((Math.min(y0, y1, y2) - half) / SUBPIXELS));
  const bottom = Math.min(heightPx - 1, Math.floor((Math.max(y0, y1, y2) - half) / SUBPIXELS));
  if (left > right || top > bottom) return;

  const startX = left * SUBPIXELS + half;
  const startY = top * SUBPIXELS + half;
  const isTopLeft = (dx: number, dy: number): number => (dy < 0 || (dy === 0 && dx > 0) ? 0 : -1);
  const edge = (fromX: number, fromY: number, dx: number, dy: number): number =>
    dx * (startY - fromY) - dy * (startX - fromX);
  const dx0 = x2 - x1;
  const dy0 = y2 - y1;
  const dx1 = x0 - x2;
  const dy1 = y0 - y2;
  const dx2 = x1 - x0;
  const dy2 = y1 - y0;
  const bias0 = isTopLeft(dx0, dy0);
  const bias1 = isTopLeft(dx1, dy1);
  const bias2 = isTopLeft(dx2, dy2);
  let row0 = edge(x1, y1, dx0, dy0);
  let row1 = edge(x2, y2, dx1, dy1);
  let row2 = edge(x0, y0, dx2, dy2);

  const inverseArea = 1 / Math.abs(signedArea);
  const z0 = c0.inverseDepth * inverseArea;
  const z1 = p.inverseDepth * inverseArea;
  const z2 = q.inverseDepth * inverseArea;
  const { weight1: u0, weight2: v0 } = c0;
  const { weight1: u1, weight2: v1 } = p;
  const { weight1: u2, weight2: v2 } = q;
  for (let y = top; y <= bottom; y++) {
    let e0 = row0;
    let e1 = row1;
    let e2 = row2;
    let wasInside = false;
    for (let x = left, i = y * widthPx + left; x <= right; x++, i++) {
      const isInside = e0 + bias0 >= 0 && e1 + bias1 >= 0 && e2 + bias2 >= 0;
      // What a triangle has of a row is in one piece.
      if (!isInside && wasInside) break;
      wasInside = isInside;
      if (isInside && coverageOnly) {
        triangleIds[i] = id;
      } else if (isInside) {
        const w0 = e0 * z0;
        const w1 = e1 * z1;
        const w2 = e2 * z2;
        const scale = 1 / (w0 + w1 + w2);
        const old = depth[i]!;
        if (old === 0 || Math.fround(scale) < old) {
          depth[i] = scale;
          triangleIds[i] = id;
          barycentrics[2 * i] = (w0 * u0 + w1 * u1 + w2 * u2) * scale;
          barycentrics[2 * i + 1] = (w0 * v0 + w1 * v1 + w2 * v2) * scale;
        }
      }
      e0 -= dy0 * SUBPIXELS;
      e1 -= dy1 * SUBPIXELS;
      e2 -= dy2 * SUBPIXELS;
    }
    row0 += dx0 * SUBPIXELS;
    row1 += dx1 * SUBPIXELS;
    row2 += dx2 * SUBPIXELS;
  }
}
