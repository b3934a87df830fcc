/**
 * How much colours look like the skin of one person.
 * in: (N, 3) sRGB in [0, 1], (N) weights (0 = no colour is known), which of them are surely skin → out: (N) in [0, 1].
 * Skin is a normal distribution of ln(R/G), ln(B/G) and ln(brightness), by medians and quantiles, so that brows, lips and
 * highlights among the teachers do not matter. Hair, cloth and background differ in tint or are much darker.
 */
import { smoothstep } from './photo-probe.ts';

/** Least spread of skin in the three: shade on a face is most of the last. */
const SPREADS = [0.07, 0.07, 0.45] as const;
/** … and the most: a face half in the dark teaches nothing about how dark skin is. */
const SPREADS_MAX = [0.14, 0.14, 0.6] as const;
/** Fewer teach no colour of skin. */
const TEACHERS_MIN = 50;
/** Keeps logarithms of black finite: four grades of 255. */
const BLACK = 4 / 255;
/** exp(−d²/4) at which a colour begins to count as skin's, and fully: 3 and 1.8 standard deviations. */
const LIKENESS = [0.1, 0.45] as const;

/** [0, 1]: how much an sRGB colour looks like those that taught it. */
export type Tint = (red: number, green: number, blue: number) => number;

/** All 0 with too few teachers. */
export function skinLikeness(
  colours: Float32Array,
  seen: Float32Array,
  teachers: readonly number[],
): Float32Array {
  const tint = learnTint(colours, teachers);
  if (tint === null) return new Float32Array(seen.length);
  return seen.map((weight, i) =>
    weight === 0 ? 0 : tint(colours[i * 3]!, colours[i * 3 + 1]!, colours[i * 3 + 2]!),
  );
}

/** The tint of rows `teachers` of colours (N, 3); null with too few. Hair is learnt just as well, by its own colours. */
export function learnTint(colours: Float32Array, teachers: readonly number[]): Tint | null {
  const distance = learnTintDistance(colours, teachers);
  if (distance === null) return null;
  return (red, green, blue) =>
    smoothstep(LIKENESS[0], LIKENESS[1], Math.exp(-distance(red, green, blue) / 4));
}

/** The same as a squared distance in standard deviations: it still orders what is like neither of two tints. */
export function learnTintDistance(colours: Float32Array, teachers: readonly number[]): Tint | null {
  if (teachers.length < TEACHERS_MIN) return null;
  const rows = teachers.map((i) => features(colours[i * 3]!, colours[i * 3 + 1]!, colours[i * 3 + 2]!));
  const model = [0, 1, 2].map((k) => {
    const sorted = Float32Array.from(rows, (row) => row[k]!).sort();
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
    // Half of the distance between these quantiles is the standard deviation of a normal distribution.
    const spread = Math.max(SPREADS[k]!, (at(0.84) - at(0.16)) / 2);
    return { median: at(0.5), spread: Math.min(SPREADS_MAX[k]!, spread) };
  });
  return (red, green, blue) => {
    const row = features(red, green, blue);
    let square = 0;
    for (let k = 0; k < 3; k++) square += ((row[k]! - model[k]!.median) / model[k]!.spread) ** 2;
    return square;
  };
}

function features(red: number, green: number, blue: number): [number, number, number] {
  return [
    Math.log((red + BLACK) / (green + BLACK)),
    Math.log((blue + BLACK) / (green + BLACK)),
    Math.log(red + green + blue + 3 * BLACK),
  ];
}
