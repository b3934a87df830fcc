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

/** All 0 with too few teachers. */
export function skinLikeness(
  colours: Float32Array,
  seen: Float32Array,
  teachers: readonly number[],
): Float32Array {
  if (teachers.length < TEACHERS_MIN) return new Float32Array(seen.length);
  const features = [0, 1, 2].map((k) => Float32Array.from(seen, (_, i) => feature(colours, i, k)));
  const model = features.map((values, k) => {
    const sorted = Float32Array.from(teachers, (i) => values[i]!).sort();
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
    // Half of the distance between these quantiles is the standard deviation of a normal distribution.
    const spread = Math.max(SPREADS[k]!, (at(0.84) - at(0.16)) / 2);
    return { median: at(0.5), spread: Math.min(SPREADS_MAX[k]!, spread) };
  });
  return seen.map((weight, i) => {
    if (weight === 0) return 0;
    let square = 0;
    model.forEach(({ median, spread }, k) => (square += ((features[k]![i]! - median) / spread) ** 2));
    return smoothstep(LIKENESS[0], LIKENESS[1], Math.exp(-square / 4));
  });
}

function feature(colours: Float32Array, i: number, which: number): number {
  const [red, green, blue] = [0, 1, 2].map((c) => colours[i * 3 + c]! + BLACK) as [number, number, number];
  if (which === 2) return Math.log(red + green + blue);
  return Math.log((which === 0 ? red : blue) / green);
}
