/**
 * Z-buffer over the parts of a scene, with holes where a texture is transparent.
 *
 * In: parts, camera (its pose may contain a uniform scale), optional plane below which bodies end. Out: part, triangle
 * and perspective-correct weights at every sample.
 * `src-main/render/rasterise.ts` is exact about shared edges but knows no transparent texels; hair cards need them inside
 * the depth test. The alpha threshold differs from sample to sample and card to card (stochastic transparency, Enderton
 * et al. 2010), so that after averaging samples soft edges stay soft.
 */
import type { Camera } from '../../camera/camera.ts';
import type { ScenePart } from './scene.ts';

export type Samples = {
  widthPx: number;
  heightPx: number;
  /** Index of the part, 255 = nothing. */
  parts: Uint8Array;
  triangles: Int32Array;
  /** Weights of the triangle's second and third corner. */
  weights: Float32Array;
};

export const NOTHING = 255;
const NEAR_M = 0.05;
/** From this width on a slanted card misses most of its rectangle, and finding where a row meets it pays. */
const WIDE_PX = 6;
/** An edge that rises less is not used for that. */
const LEVEL_PX = 1e-6;
/** Golden ratio and a 2 × 2 dither: thresholds spread evenly over samples and cards. */
const DITHER = [0.125, 0.625, 0.875, 0.375];
const GOLDEN = 0.618034;

/** Where bodies end in views that show heads only (person frame, m): a plane y = height + perZ · z. */
export type NeckFloor = { height: number; perZ: number };

export function rasteriseParts(
  parts: readonly ScenePart[],
  camera: Camera,
  floor: NeckFloor | null,
): Samples {
  const { widthPx, heightPx } = camera;
  const out: Samples = {
    widthPx,
    heightPx,
    parts: new Uint8Array(widthPx * heightPx).fill(NOTHING),
    triangles: new Int32Array(widthPx * heightPx),
    weights: new Float32Array(widthPx * heightPx * 2),
  };
  const depth = new Float32Array(widthPx * heightPx);
  parts.forEach((part, index) => {
    if (floor !== null && part.inTargets === 'nothing') return;
    drawPart(part, index, camera, part.inTargets === 'above-neck' ? floor : null, out, depth);
  });
  return out;
}

