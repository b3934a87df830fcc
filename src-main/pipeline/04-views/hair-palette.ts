/**
 * Tells hair from skin by colour, in one photo.
 *
 * In: colours (N, 3) sRGB in [0, 1] and weights (N) of the vertices in the photo, scalp zone. Out: the median colours of
 * face and hair, and for any colour the share [0, 1] in which it is hair.
 * The distance weighs chromaticity against the logarithm of luma: light changes luma along a face by a factor of two, but
 * hardly its chromaticity, while grey hair differs from skin in chromaticity alone. Plain sRGB distance was dropped: it
 * took grey hair over brown skin for a bald head. A bald head taken for hair does no harm: its "hair" is skin-coloured.
 */
import type { Points } from '../../camera/frames.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { ScalpZone } from './scalp-zone.ts';

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
/** Distance of hair from skin: shaved heads in the development portraits stay below 0.21, blond hair starts at 0.23. */
const CONTRAST_MIN = 0.22;
/** Hair that lies within a centimetre of the scalp has to differ from skin by this much. */
const FLAT_CONTRAST_MIN = 0.4;
const FLAT_M = 0.01;
const CHROMA_WEIGHT = 2.5;
const LUMA_WEIGHT = 0.6;
/** Below it the logarithm of luma would only tell the noise of black. */
const LUMA_MIN = 0.02;

export function findHairPalette(
  positionsHead: Points<'Head'>,
  isSkin: (vertex: number) => boolean,
  zone: ScalpZone,
  seen: SeenColours,
): HairPalette | null {
  const p = positionsHead;
  const votes = (i: number): boolean => isSkin(i) && seen.weights[i]! > SEEN;
  // Face: in front of the ears (z > 4 cm), from 2 cm below the hairline down to the mouth.
  const skin = medianColour(
    seen,
    (i) => votes(i) && zone.hairlineDistanceM[i]! < -0.02 && p[i * 3 + 2]! > 0.04 && p[i * 3 + 1]! > -0.06,
  );
  // Scalp: well above the hairline, so that a receding one still meets hair.
  const hair = medianColour(
    seen,
    (i) => votes(i) && zone.hairlineDistanceM[i]! > 0.018 && zone.ear[i]! === 0,
  );
  if (skin === null) return null;
  const contrast = hair === null ? 0 : colourDistance(skin, hair);
  return { skin, hair: contrast > CONTRAST_MIN ? hair : null, contrast };
}

/**
 * The palette once the hair's thickness is known: a scalp that lies close and is not clearly of another colour is a bald
 * head in its own shading.
 */
export function doubtFlatHair(
  palette: HairPalette | null,
  zone: ScalpZone,
  thicknessM: Float32Array,
): HairPalette | null {
  if (palette === null || palette.contrast > FLAT_CONTRAST_MIN) return palette;
  const scalp = thicknessM.filter((_, i) => zone.hairlineDistanceM[i]! > 0.03).sort();
  const median = scalp[scalp.length >> 1] ?? 0;
  return median < FLAT_M ? { ...palette, hair: null } : palette;
}

/** [0, 1]; 0 everywhere when the palette has no hair. */
export function hairShareOf(palette: HairPalette, colour: ArrayLike<number>): number {
  if (palette.hair === null) return 0;
  const toSkin = colourDistance(colour, palette.skin);
  const toHair = colourDistance(colour, palette.hair);
  return smoothstep(0.42, 0.66, toSkin / (toSkin + toHair + 1e-6));
}

function colourDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const sumA = a[0]! + a[1]! + a[2]! + 3 * LUMA_MIN;
  const sumB = b[0]! + b[1]! + b[2]! + 3 * LUMA_MIN;
  let chroma = 0;
  for (let c = 0; c < 3; c++) chroma += ((a[c]! + LUMA_MIN) / sumA - (b[c]! + LUMA_MIN) / sumB) ** 2;
  return Math.hypot(CHROMA_WEIGHT * Math.sqrt(chroma), LUMA_WEIGHT * Math.log(sumA / sumB));
}

function medianColour(seen: SeenColours, include: (vertex: number) => boolean): number[] | null {
  const picked: number[] = [];
  for (let i = 0; i < seen.weights.length; i++) if (include(i)) picked.push(i);
  if (picked.length === 0) return null;
  return [0, 1, 2].map((c) => {
    const values = Float32Array.from(picked, (i) => seen.colours[i * 3 + c]!).sort();
    return values[values.length >> 1]!;
  });
}
