import { describe, expect, it } from 'vitest';
import { solveConjugateGradient } from '../../../src-main/tensor/conjugate-gradient.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const SEED = 7;

describe(`solveConjugateGradient (seed ${SEED})`, () => {
  const random = createSeededRandom(Uint32Array.of(SEED, 0, 0, 0));

  it('finds the x that b was made from, in at most n steps and a few for rounding', () => {
    const n = 40;
    const root = Array.from({ length: n }, () => Array.from({ length: n }, () => random() - 0.5));
    // A = RᵀR + I, badly scaled by row and column.
    const scale = root.map((_, i) => 1 + (i % 7));
    const matrix = root.map((_, i) =>
      root.map(
        (_, j) =>
          scale[i]! * scale[j]! * (root.reduce((s, row) => s + row[i]! * row[j]!, 0) + Number(i === j)),
      ),
    );
    const apply = (x: Float64Array, out: Float64Array): void =>
      matrix.forEach((row, i) => (out[i] = row.reduce((sum, value, j) => sum + value * x[j]!, 0)));
    const truth = Float64Array.from({ length: n }, () => random() * 4 - 2);
    const b = new Float64Array(n);
    apply(truth, b);
    const diagonal = Float64Array.from(matrix, (row, i) => row[i]!);
    const x = new Float64Array(n);
    const steps = solveConjugateGradient({ apply, diagonal, b }, x, { tolerance: 1e-10, maxSteps: 2 * n });
    expect(steps).toBeLessThanOrEqual(n + 5);
    x.forEach((value, i) => expect(value).toBeCloseTo(truth[i]!, 6));
    // A first guess that is right takes no step.
    expect(solveConjugateGradient({ apply, diagonal, b }, x, { tolerance: 1e-9, maxSteps: 9 })).toBe(0);
  });
});
