/**
 * Hair that the photo shows beside face and neck: how far out it reaches, level by level, and where it ends.
 *
 * In: photo and person mask around the bald head M, M's ears in it, colours of hair and skin. Out: {@link HangingHair}, or null.
 * Hair hangs from above: on either side it has to begin no lower than the ear's lobe, hang together downwards, and hardly widen.
 * Shoulders, collars and jackets of hair's colour begin below; hair that hangs down to them goes on as wide as it was, and ends with M's neck.
 * Where the picture ends, hair that reaches its border goes on as it was.
 */
import { cameraCentreHead, projectPoints } from '../../camera/camera.ts';
import type { PhotoProbe } from '../../render/photo-probe.ts';
import { colourDistance } from './hair-palette.ts';

export type HangingHair = {
  /** Heights of the levels, m, Head, from above. */
  levelsM: readonly number[];
  /** By side: whether the photo shows the ear, and hair behind it. */
  bareEar: readonly [boolean, boolean];
  /** By side (subject's left, x > 0; right) and level: distance from the sagittal plane to hair's outline, m; 0 where none hangs. */
  reachM: readonly [Float32Array, Float32Array];
  /** Height below which the photo shows that none hangs on either side, m; null where it hangs as far as the neck or the photo goes. */
  endM: number | null;
  /** Height of the lowest level with hair on either side, m. */
  lowestM: number;
};

export type HangingInput = {
  /** Photo around the bald head, with a margin for hair. */
  probe: PhotoProbe;
  /** (H, W) of the probe: 1 where the bald head shows an ear. */
  earPixels: Uint8Array;
  /** (K, 3) sRGB [0, 1]: colours that this hair has, from its lights to its shades. */
  hairColours: Float32Array;
  /** sRGB [0, 1]. */
  skin: readonly number[];
  /** Height at which the neck ends, m. */
  bottomM: number;
  /** (K, 3) sRGB [0, 1] of the chin. */
  chinColours: Float32Array;
};

/** Levels: from the ear's top down, m. */
const TOP_M = 0.032;
const LEVEL_M = 0.004;
/** Hair that ends above this height, or is shorter, is none that hangs: side-burns, curls before an ear, m. */
const HANGS_TO_M = -0.05;
const HANGS_M = 0.02;
/** Hair begins no lower than here: the lobes. At the mouth shoulders of bowed heads begin. */
const BEGINS_M = -0.04;
/** Less than this beyond M's outline is M's own mistake, m. */
const LEAST_M = 0.007;
/** A break of more than this ends hair, m; and more where an ear may be before it. */
const BREAK_M = 0.01;
const EAR_BREAK_M = 0.022;
/** Hair reaches no further from the sagittal plane, m. */
const FARTHEST_M = 0.17;
const STEP_M = 0.001;
/** Gaps that a walk outwards steps over: between curls and neck, m. */
const GAP_M = 0.012;
/** Of the way from M to the outline so much is hair. */
const HAIR_SHARE = 0.6;
/** Distance of colours (hair-palette.ts) up to which a pixel is like one of the hair's. */
const LIKE_HAIR = 0.2;
/** What hangs lies in the shade of what is above it: its colours are these shares of those. */
const SHADES = [1, 0.7, 0.45] as const;
/** Hair widens by no more than this a metre of height; what is wider by so much more, m, are shoulders. */
const WIDENS = 0.35;
const SHOULDER_M = 0.01;
/** The person ends within this of M where hair has ended, m: M's neck may be too narrow. */
const OPEN_M = 0.012;
/** Ears of the photo are no further from M's than this, m, and end at this height. */
const EAR_M = 0.025;
const EAR_BOTTOM_M = -0.055;
/**
 * Above the first of these heights, m, an ear in hair's colour, or in the shade, stands off M by no more than EAR_M; below, down to the other, it ends:
 * there it stands off by less than the least of hair that hangs (160 portraits: ears 2 to 11 mm, hair 13 mm and more).
 */
const LOBE_M = [-0.022, -0.05] as const;
const LOBE_LEAST_M = 0.012;
/** Hair that stands off by this at the lobe, m, goes on between these heights, and widens by less than this: a bob by 7 mm (the cartoon), collars by 16 to 30. */
const LOBE_HAIR_M = 0.006;
const BELOW_LOBE_M = [-0.034, -0.058] as const;
const BELOW_WIDENS_M = 0.012;
/** Share of the chin in hair's colour from which it has a beard: beside jaws with bare ears above there is nothing else then. */
const BEARDED = 0.4;
/** Share of an ear that hair covers, from which it hides the ear. */
const EAR_HIDDEN = 0.4;
/** A photo from further aside than this shows no hair beside the far cheek, as a sine. */
const ASIDE = 0.6;

