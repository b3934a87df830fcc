/**
 * Tells hair from skin by colour, in one photo.
 *
 * In: colours (N, 3) sRGB in [0, 1] and weights (N) of the bald head's vertices in the photo, scalp zone, colours of
 * person pixels that stand clear of the bald head, later how far hair stands off (N) m. Out: the median colours of face and
 * hair, and for any colour the share [0, 1] in which it is hair.
 * There is hair where the scalp is of another colour than the face, where it shows strands, or where it stands far off the skull:
 * blond and grey hair may have skin's colour, a bald head is smooth and as large as M guesses it. A shine on it is another colour, too.
 * The distance weighs chromaticity against the logarithm of luma: light changes luma along a face by a factor of two, but
 * hardly its chromaticity, while grey hair differs from skin in chromaticity alone. Plain sRGB distance was dropped: it
 * took grey hair over brown skin for a bald head. A bald head taken for hair does no harm: its "hair" is skin-coloured.
 */
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { ScalpZone } from '../../render/scalp-zone.ts';

export type HairPalette = {
  /** sRGB [0, 1], median of the face below the brows. */
  skin: readonly number[];
  /** sRGB [0, 1], median of the seen scalp; null when none is seen, and once it is known to be bald. */
  hair: readonly number[] | null;
  /** Distance of scalp from face, see below; 0 when no scalp is seen. */
  contrast: number;
  /** Median deviation of the scalp's logarithm of luma from the neighbouring vertices'; 0 when too little of it is seen. */
  strands: number;
};

export type SeenColours = { colours: Float32Array; weights: Float32Array };

/** So far above the hairline a receding one still meets hair, m. */
export const SCALP_ABOVE_M = 0.03;
/** Photo weight from which a vertex votes. */
const SEEN = 0.4;
/** Distance of hair from skin: shaved heads in the development portraits stay below CONTRAST, blond hair starts above. */
export const CONTRAST_MIN = 0.2;
/** Hair that stands off less than this (nine tenths of it, well above the hairline) has to differ from skin by more. */
const FLAT_M = 0.006;
const FLAT_ABOVE_M = 0.03;
const FLAT_CONTRAST_MIN = 0.35;
/**
 * Strands of hair, from this far above the hairline on: nine bald and balding heads of the development portraits have 0.012 to 0.031,
 * cropped blond and grey hair of six 0.054 to 0.09.
 */
const STRANDS_MIN = 0.042;
const STRANDS_ABOVE_M = 0.01;
/** Fewer vertices say nothing. */
const STRANDS_VERTICES_MIN = 20;
/**
 * Mean share of hair in the colours of a scalp that hair covers, from which what looks like skin is skin: dark and grey hair of 13 portraits 0.8 to 1;
 * the sample astronaut's, which the light makes as pale as her face, 0.47.
 */
const TOLD_MIN = 0.7;
/** Half of a scalp that stands off M's skull by this is hair, m: M guesses bald ones wrong by 6 mm at most. */
const STANDS_OFF_M = 0.012;
/**
 * A scalp that is the face's colour with this much white added, alike in all channels, is a bald one in the light where it is as smooth and lies
 * as close as those do: two shining heads have strands of 0.014 and 0.019 and nine tenths of them within 7.0 and 7.7 mm; white hair of six
 * has 0.021 to 0.037, or stands off by 9.1 mm and more.
 */
const SHINE_MIN = 0.1;
const SHINE_SPREAD_MAX = 0.2;
const SHINE_STRANDS_MAX = 0.022;
const SHINE_FLAT_M = 0.0085;
/** Spread of one head's hair between light and shade, in the distance below. */
const HAIR_DISTANCE_MAX = 0.5;
const CHROMA_WEIGHT = 2.5;
const LUMA_WEIGHT = 0.6;
/** Below it the logarithm of luma would only tell the noise of black. */
const LUMA_MIN = 0.02;

export type PaletteInput = {
  positionsHead: Points<'Head'>;
  graph: VertexGraph;
  isSkin: (vertex: number) => boolean;
  zone: ScalpZone;
  /** Colours of the bald head's vertices in the photo. */
  seen: SeenColours;
  /** (M, 3) sRGB [0, 1]: pixels clear of the bald head, see collectRimColours. */
  rimColours: Float32Array;
};

export function findHairPalette(input: PaletteInput): HairPalette | null {
  const { positionsHead: p, graph, isSkin, zone, seen, rimColours } = input;
  const pick = (include: (vertex: number) => boolean): number[] =>
    seenVertices(seen, (i) => isSkin(i) && include(i));
  // Face: in front of the ears (z > 4 cm), from 2 cm below the hairline down to the mouth.
  const face = pick(
    (i) => zone.hairlineDistanceM[i]! < -0.02 && p[i * 3 + 2]! > 0.04 && p[i * 3 + 1]! > -0.06,
  );
  const skin = medianColour(coloursOf(seen, face));
  if (skin === null) return null;
  // What stands clear of the skull counts, too.
  const above = (heightM: number): number[] => pick(scalpAbove(zone, heightM));
  const hair = medianColour([...coloursOf(seen, above(SCALP_ABOVE_M)), ...rimColours]);
  const contrast = hair === null ? 0 : colourDistance(skin, hair);
  return { skin, hair, contrast, strands: measureStrands(graph, seen, above(STRANDS_ABOVE_M)) };
}

