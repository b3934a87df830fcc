/**
 * What lies behind the person and is seen inside of its outline: through spectacles, past a cheek.
 *
 * In: photo (H, W, 3) sRGB and person mask (H, W) at a pixel a millimetre, likeness of skin (H, W) in [0, 1], ln of the skin's brightness around each
 * pixel. Out: pixels near the outline, in the background's tint and unlike skin, that are as bright as the skin around. Darker ones may be skin
 * in the shade, whose tint a dull background may have (jaws and noses of 12 out of 24 portraits without that rule).
 * Dropped: to spread from there over strange colours (whole jaws), and to ask find-shade.ts (an enlarged small photo has no edges).
 */
import type { Raster } from '../../image/image.ts';
import { nearPixels } from '../../image/near-pixels.ts';
import { learnTint } from '../../render/skin-likeness.ts';

/** The mask below which nothing but the background is seen, and how far inside the outline it may be seen, px. */
const OUTSIDE = 0.1;
const REACH_PX = 15;
/** Half likeness: where a pixel is mixed. */
const HALF = 0.5;
/** How much darker than the skin around it may be, in ln. */
const DARKER = -0.3;
/** Keeps the logarithm of black finite. */
const BLACK = 1e-6;

export type BehindInput = { colour: Raster; mask: Raster; alike: Float32Array; around: Raster };

export function findBehind({ colour, mask, alike, around }: BehindInput): number[] {
  const { values } = colour;
  const isOutside = (i: number): boolean => mask.values[i]! < OUTSIDE;
  const behind = learnTint(values, [...mask.values.keys()].filter(isOutside));
  if (behind === null) return [];
  const near = nearPixels(mask, isOutside, REACH_PX);
  return [...alike.keys()].filter((i) => {
    if (near[i] === 0 || alike[i]! >= HALF) return false;
    const [r, g, b] = [0, 1, 2].map((c) => values[i * 3 + c]!) as [number, number, number];
    return Math.log(r + g + b + BLACK) - around.values[i]! > DARKER && behind(r, g, b) > HALF;
  });
}