export function findHanging(input: HangingInput): HangingHair | null {
  const { probe, bottomM } = input;
  const count = Math.max(0, Math.ceil((TOP_M - bottomM) / LEVEL_M));
  const levelsM = Array.from({ length: count }, (_, k) => TOP_M - k * LEVEL_M);
  const eye = cameraCentreHead(probe.camera);
  const length = Math.hypot(eye[0]!, eye[2]!);
  // Across the line of sight and level: towards the subject's left.
  const across = [eye[2]! / length, -eye[0]! / length] as const;
  const bareEar = [isEarBare(input, 1), isEarBare(input, -1)] as const;
  const isBearded = hasBeard(input);
  const sides = [1, -1].map((side, index) => {
    if (side * across[1] > ASIDE || (isBearded && bareEar[index]!)) return chain(levelsM, []);
    const rows = levelsM.map((y) => walkOut(input, y, [side * across[0], side * across[1]]));
    return chain(levelsM, isEar(levelsM, rows) ? [] : rows);
  });
  const ends = sides.flatMap(({ endM }) => (endM === null ? [] : [endM]));
  if (ends.length === 0) return null;
  return {
    levelsM,
    bareEar,
    reachM: [sides[0]!.reachM, sides[1]!.reachM],
    endM: ends.includes(-Infinity) ? null : Math.min(...ends),
    lowestM: Math.min(...levelsM.filter((_, k) => sides.some(({ reachM }) => reachM[k]! > 0))),
  };
}

function hasBeard(input: HangingInput): boolean {
  const { chinColours } = input;
  let like = 0;
  for (let i = 0; i < chinColours.length; i += 3)
    if (isLikeHair(input, chinColours.subarray(i, i + 3))) like++;
  return 3 * like > BEARDED * chinColours.length;
}

function isEarBare(input: HangingInput, side: number): boolean {
  const { probe, earPixels } = input;
  // Ears lie at the head's origin.
  const middle = projectPoints(probe.camera, Float32Array.of(0, 0, 0));
  const edge = projectPoints(probe.camera, Float32Array.of(side, 0, 0));
  const sign = Math.sign(edge[0]! - middle[0]!);
  let [all, hidden] = [0, 0];
  for (let pixel = 0; pixel < earPixels.length; pixel++) {
    if (earPixels[pixel] === 0 || ((pixel % probe.camera.widthPx) - middle[0]!) * sign <= 0) continue;
    all++;
    if (isHair(input, pixel)) hidden++;
  }
  return hidden < EAR_HIDDEN * all;
}

/** Of one level and side: M's and hair's outline, m from the axis; how much of the person is beside M, m; `unknown` below the picture. */
type Row = { edgeM: number; outerM: number; personM: number; unknown: boolean };
/** `endM`: null without hair, −Infinity where its end is not seen. */
type Side = { reachM: Float32Array; endM: number | null };

function walkOut(input: HangingInput, y: number, direction: readonly [number, number]): Row {
  const { probe, earPixels } = input;
  const { widthPx, heightPx } = probe.camera;
  const steps = Math.round(FARTHEST_M / STEP_M);
  const points = Float32Array.from({ length: steps * 3 }, (_, i) => {
    const t = Math.floor(i / 3) * STEP_M;
    return i % 3 === 1 ? y : t * direction[i % 3 === 0 ? 0 : 1]!;
  });
  const pixels = projectPoints(probe.camera, points);
  const pixelAt = (s: number): number => {
    const [u, v] = [Math.floor(pixels[s * 3]!), Math.floor(pixels[s * 3 + 1]!)];
    return u < 0 || v < 0 || u >= widthPx || v >= heightPx ? -1 : v * widthPx + u;
  };
  if (pixelAt(0) < 0) return { edgeM: 0, outerM: 0, personM: 0, unknown: true };
  let edge = 0;
  for (let s = 0; s < steps; s++) {
    const pixel = pixelAt(s);
    if (pixel >= 0 && probe.triangleIds[pixel]! >= 0 && earPixels[pixel] === 0) edge = s;
  }
  const mayBeEar = (pixel: number): boolean =>
    earPixels[pixel] === 1 || (y > EAR_BOTTOM_M && probe.mask.values[pixel]! >= 0.5);
  let [outer, hair, ears, person] = [edge, 0, 0, 0];
  for (let s = edge + 1, gap = 0; s < steps && gap <= GAP_M / STEP_M; s++) {
    const pixel = pixelAt(s);
    if (pixel < 0) {
      // Who knows what is beside the picture?
      person = Infinity;
      break;
    }
    if (probe.mask.values[pixel]! >= 0.5) person++;
    if (isHair(input, pixel)) {
      hair++;
      outer = s;
      gap = 0;
    } else if (mayBeEar(pixel) && ears < EAR_M / STEP_M) ears++;
    else gap++;
  }
  const isMostly = hair >= HAIR_SHARE * (outer - edge - ears);
  return {
    edgeM: edge * STEP_M,
    outerM: (isMostly ? outer : edge) * STEP_M,
    personM: person * STEP_M,
    unknown: false,
  };
}

