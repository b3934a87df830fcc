import { describe, expect, it } from 'vitest';
import {
  addOuterProducts,
  POINTS_AT_ONCE,
  startOuterProducts,
} from '../../../src-main/tensor/outer-products.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

/** The same sum by plain loops, in the order that the kernel promises. */
function addPlainly(sum: Float64Array, size: number, rows: Float64Array[], weights: number[]): void {
  const [u, v, d] = rows as [Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < size; i++) {
    const [a, b, c] = [u[i]! * weights[0]!, v[i]! * weights[1]!, d[i]! * weights[2]!];
    for (let j = 0; j <= i; j++) sum[i * size + j]! += a * u[j]! + b * v[j]! + c * d[j]!;
  }
}

describe('outer products', () => {
  it.each([1, 4, 7, 8, 30, 156, 301])('are those of plain loops to the bit, %i parameters', (size) => {
    const seed = Uint32Array.of(6, 2, 8, size);
    const random = createSeededRandom(seed);
    const expected = new Float64Array(size * size);
    const products = startOuterProducts(size);
    const { plain, weighted, stride } = products;
    for (const points of [POINTS_AT_ONCE, 3, 0]) {
      for (let point = 0; point < points; point++) {
        const rows = [0, 1, 2].map(() => Float64Array.from({ length: size }, () => random() - 0.5));
        const weights = [random(), random(), random()];
        addPlainly(expected, size, rows, weights);
        rows.forEach((row, k) => {
          plain.set(row, (point * 3 + k) * stride);
          weighted.set(
            row.map((value) => value * weights[k]!),
            (point * 3 + k) * stride,
          );
        });
      }
      addOuterProducts(products, points);
    }
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++)
        expect(products.sum[i * stride + j], `(${i}, ${j}), seed ${seed}`).toBe(expected[i * size + j]);
    }
  });

  it('start anew with zeros, also after a larger sum', () => {
    const large = startOuterProducts(200);
    large.plain.fill(1);
    large.weighted.fill(1);
    addOuterProducts(large, POINTS_AT_ONCE);
    const small = startOuterProducts(5);
    expect(new Set(small.sum)).toEqual(new Set([0]));
    expect(new Set(small.plain)).toEqual(new Set([0]));
  });
});
