/**
 * Strands for hair that the photo does not show: views are coarse or smooth there, and beside the photo's hair that reads
 * as a cap.
 *
 * In: pictures of hair at one scale from photo and back views. Out: factor on the colour of hair at a point of the head (m),
 * the same for every texel there; its contrast is what the views lack against the photo. Guided synthesis, in the sense that
 * brightness and contrast are the photo's and the direction is how hair falls (render/hair-grain.ts); not the paper's.
 */
import { gaussianBlur } from '../../image/gaussian-blur.ts';
import { createRaster, type Raster } from '../../image/image.ts';
import { hairGrain } from '../../render/hair-grain.ts';

/** (H, W, 3) sRGB in [0, 1], (H, W) 1 = hair, px per metre of head. */
export type HairPicture = { colour: Raster; isHair: Uint8Array; pxPerM: number };
export type Strands = (x: number, y: number, z: number) => number;

/** About what pictures should have: a strand is a pixel wide. */
export const PICTURE_PX_PER_M = 1000;
/** Strands and locks are narrower than this (standard deviation, m); coarser is the form's light. */
const LOCK_M = 0.006;
/** Locks, strands, and what a texel of a 2048² map (0.25 mm) still shows of single hairs. */
const OCTAVES = [
  { widthM: 0.0045, lengthM: 0.07, share: 0.35 },
  { widthM: 0.0022, lengthM: 0.05, share: 0.35 },
  { widthM: 0.0011, lengthM: 0.03, share: 0.3 },
] as const;
/** What strandContrast finds in the sum of these on the back of a head. */
const GRAIN_DEVIATION = 0.17;
/** More is foam, not hair; below this nothing would show. */
const CONTRAST_MAX = 0.12;
const CONTRAST_MIN = 0.01;
/** Fewer pixels say nothing, px: 4 cm². */
const PIXELS_MIN = 400;
/** Black's noise, as in skin-likeness.ts. */
const BLACK = 12 / 255;

/** null: nothing is lacking, or too little is seen to know. */
export function growStrands(photo: HairPicture, views: readonly HairPicture[]): Strands | null {
  const wanted = strandContrast([photo]);
  const present = strandContrast(views);
  if (wanted === null || present === null) return null;
  const lacking = Math.min(CONTRAST_MAX, Math.sqrt(Math.max(0, wanted ** 2 - present ** 2)));
  if (lacking < CONTRAST_MIN) return null;
  const scale = lacking / GRAIN_DEVIATION;
  // Shifted by half a deviation: the mean stays, as the exponential favours what is bright.
  return (x, y, z) => Math.exp(scale * (hairGrain(x, y, z, OCTAVES) - GRAIN_DEVIATION / 2));
}

/**
 * How much ln brightness of hair differs from its surroundings' mean, as a standard deviation; null with too few pixels. By
 * the median, so that parting, ear-rings and the edge of the face do not count.
 */
export function strandContrast(pictures: readonly HairPicture[]): number | null {
  const differences: number[] = [];
  for (const { colour, isHair, pxPerM } of pictures) {
    const { widthPx, heightPx } = colour;
    const light = createRaster(widthPx, heightPx, 2);
    isHair.forEach((hair, i) => {
      if (hair === 0) return;
      const sum = colour.values[i * 3]! + colour.values[i * 3 + 1]! + colour.values[i * 3 + 2]!;
      light.values[i * 2] = Math.log(sum + BLACK);
      light.values[i * 2 + 1] = 1;
    });
    const mean = gaussianBlur(light, LOCK_M * pxPerM);
    isHair.forEach((hair, i) => {
      if (hair === 0) return;
      differences.push(Math.abs(light.values[i * 2]! - mean.values[i * 2]! / mean.values[i * 2 + 1]!));
    });
  }
  if (differences.length < PIXELS_MIN) return null;
  // Of a normal distribution half lies within 0.674 standard deviations.
  return Float32Array.from(differences).sort()[differences.length >> 1]! / 0.674;
}
