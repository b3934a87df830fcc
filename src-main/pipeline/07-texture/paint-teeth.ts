/**
 * Colours of one row of teeth, where no photo shows them: crowns in the colour of those that it does show, gums beyond.
 *
 * In: vertices of the row with the photo's colours and weights. Out: a colour for every vertex by its share of the row's
 * height there, from the biting edge on. The template's rows are crowns and gums in one; the paper has no teeth at all.
 */
import { partColour } from '../../render/part-colours.ts';
import { smoothstep } from '../../render/photo-probe.ts';

export type TeethInput = {
  positionsHead: Float32Array;
  /** Vertex indices of the row. */
  vertices: readonly number[];
  /** The biting edge is the lower one. */
  isUpper: boolean;
  /** (N, 3) sRGB and (N) weights of the photo. */
  colours: Float32Array;
  weights: Float32Array;
};

/** Share of the row's height at which crowns end, and gums are all there is: at 0.53 to 0.62 of the template's rows the teeth's necks lie. */
const NECK = [0.5, 0.62] as const;
/** The row's edges at a place are those of vertices within this share of its width. */
const NEAR = 0.06;
/** Photo weight from which a vertex teaches; fewer vertices than TEACHERS_MIN teach nothing. */
const SEEN = 0.5;
const TEACHERS_MIN = 8;
/** Red over green, and brightness (mean of sRGB), that crowns have; the photo's lips and shadows lie on the row as well. */
const RED_MAX = 1.35;
const BRIGHT_MIN = 0.35;
/** Gums in the half shade of lips, picked by eye as those of part-colours.ts. */
const GUMS_SRGB = [152 / 255, 86 / 255, 82 / 255] as const;

/** Returns (vertices.length, 3) sRGB. */
export function paintTeeth(input: TeethInput): Float32Array {
  const { positionsHead: p, vertices, isUpper } = input;
  const crown = learnCrown(input);
  const xs = vertices.map((v) => p[v * 3]!);
  const reachM = NEAR * (Math.max(...xs) - Math.min(...xs));
  const out = new Float32Array(vertices.length * 3);
  vertices.forEach((v, k) => {
    let [low, high] = [Infinity, -Infinity];
    for (const other of vertices) {
      if (Math.hypot(p[other * 3]! - p[v * 3]!, p[other * 3 + 2]! - p[v * 3 + 2]!) > reachM) continue;
      low = Math.min(low, p[other * 3 + 1]!);
      high = Math.max(high, p[other * 3 + 1]!);
    }
    const fromEdge = isUpper ? p[v * 3 + 1]! - low : high - p[v * 3 + 1]!;
    const gums = smoothstep(NECK[0], NECK[1], fromEdge / Math.max(high - low, 1e-6));
    for (let c = 0; c < 3; c++) out[k * 3 + c] = crown[c]! + gums * (GUMS_SRGB[c]! - crown[c]!);
  });
  return out;
}

/** Median of what the photo shows of crowns, towards the plain colour: those behind lie in the shade. */
function learnCrown({ vertices, colours, weights }: TeethInput): readonly number[] {
  const plain = partColour('teeth')!;
  const seen = vertices.filter((v) => {
    const [r, g, b] = colours.subarray(v * 3, v * 3 + 3) as unknown as [number, number, number];
    return weights[v]! > SEEN && r < RED_MAX * g && (r + g + b) / 3 > BRIGHT_MIN;
  });
  if (seen.length < TEACHERS_MIN) return plain;
  return plain.map((value, c) => {
    const sorted = Float32Array.from(seen, (v) => colours[v * 3 + c]!).sort();
    return (value + 2 * sorted[sorted.length >> 1]!) / 3;
  });
}
