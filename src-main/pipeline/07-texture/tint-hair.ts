/**
 * Brings hair that only views show to the tint of the photo's.
 *
 * In: what photo and views show of the N vertices of the hair's mesh. Out: (3) factor on the sRGB colours of what views did not
 * carry over from the photo. A view network knows hair as brown or black: behind a grey or ash-blond front it
 * painted a red-brown back. Medians over all hair that each shows; strands, fall of light and shadows stay the views'.
 */

/** Weight from which a vertex is hair, is seen by the photo, and share of the photo up to which a colour is the views' own. */
const SURE = 0.5;
const CARRIED_MAX = 0.2;
/** Vertices that make a median. */
const LEAST = 40;
/** The photo's hair is lit from the front: so much of its difference in brightness is taken over, and at most this in ln. */
const LIGHT_SHARE = 0.4;
const LIGHT_MAX = 0.5;
/** Keeps the logarithm of black finite, and its noise from becoming a tint. */
const BLACK = 0.03;

export type ShownHair = {
  /** (N) how surely a vertex is hair. */
  isHair: Float32Array;
  photo: { colours: Float32Array; weights: Float32Array };
  shown: Float32Array;
  seen: Uint8Array;
  carried: Float32Array;
};

export function tintHair({ isHair, photo, shown, seen, carried }: ShownHair): [number, number, number] {
  const hair = [...isHair.keys()].filter((v) => isHair[v]! > SURE);
  const front = hair.filter((v) => photo.weights[v]! > SURE);
  const back = hair.filter((v) => seen[v] === 1 && carried[v]! < CARRIED_MAX && photo.weights[v]! < SURE);
  if (front.length < LEAST || back.length < LEAST) return [1, 1, 1];
  const [ofPhoto, ofViews] = [medianTone(photo.colours, front), medianTone(shown, back)];
  const light = LIGHT_SHARE * (ofPhoto.light - ofViews.light);
  const kept = Math.min(LIGHT_MAX, Math.max(-LIGHT_MAX, light));
  return [0, 1, 2].map((c) => Math.exp(kept + ofPhoto.tint[c]! - ofViews.tint[c]!)) as [
    number,
    number,
    number,
  ];
}

/** Medians of ln brightness, and of each channel's ln against it: highlights are paler than the hair is. */
function medianTone(colours: Float32Array, vertices: readonly number[]): { light: number; tint: number[] } {
  const logs = vertices.map((v) => [0, 1, 2].map((c) => Math.log(colours[v * 3 + c]! + BLACK)));
  const lights = logs.map((log) => (log[0]! + log[1]! + log[2]!) / 3);
  const tint = [0, 1, 2].map((c) => median(logs.map((log, k) => log[c]! - lights[k]!)));
  return { light: median(lights), tint };
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1]!;
}
