/**
 * What the photo's own skin or hair looks like at a small scale: an example for places that it does not show.
 *
 * In: picture with the pixels that surely are of one kind. Out: ln brightness less that of its surroundings, and round spots
 * that lie wholly among such pixels, each with the direction in which its strands run (structure tensor: Bigün & Granlund
 * 1987). Works at the picture's own scale. Not in the paper, whose colours come from generated views alone.
 */
import { gaussianBlur } from '../../image/gaussian-blur.ts';
import { createRaster, type Raster } from '../../image/image.ts';

/** (H, W, 3) sRGB in [0, 1], (H, W) 1 = of the kind, px per metre of head. */
export type DetailPicture = { colour: Raster; isOwn: Uint8Array; pxPerM: number };

export type Spot = {
  /** Centre, px. */
  x: number;
  y: number;
  /** Direction of strands: from +x towards +y (down) in the picture, rad; they run both ways. */
  directionRad: number;
  /** [0, 1]: 1 = all strands of the spot are parallel. */
  coherence: number;
};

export type Example = {
  /** (H, W, 1) ln brightness less its surroundings', 0 elsewhere. */
  detail: Raster;
  pxPerM: number;
  spots: readonly Spot[];
  /** A spot's radius, and what that is along the strands where it is laid on the head. */
  radiusM: number;
  lengthM: number;
  /** Standard deviation of the detail where it was learnt, by the median. */
  deviation: number;
};

export type DetailKind = {
  /** Standard deviation of what counts as surroundings, m: coarser is the form's light. */
  aroundM: number;
  /** Radii of spots to try, m, the largest first: large ones keep more of what belongs together. */
  radiiM: readonly number[];
  /** A spot is drawn out along its strands by so much where it is laid on the head. */
  length: number;
  /** Share of the spots to keep, those first that … */
  keep: number;
  prefer: 'smooth' | 'coherent';
};

/** Strands and small locks; what is wider is a blotch when it lies on hair that falls another way. */
export const HAIR_DETAIL: DetailKind = {
  aroundM: 0.0035,
  radiiM: [0.014, 0.01, 0.007, 0.005],
  length: 4,
  keep: 0.6,
  prefer: 'coherent',
};
/** Pores and blotches of skin; the rougher half are brows, lashes, wrinkles and the edges of features. */
export const SKIN_DETAIL: DetailKind = {
  aroundM: 0.0025,
  radiiM: [0.01, 0.007, 0.005],
  length: 1,
  keep: 0.5,
  prefer: 'smooth',
};
/** Less coherent spots have no direction: theirs is down, as their hair hangs in the picture. */
const COHERENCE_MIN = 0.25;
/** Fewer spots would show the same one again and again. */
const SPOTS_MIN = 8;
/** Fewer pixels say nothing about contrast, px. */
const PIXELS_MIN = 400;
/** Share of a spot's pixels that may be of another kind. */
const OTHERS_MAX = 0.02;
/** Black's noise, as in skin-likeness.ts. */
const BLACK = 12 / 255;
/** Of a normal distribution half lies within so many standard deviations. */
const HALF_WITHIN = 0.674;

/** null: too little is seen to learn from. */
export function learnDetail(
  picture: DetailPicture,
  { aroundM, radiiM, length, keep, prefer }: DetailKind,
): Example | null {
  const detail = measureDetail(picture, aroundM);
  for (const radiusM of radiiM) {
    const found = findSpots(picture, detail, radiusM * picture.pxPerM);
    found.sort((a, b) => (prefer === 'smooth' ? a.energy - b.energy : b.coherence - a.coherence));
    const spots = found.slice(0, Math.ceil(keep * found.length));
    if (spots.length < SPOTS_MIN) continue;
    const own = detail.values.filter((_, i) => picture.isOwn[i] === 1);
    const size = { radiusM, lengthM: length * radiusM };
    return { detail, pxPerM: picture.pxPerM, spots, ...size, deviation: deviationOf(own) };
  }
  return null;
}

/** Standard deviation of the detail over all pictures, by the median; null with fewer than PIXELS_MIN pixels. */
export function detailDeviation(pictures: readonly DetailPicture[], { aroundM }: DetailKind): number | null {
  const parts = pictures.map((picture) =>
    measureDetail(picture, aroundM).values.filter((_, i) => picture.isOwn[i] === 1),
  );
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let filled = 0;
  for (const part of parts) {
    values.set(part, filled);
    filled += part.length;
  }
  return values.length < PIXELS_MIN ? null : deviationOf(values);
}

function deviationOf(values: ArrayLike<number>): number {
  return Float32Array.from(values, Math.abs).sort()[values.length >> 1]! / HALF_WITHIN;
}

function measureDetail({ colour, isOwn, pxPerM }: DetailPicture, aroundM: number): Raster {
  const { widthPx, heightPx } = colour;
  const light = createRaster(widthPx, heightPx, 2);
  isOwn.forEach((own, i) => {
    if (own === 0) return;
    const sum = colour.values[i * 3]! + colour.values[i * 3 + 1]! + colour.values[i * 3 + 2]!;
    light.values[i * 2] = Math.log(sum + BLACK);
    light.values[i * 2 + 1] = 1;
  });
  const mean = gaussianBlur(light, aroundM * pxPerM);
  const out = createRaster(widthPx, heightPx, 1);
  isOwn.forEach((own, i) => {
    if (own === 1) out.values[i] = light.values[i * 2]! - mean.values[i * 2]! / mean.values[i * 2 + 1]!;
  });
  return out;
}

/** Discs on a grid of half their radius; energy = mean square of the detail. */
function findSpots(
  { isOwn }: DetailPicture,
  detail: Raster,
  radiusPx: number,
): (Spot & { energy: number })[] {
  const { widthPx, heightPx, values } = detail;
  const reach = Math.ceil(radiusPx);
  const step = Math.max(1, Math.floor(radiusPx / 2));
  const disc = discOffsets(radiusPx);
  const out: (Spot & { energy: number })[] = [];
  for (let y = reach + 1; y < heightPx - reach - 1; y += step) {
    for (let x = reach + 1; x < widthPx - reach - 1; x += step) {
      let others = 0;
      let energy = 0;
      let [even, odd, all] = [0, 0, 0];
      for (const [dx, dy] of disc) {
        const i = (y + dy) * widthPx + x + dx;
        if (isOwn[i] === 0 && ++others > OTHERS_MAX * disc.length) break;
        energy += values[i]! ** 2 / disc.length;
        const gx = values[i + 1]! - values[i - 1]!;
        const gy = values[i + widthPx]! - values[i - widthPx]!;
        even += gx * gx - gy * gy;
        odd += 2 * gx * gy;
        all += gx * gx + gy * gy;
      }
      if (others > OTHERS_MAX * disc.length) continue;
      const coherence = all === 0 ? 0 : Math.hypot(even, odd) / all;
      // Strands run across the gradient.
      const directionRad = coherence < COHERENCE_MIN ? Math.PI / 2 : (Math.atan2(odd, even) + Math.PI) / 2;
      out.push({ x: x + 0.5, y: y + 0.5, directionRad, coherence, energy });
    }
  }
  return out;
}

function discOffsets(radiusPx: number): [number, number][] {
  const reach = Math.ceil(radiusPx);
  const out: [number, number][] = [];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) if (Math.hypot(dx, dy) <= radiusPx) out.push([dx, dy]);
  return out;
}
