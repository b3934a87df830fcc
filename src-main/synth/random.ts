/** Seeded draws in the shapes that random people need. */
import { createSeededRandom } from '../tensor/seeded-random.ts';

export type Draw = {
  /** Uniform in [from, to). */
  uniform(from: number, to: number): number;
  /** Normal with mean 0 and the given standard deviation (Box–Muller). */
  normal(sigma: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** An index with probability proportional to its weight. */
  weighted(weights: readonly number[]): number;
  /** Beta(a, b) for a, b ≤ 1 and more, by Jöhnk's method. */
  beta(a: number, b: number): number;
};

/** Stream `stream` of head `index`: what one part of a head draws does not move another part. */
export function createDraw(seed: number, index: number, stream: number): Draw {
  const next = createSeededRandom(Uint32Array.of(seed, index, stream, 0x5eed));
  const uniform = (from: number, to: number): number => from + (to - from) * next();
  return {
    uniform,
    normal: (sigma) => sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (p) => next() < p,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    weighted(weights) {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      const found = weights.findIndex((weight) => (left -= weight) < 0);
      return found < 0 ? weights.length - 1 : found;
    },
    beta(a, b) {
      for (;;) {
        const x = next() ** (1 / a);
        const y = next() ** (1 / b);
        if (x + y > 0 && x + y <= 1) return x / (x + y);
      }
    },
  };
}
