/**
 * The light of the photo on the skin, to be taken out of its colours.
 * in: unit normals (N, 3), sRGB colours (N, 3), weights (N; only skin that the photo sees) → out: (N) ln of the shading in
 * linear light, mean 0 over what was weighed; 0 everywhere when too little was seen.
 * Irradiance from far lights is a polynomial of second degree in the normal (nine spherical harmonics: Ramamoorthi &
 * Hanrahan 2001). It is fitted to the brightness of skin, which differs little over a face; lips, brows and highlights are
 * outliers and lose weight in three rounds. Cast shadows are no function of the normal: they stay.
 */
import type { Points } from '../../camera/frames.ts';

const TERMS = 9;
const ROUNDS = 3;
/** Relative error at which a colour counts half from the second round on. */
const DOUBT = 0.15;
/** Ridge per unit of weight on all terms but the constant: keeps normals that the photo does not see near the mean. */
const RIDGE = 0.01;
/** Fewer vertices say nothing about light. */
const LEAST_WEIGHT = 100;
/** A face in hard light is brighter and darker than its mean by at most this factor. */
const FACTORS = [0.3, 2.5] as const;

export function estimateShading(
  normals: Points<'Head'>,
  colours: Float32Array,
  weights: Float32Array,
): Float32Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum < LEAST_WEIGHT) return new Float32Array(weights.length);
  const brightness = Float32Array.from(weights, (_, i) => linearBrightness(colours, i));
  const terms = new Float64Array(TERMS);
  let trust = weights;
  let light: Float64Array = new Float64Array(TERMS);
  for (let round = 0; round < ROUNDS; round++) {
    light = fitLight(normals, brightness, trust);
    trust = weights.map((weight, i) => {
      if (weight === 0) return 0;
      const fitted = shade(light, normals, i, terms);
      return weight / (1 + ((brightness[i]! - fitted) / (DOUBT * Math.max(fitted, 0.02))) ** 2);
    });
  }
  let mean = 0;
  weights.forEach((weight, i) => (mean += (weight / sum) * Math.max(shade(light, normals, i, terms), 1e-3)));
  return Float32Array.from(weights, (_, i) => {
    const factor = shade(light, normals, i, terms) / mean;
    return Math.log(Math.min(Math.max(factor, FACTORS[0]), FACTORS[1]));
  });
}

function shade(light: Float64Array, normals: Points<'Head'>, i: number, terms: Float64Array): number {
  writeTerms(normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!, terms);
  return terms.reduce((sum, term, k) => sum + term * light[k]!, 0);
}

/** Real spherical harmonics up to degree 2 without their constants, which the fit absorbs. */
function writeTerms(x: number, y: number, z: number, out: Float64Array): void {
  out.set([1, x, y, z, x * y, y * z, x * z, x * x - y * y, 3 * z * z - 1]);
}

/** Weighted least squares with a ridge, by elimination. */
function fitLight(normals: Points<'Head'>, values: Float32Array, weights: Float32Array): Float64Array {
  const width = TERMS + 1;
  const rows = Array.from({ length: TERMS }, () => new Float64Array(width));
  const terms = new Float64Array(TERMS);
  let total = 0;
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    total += weight;
    writeTerms(normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!, terms);
    for (let a = 0; a < TERMS; a++) {
      const row = rows[a]!;
      for (let b = 0; b < TERMS; b++) row[b] = row[b]! + weight * terms[a]! * terms[b]!;
      row[TERMS] = row[TERMS]! + weight * terms[a]! * values[i]!;
    }
  });
  // Symmetric and positive by the ridge: no pivoting is needed.
  for (let a = 1; a < TERMS; a++) rows[a]![a] = rows[a]![a]! + RIDGE * total;
  for (let a = 0; a < TERMS; a++) {
    const pivot = rows[a]!;
    for (let b = 0; b < TERMS; b++) {
      if (b === a) continue;
      const row = rows[b]!;
      const factor = row[a]! / pivot[a]!;
      for (let k = a; k < width; k++) row[k] = row[k]! - factor * pivot[k]!;
    }
  }
  return Float64Array.from(rows, (row, a) => row[TERMS]! / row[a]!);
}

/** Relative luminance (Rec. 709); gamma 2.2 stands for the exact curve. */
function linearBrightness(colours: Float32Array, i: number): number {
  const linear = (c: number): number => Math.max(colours[i * 3 + c]!, 0) ** 2.2;
  return 0.2126 * linear(0) + 0.7152 * linear(1) + 0.0722 * linear(2);
}