function drawPart(
  part: ScenePart,
  index: number,
  camera: Camera,
  floor: NeckFloor | null,
  out: Samples,
  depth: Float32Array,
): void {
  const { positions, triangles, isCutout, uvs, triangleUvs } = part;
  const { parts, triangles: ids, weights } = out;
  const { widthPx, heightPx } = camera;
  const screen = projectAll(positions, camera);
  const { rgbaSrgb, widthPx: tw, heightPx: th } = part.texture;
  for (let t = 0; t < triangles.length; t += 3) {
    const ia = triangles[t]! * 3;
    const ib = triangles[t + 1]! * 3;
    const ic = triangles[t + 2]! * 3;
    const za = screen[ia + 2]!;
    const zb = screen[ib + 2]!;
    const zc = screen[ic + 2]!;
    if (!(za > 0 && zb > 0 && zc > 0)) continue;
    const ax = screen[ia]!;
    const ay = screen[ia + 1]!;
    const bx = screen[ib]!;
    const by = screen[ib + 1]!;
    const cx = screen[ic]!;
    const cy = screen[ic + 1]!;
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    // Counter-clockwise seen from outside is clockwise with rows downwards.
    if (area === 0 || (!isCutout && area > 0)) continue;
    const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
    const x1 = Math.min(widthPx - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
    const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
    const y1 = Math.min(heightPx - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
    if (x0 > x1 || y0 > y1) continue;
    const inverse = 1 / area;
    const isWide = x1 - x0 >= WIDE_PX;
    const stepB = slope(cy - ay, inverse);
    const stepC = slope(ay - by, inverse);
    const stepA = slope(by - cy, inverse);
    for (let y = y0; y <= y1; y++) {
      const py = y + 0.5;
      const rowB = (py - ay) * (cx - ax);
      const rowC = (bx - ax) * (py - ay);
      let from = x0;
      let to = x1;
      if (isWide) {
        const eb = ((x0 + 0.5 - ax) * (cy - ay) - rowB) * inverse;
        const ec = (rowC - (by - ay) * (x0 + 0.5 - ax)) * inverse;
        const ea = 1 - eb - ec;
        from += Math.max(0, firstInside(ea, stepA), firstInside(eb, stepB), firstInside(ec, stepC));
        to = Math.min(to, x0 + Math.min(lastInside(ea, stepA), lastInside(eb, stepB), lastInside(ec, stepC)));
      }
      for (let x = from; x <= to; x++) {
        const px = x + 0.5;
        const eb = ((px - ax) * (cy - ay) - rowB) * inverse;
        const ec = (rowC - (by - ay) * (px - ax)) * inverse;
        const ea = 1 - eb - ec;
        if (ea < 0 || eb < 0 || ec < 0) continue;
        const inverseDepth = ea * za + eb * zb + ec * zc;
        const at = y * widthPx + x;
        if (inverseDepth <= depth[at]!) continue;
        const wb = (eb * zb) / inverseDepth;
        const wc = (ec * zc) / inverseDepth;
        if (isCutout) {
          const ua = triangleUvs[t]! * 2;
          const ub = triangleUvs[t + 1]! * 2;
          const uc = triangleUvs[t + 2]! * 2;
          const wa = 1 - wb - wc;
          const u = wa * uvs[ua]! + wb * uvs[ub]! + wc * uvs[uc]!;
          const v = wa * uvs[ua + 1]! + wb * uvs[ub + 1]! + wc * uvs[uc + 1]!;
          const tx = Math.min(tw - 1, ((u - Math.floor(u)) * tw) | 0);
          const ty = Math.min(th - 1, ((v - Math.floor(v)) * th) | 0);
          const card = (t / 6) | 0;
          const dither = DITHER[(x & 1) + 2 * (y & 1)]! + card * GOLDEN;
          const threshold = 0.15 + 0.7 * (dither - Math.floor(dither));
          if (rgbaSrgb[(ty * tw + tx) * 4 + 3]! < 255 * threshold) continue;
        }
        if (floor !== null) {
          const wa = 1 - wb - wc;
          const height = wa * positions[ia + 1]! + wb * positions[ib + 1]! + wc * positions[ic + 1]!;
          const z = wa * positions[ia + 2]! + wb * positions[ib + 2]! + wc * positions[ic + 2]!;
          if (height < floor.height + floor.perZ * z) continue;
        }
        depth[at] = inverseDepth;
        parts[at] = index;
        ids[at] = t;
        weights[at * 2] = wb;
        weights[at * 2 + 1] = wc;
      }
    }
  }
}

/** Change of a weight from one pixel to the next; 0 = too small to be divided by. */
function slope(risePx: number, inverseArea: number): number {
  return Math.abs(risePx) < LEVEL_PX ? 0 : risePx * inverseArea;
}

/** Pixels from a row's first to where a weight that is `value` there has become positive: never one too many. */
function firstInside(value: number, step: number): number {
  return step > 0 ? Math.floor(-value / step) : 0;
}

function lastInside(value: number, step: number): number {
  return step < 0 ? Math.ceil(-value / step) : Infinity;
}

/** (N, 3): x px, y px, 1/depth; 0 when nearer than NEAR_M. */
function projectAll(positions: Float32Array, camera: Camera): Float64Array {
  const m = camera.cameraFromHead;
  const [fx, fy] = camera.focalPx;
  const [cx, cy] = camera.centrePx;
  const out = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    const x = positions[i]!;
    const y = positions[i + 1]!;
    const z = positions[i + 2]!;
    const depth = -(m[2]! * x + m[6]! * y + m[10]! * z + m[14]!);
    if (depth < NEAR_M) continue;
    out[i] = cx + (fx * (m[0]! * x + m[4]! * y + m[8]! * z + m[12]!)) / depth;
    out[i + 1] = cy - (fy * (m[1]! * x + m[5]! * y + m[9]! * z + m[13]!)) / depth;
    out[i + 2] = 1 / depth;
  }
  return out;
}