/** Whether colour tells this person's hair from skin where both are known: a lit fringe of blond hair has the face's colours. */
export function tellsHair(palette: HairPalette | null, zone: ScalpZone, seen: SeenColours): boolean {
  if (palette === null || palette.hair === null) return false;
  const scalp = seenVertices(seen, scalpAbove(zone, SCALP_ABOVE_M));
  const shares = scalp.map((i) => hairShareOf(palette, seen.colours.subarray(i * 3, i * 3 + 3)));
  return shares.reduce((sum, share) => sum + share, 0) >= TOLD_MIN * shares.length;
}

/** Whether a vertex lies this far above the hairline, m, and is no ear. */
export function scalpAbove(zone: ScalpZone, heightM: number): (vertex: number) => boolean {
  return (i) => zone.hairlineDistanceM[i]! > heightM && zone.ear[i] === 0;
}

/** The vertices among those whose colour the photo shows. */
export function seenVertices({ weights }: SeenColours, include: (vertex: number) => boolean): number[] {
  return [...weights.keys()].filter((i) => weights[i]! > SEEN && include(i));
}

/** (3 per vertex) sRGB [0, 1]. */
export function coloursOf({ colours }: SeenColours, vertices: readonly number[]): number[] {
  return vertices.flatMap((i) => [...colours.subarray(i * 3, i * 3 + 3)]);
}

/**
 * The palette once the hair's thickness is known: a smooth scalp that lies close everywhere and is not clearly of another colour
 * is a bald head in its own shading.
 */
export function doubtHair(palette: HairPalette, zone: ScalpZone, thicknessM: Float32Array): HairPalette {
  const { contrast, strands } = palette;
  const scalp = thicknessM.filter((_, i) => zone.hairlineDistanceM[i]! > FLAT_ABOVE_M).sort();
  const thickerThan = (share: number): number => scalp[Math.floor(share * scalp.length)] ?? 0;
  const isColoured = contrast > FLAT_CONTRAST_MIN || (contrast > CONTRAST_MIN && thickerThan(0.9) > FLAT_M);
  // Without strands seen nothing is known to be smooth.
  const isSmooth = strands > 0 && strands < SHINE_STRANDS_MAX && thickerThan(0.9) < SHINE_FLAT_M;
  const isShining = isSmooth && palette.hair !== null && isShine(palette.skin, palette.hair);
  const isHair = !isShining && (isColoured || strands > STRANDS_MIN || thickerThan(0.5) > STANDS_OFF_M);
  return isHair ? palette : { ...palette, hair: null };
}

/** Whether `colour` is `skin` with white light on it: the same share of the way to white in all channels. */
function isShine(skin: readonly number[], colour: readonly number[]): boolean {
  const shares = skin.map((value, c) => (colour[c]! - value) / Math.max(LUMA_MIN, 1 - value));
  return Math.min(...shares) > SHINE_MIN && Math.max(...shares) - Math.min(...shares) < SHINE_SPREAD_MAX;
}

/** Median of how far ln(luma) of a vertex is from the mean of its neighbours, where all of those are of `vertices` too. */
function measureStrands(graph: VertexGraph, { colours }: SeenColours, vertices: readonly number[]): number {
  const isMember = new Set(vertices);
  const luma = (i: number): number =>
    Math.log(colours[i * 3]! + colours[i * 3 + 1]! + colours[i * 3 + 2]! + 3 * LUMA_MIN);
  const deviations = vertices.flatMap((v) => {
    const around = [...graph.neighbours.subarray(graph.offsets[v], graph.offsets[v + 1])];
    if (!around.every((j) => isMember.has(j))) return [];
    return Math.abs(luma(v) - around.reduce((sum, j) => sum + luma(j), 0) / around.length);
  });
  if (deviations.length < STRANDS_VERTICES_MIN) return 0;
  return deviations.sort((a, b) => a - b)[deviations.length >> 1]!;
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

export function colourDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const sumA = a[0]! + a[1]! + a[2]! + 3 * LUMA_MIN;
  const sumB = b[0]! + b[1]! + b[2]! + 3 * LUMA_MIN;
  let chroma = 0;
  for (let c = 0; c < 3; c++) chroma += ((a[c]! + LUMA_MIN) / sumA - (b[c]! + LUMA_MIN) / sumB) ** 2;
  return Math.hypot(CHROMA_WEIGHT * Math.sqrt(chroma), LUMA_WEIGHT * Math.log(sumA / sumB));
}

/** (M, 3) → (3). */
function medianColour(colours: readonly number[]): number[] | null {
  const count = colours.length / 3;
  if (count === 0) return null;
  return [0, 1, 2].map((c) => {
    const values = Float32Array.from({ length: count }, (_, i) => colours[i * 3 + c]!).sort();
    return values[count >> 1]!;
  });
}
