/** A few numbers that stand for an output: how many values, the largest magnitude, and values spread over all of it. */
export type GoldenSamples = { count: number; largest: number; values: number[] };

const MAX_SAMPLES = 24;

export function sampleOutput(values: Float32Array): GoldenSamples {
  const samples = Math.min(MAX_SAMPLES, values.length);
  return {
    count: values.length,
    largest: values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    values: Array.from({ length: samples }, (_, k) => values[sampleIndex(k, samples, values.length)]!),
  };
}

/** Odd steps, so that the samples fall on different channels and coordinates. */
function sampleIndex(k: number, samples: number, count: number): number {
  return Math.floor(((k + 0.5) * count) / samples + 7 * k) % count;
}