function isHair(input: HangingInput, pixel: number): boolean {
  const { mask, colour } = input.probe;
  return mask.values[pixel]! >= 0.5 && isLikeHair(input, colour.values.subarray(pixel * 3, pixel * 3 + 3));
}

function isLikeHair({ hairColours, skin }: HangingInput, colour: Float32Array): boolean {
  const near = Math.min(LIKE_HAIR, colourDistance(colour, skin));
  for (let k = 0; k < hairColours.length; k += 3) {
    for (const shade of SHADES) {
      const like = [0, 1, 2].map((c) => shade * hairColours[k + c]!);
      if (colourDistance(colour, like) < near) return true;
    }
  }
  return false;
}

/** Whether what looks like hair is an ear, so that what begins below it is a collar, or the jaw in the shade. */
function isEar(levelsM: readonly number[], rows: readonly Row[]): boolean {
  const known = rows.map(({ edgeM, outerM, unknown }, k) => ({
    y: levelsM[k]!,
    offM: unknown ? Infinity : outerM - edgeM,
  }));
  const most = Math.max(...known.filter(({ y }) => y > LOBE_M[0]).map(({ offM }) => offM));
  const atLobe = known.filter(({ y }) => y <= LOBE_M[0] && y >= LOBE_M[1]).map(({ offM }) => offM);
  const below = known.filter(({ y }) => y <= BELOW_LOBE_M[0] && y >= BELOW_LOBE_M[1]).map(({ offM }) => offM);
  const least = Math.min(...atLobe);
  const goesOn =
    least >= LOBE_HAIR_M && Math.min(...below) >= LOBE_LEAST_M && below.at(-1)! - below[0]! < BELOW_WIDENS_M;
  return most <= EAR_M && least < LOBE_LEAST_M && !goesOn;
}

/** The first run of levels that hangs low enough. */
function chain(levelsM: readonly number[], rows: readonly Row[]): Side {
  // What an ear of the photo hides may be hair.
  const isHidden = (k: number): boolean => levelsM[k]! > EAR_BOTTOM_M && rows[k]!.personM >= LEAST_M;
  for (let k = 0; k < rows.length && (levelsM[k]! >= BEGINS_M || isHidden(k)); k++) {
    if (rows[k]!.outerM - rows[k]!.edgeM < LEAST_M) continue;
    const { side, last } = follow(levelsM, rows, k);
    if (levelsM[last]! <= HANGS_TO_M && levelsM[k]! - levelsM[last]! >= HANGS_M) return side;
    k = last;
  }
  return { reachM: new Float32Array(levelsM.length), endM: null };
}

/** Down from the level `first` to the `last` one that shows the same hair. */
function follow(
  levelsM: readonly number[],
  rows: readonly Row[],
  first: number,
): { side: Side; last: number } {
  const reachM = new Float32Array(levelsM.length);
  let [last, reach] = [first, rows[first]!.outerM];
  let hasEnded = false;
  for (let k = first; k < rows.length; k++) {
    const { edgeM, outerM, unknown } = rows[k]!;
    const limit = reach + WIDENS * (k - last) * LEVEL_M;
    const isShoulder = outerM > limit + SHOULDER_M;
    if (isShoulder && levelsM[first]! - levelsM[k]! < HANGS_M) break;
    if (unknown || isShoulder) reachM[k] = reach;
    else if (outerM - edgeM >= LEAST_M) {
      reach = Math.min(outerM, limit);
      // A level or two without are a gap in the picture, not the end.
      for (let between = last; between <= k; between++) reachM[between] = Math.max(reachM[between]!, reach);
    } else if ((k - last) * LEVEL_M > (levelsM[k]! > EAR_BOTTOM_M ? EAR_BREAK_M : BREAK_M)) {
      hasEnded = rows.slice(last + 1, k + 1).every(({ personM }) => personM < OPEN_M);
      break;
    } else continue;
    last = k;
  }
  return { side: { reachM, endM: hasEnded ? levelsM[last]! : -Infinity }, last };
}
