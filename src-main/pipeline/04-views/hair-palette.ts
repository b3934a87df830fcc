/**
 * Tells hair from skin by colour, in one photo.
 *
 * In: colours (N, 3) sRGB in [0, 1] and weights (N) of the bald head's vertices in the photo, scalp zone, colours of
 * person pixels that stand clear of the bald head. Out: the median colours of face and hair, and for any colour the share
 * [0, 1] in which it is hair.
 * The distance weighs chromaticity against the logarithm of luma: light changes luma along a face by a factor of two, but
 * hardly its chromaticity, while grey hair differs from skin in chromaticity alone. Plain sRGB distance was dropped: it
 * took grey hair over brown skin for a bald head. A bald head taken for hair does no harm: its "hair" is skin-coloured.
 */
import type { Points } from '../../camera/frames.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { ScalpZone } from '../../render/scalp-zone.ts';

export type HairPalette = {
  /** sRGB [0, 1], median of the face below the brows. */
  skin: readonly number[];
  /** sRGB [0, 1], median of the seen scalp; null when it looks like the face. */
  hair: readonly number[] | null;
  /** Distance of scalp from face, see below; 0 when no scalp is seen. */
  contrast: number;
};

export type SeenColours = { colours: Float32Array; weights: Float32Array };

/** Photo weight from which a vertex votes. */
const SEEN = 0.4;
/** Distance of hair from skin: shaved heads in the development portraits stay below CONTRAST, blond hair starts above. */
const CONTRAST_MIN = 0.2;
/** Hair that stands off less than this (nine tenths of it, well above the hairline) has to differ from skin by more. */
const FLAT_M = 0.006;
const FLAT_ABOVE_M = 0.03;
const FLAT_CONTRAST_MIN = 0.35;
/** Spread of one head's hair between light and shade, in the distance below. */
const HAIR_DISTANCE_MAX = 0.5;
const CHROMA_WEIGHT = 2.5;
const LUMA_WEIGHT = 0.6;
/** Below it the logarithm of luma would only tell the noise of black. */
const LUMA_MIN = 0.02;

export type PaletteInput = {
  positionsHead: Points<'Head'>;
  isSkin: (vertex: number) => boolean;
  zone: ScalpZone;
  /** Colours of the bald head's vertices in the photo. */
  seen: SeenColours;
  /** (M, 3) sRGB [0, 1]: pixels clear of the bald head, see collectRimColours. */
  rimColours: Float32Array;
};

export function findHairPalette(input: PaletteInput): HairPalette | null {
  const { positionsHead: p, isSkin, zone, seen, rimColours } = input;
  const pick = (include: (vertex: number) => boolean): Float32Array => {
    const out: number[] = [];
    seen.weights.forEach((weight, i) => {
      if (weight > SEEN && isSkin(i) && include(i)) out.push(...seen.colours.subarray(i * 3, i * 3 + 3));
    });
    return new Float32Array(out);
  };
  // Face: in front of the ears (z > 4 cm), from 2 cm below the hairline down to the mouth.
  const skin = medianColour(
    pick((i) => zone.hairlineDistanceM[i]! < -0.02 && p[i * 3 + 2]! > 0.04 && p[i * 3 + 1]! > -0.06),
  );
  if (skin === null) return null;
  // Scalp well above the hairline, so that a receding one still meets hair, and what stands clear of the skull.
  const scalp = pick((i) => zone.hairlineDistanceM[i]! > 0.03 && zone.ear[i] === 0);
  const hair = medianColour(Float32Array.of(...scalp, ...rimColours));
  const contrast = hair === null ? 0 : colourDistance(skin, hair);
  return { skin, hair: contrast > CONTRAST_MIN ? hair : null, contrast };
}

/**
 * The palette once the hair's thickness is known: a scalp that lies close everywhere and is not clearly of another colour
 * is a bald head in its own shading.
 */
export function doubtFlatHair(palette: HairPalette, zone: ScalpZone, thicknessM: Float32Array): HairPalette {
  if (palette.contrast > FLAT_CONTRAST_MIN) return palette;
  const scalp = thicknessM.filter((_, i) => zone.hairlineDistanceM[i]! > FLAT_ABOVE_M).sort();
  const thick = scalp[Math.floor(0.9 * scalp.length)] ?? 0;
  return thick < FLAT_M ? { ...palette, hair: null } : palette;
}

/** [0, 1]; 0 everywhere when the palette has no hair. */
export function hairShareOf(palette: HairPalette, colour: ArrayLike<number>): number {
  if (palette.hair === null) return 0;
  const toSkin = colourDistance(colour, palette.skin);
  const toHair = colourDistance(colour, palette.hair);
  return smoothstep(0.42, 0.66, toSkin / (toSkin + toHair + 1e-6));
}

/** Nearer to hair than to skin, and near: for pixels that may be anything, such as clothes. */
export function isHairColour(palette: HairPalette, colour: ArrayLike<number>): boolean {
  if (palette.hair === null) return false;
  const toHair = colourDistance(colour, palette.hair);
  return toHair < HAIR_DISTANCE_MAX && toHair < colourDistance(colour, palette.skin);
}

function colourDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const sumA = a[0]! + a[1]! + a[2]! + 3 * LUMA_MIN;
  const sumB = b[0]! + b[1]! + b[2]! + 3 * LUMA_MIN;
  let chroma = 0;
  for (let c = 0; c < 3; c++) chroma += ((a[c]! + LUMA_MIN) / sumA - (b[c]! + LUMA_MIN) / sumB) ** 2;
  return Math.hypot(CHROMA_WEIGHT * Math.sqrt(chroma), LUMA_WEIGHT * Math.log(sumA / sumB));
}

/** (M, 3) → (3). */
function medianColour(colours: Float32Array): number[] | null {
  const count = colours.length / 3;
  if (count === 0) return null;
  return [0, 1, 2].map((c) => {
    const values = Float32Array.from({ length: count }, (_, i) => colours[i * 3 + c]!).sort();
    return values[count >> 1]!;
  });
}
