/**
 * Fine relief as tangent-space normal maps: pores and wrinkles of the photo's skin, strands and locks of hair.
 * in: base colour (S, S, 4) with the source of each texel, texels per metre on the head, side of the map → out: (M, M, 4);
 * flat (128, 128, 255) where there is no relief.
 * Height from shading as Beeler et al. (2010, §5) do at the finest scale: what is darker than its surroundings lies
 * deeper, because furrows get less light. It is an estimate: freckles and lashes become relief too, so slopes are small.
 * glTF §3.9.3: x towards larger u, y up in the picture, that is towards smaller v.
 */
import { TEXTURE_SOURCES } from '../../../contract/texture-sources.ts';
import { gaussianBlur } from '../../../image/gaussian-blur.ts';
import { createImage, createRaster, type ImageRgba, type Raster } from '../../../image/image.ts';

export type Relief = {
  /** What lies between these widths (standard deviations, m) is kept: finer is noise of the picture, coarser is form. */
  fineM: number;
  coarseM: number;
  /** Height of what is by a factor e darker than its surroundings, m. */
  depthM: number;
  /** Steepest slope. */
  slopeMax: number;
  /** Whether only what the photo shows has relief, and over which distance from its border it sets in, m. */
  photoBorderM: number | null;
};

/** A furrow of 20 % is 0.1 mm deep. Steeper than 20° only lashes and the edges of brows and nostrils would be. */
export const SKIN_RELIEF: Relief = {
  fineM: 0.00025,
  coarseM: 0.0016,
  depthM: 0.0005,
  slopeMax: 0.36,
  photoBorderM: 0.003,
};
/** Strands are as fine as the map's texels, locks a centimetre wide; what photo, views and synthesis paint has relief alike. */
export const HAIR_RELIEF: Relief = {
  fineM: 0.0004,
  coarseM: 0.004,
  depthM: 0.002,
  slopeMax: 0.7,
  photoBorderM: null,
};

const PHOTO = TEXTURE_SOURCES.indexOf('photo');

export type NormalMapInput = {
  baseColour: ImageRgba;
  sourceMap: Uint8Array;
  /** Of the base colour. */
  texelsPerM: number;
  sizePx: number;
  relief: Relief;
};

export function paintNormalMap({
  baseColour,
  sourceMap,
  texelsPerM,
  sizePx,
  relief,
}: NormalMapInput): ImageRgba {
  const { fineM, coarseM, depthM, slopeMax, photoBorderM } = relief;
  const step = Math.max(1, Math.round(baseColour.widthPx / sizePx));
  const side = Math.floor(baseColour.widthPx / step);
  const perM = texelsPerM / step;
  const { dark, shown } = reduce(baseColour, sourceMap, side, step);
  const fine = gaussianBlur(dark, fineM * perM);
  const coarse = gaussianBlur(dark, coarseM * perM);
  const inside = photoBorderM === null ? null : gaussianBlur(shown, photoBorderM * perM);
  const height = fine.values.map((value, i) => {
    // A blurred straight border is one half on the border itself.
    const share = inside === null ? 1 : Math.min(Math.max(2 * inside.values[i]! - 1, 0), 1);
    return depthM * share * (value - coarse.values[i]!);
  });
  const image = createImage(side, side);
  const { rgbaSrgb } = image;
  for (let y = 0, to = 0; y < side; y++) {
    const above = Math.max(y - 1, 0) * side;
    const below = Math.min(y + 1, side - 1) * side;
    for (let x = 0; x < side; x++, to += 4) {
      const [left, right] = [y * side + Math.max(x - 1, 0), y * side + Math.min(x + 1, side - 1)];
      const u = limit(((height[right]! - height[left]!) / 2) * perM, slopeMax);
      const v = limit(((height[below + x]! - height[above + x]!) / 2) * perM, slopeMax);
      const length = Math.hypot(u, v, 1);
      rgbaSrgb[to] = Math.round(127.5 + 127.5 * (-u / length));
      rgbaSrgb[to + 1] = Math.round(127.5 + 127.5 * (v / length));
      rgbaSrgb[to + 2] = Math.round(127.5 + 127.5 * (1 / length));
      rgbaSrgb[to + 3] = 255;
    }
  }
  return image;
}

const limit = (slope: number, most: number): number => Math.min(Math.max(slope, -most), most);

/** ln brightness, and 1 where the photo shows, by means over step × step texels. */
function reduce(
  { widthPx, rgbaSrgb }: ImageRgba,
  sourceMap: Uint8Array,
  side: number,
  step: number,
): { dark: Raster; shown: Raster } {
  const dark = createRaster(side, side, 1);
  const shown = createRaster(side, side, 1);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let light = 0;
      let photo = 0;
      for (let k = 0; k < step * step; k++) {
        const texel = (y * step + Math.floor(k / step)) * widthPx + x * step + (k % step);
        light += rgbaSrgb[texel * 4]! + rgbaSrgb[texel * 4 + 1]! + rgbaSrgb[texel * 4 + 2]!;
        photo += sourceMap[texel] === PHOTO ? 1 : 0;
      }
      dark.values[y * side + x] = Math.log(light / (step * step) + 24);
      shown.values[y * side + x] = photo / (step * step);
    }
  }
  return { dark, shown };
}
