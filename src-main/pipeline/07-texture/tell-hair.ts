/**
 * What tells hair from skin by tint in one photo, and whether anything does.
 *
 * In: pixels of the hair's mesh that show the person, those of them that stand well off the skin, likeness of skin (H, W). Out: pixels that
 * teach the hair's tint; two tints → how much rather a colour is the second's.
 */
import { smoothstep } from '../../render/photo-probe.ts';
import type { Tint } from '../../render/skin-likeness.ts';

/** Half likeness: where a pixel is mixed. */
const STRANGE = 0.5;
/** From this many pixels of hair that stands off on they alone are asked; this share of them has to be unlike skin. */
const STANDING_LEAST = 400;
const TOLD_SHARE = 0.5;
/** Colours whose distances to two tints differ by less than this many standard deviations are something of both. */
const UNDECIDED = 0.7;

/** `isTold`: a tint tells hair from skin. */
export type HairPixels = { surelyHair: readonly number[]; isTold: boolean };

/**
 * Pixels unlike skin teach the tint, unless most of what surely is hair looks like skin. Then hair has skin's tint (blond on pale skin),
 * and its few other pixels are mixed with the background.
 */
export function learnHair(
  shown: readonly number[],
  standing: readonly number[],
  like: Float32Array,
): HairPixels {
  const sure = standing.length < STANDING_LEAST ? shown : standing;
  const isStrange = (i: number): boolean => like[i]! < STRANGE;
  const isTold = sure.filter(isStrange).length >= TOLD_SHARE * sure.length;
  return { surelyHair: isTold ? shown.filter(isStrange) : sure, isTold };
}

/** [0, 1]: nearer to the second tint, whose deviations count for its own distance. */
export function compareTints(one: Tint | null, other: Tint | null): Tint | null {
  if (one === null || other === null) return null;
  return (r, g, b) => {
    const apart = Math.sqrt(one(r, g, b)) - Math.sqrt(other(r, g, b));
    return smoothstep(-UNDECIDED, UNDECIDED, apart);
  };
}
