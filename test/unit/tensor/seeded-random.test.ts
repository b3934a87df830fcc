import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

/** sfc32 as PractRand defines it, in BigInt arithmetic: slow and plainly right. */
function* referenceSfc32(seed: readonly number[]): Generator<number> {
  const word = (value: bigint): bigint => value & 0xffffffffn;
  let [a, b, c, counter] = seed.map(BigInt) as [bigint, bigint, bigint, bigint];
  for (;;) {
    const sum = word(a + b + counter);
    counter = word(counter + 1n);
    a = b ^ (b >> 9n);
    b = word(c + word(c << 3n));
    c = word(word((c << 21n) | (c >> 11n)) + sum);
    yield Number(sum);
  }
}

test('draws what the reference draws, behind 12 rounds of warm-up', () => {
  for (const seed of [
    [0, 0, 0, 1],
    [1, 2, 3, 4],
    [0xffffffff, 0x80000000, 0x7fffffff, 0xdeadbeef],
  ]) {
    const reference = referenceSfc32(seed);
    for (let i = 0; i < 12; i++) reference.next();
    const random = createSeededRandom(Uint32Array.from(seed));
    for (let i = 0; i < 1000; i++) expect(random() * 2 ** 32).toBe(reference.next().value);
  }
});

test('is uniform: mean, variance and 16 bins of 64,000 draws', () => {
  const random = createSeededRandom(Uint32Array.of(1, 2, 3, 4));
  const count = 64_000;
  const bins = new Array<number>(16).fill(0);
  let inRange = true;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = random();
    inRange &&= value >= 0 && value < 1;
    bins[Math.floor(value * 16)]! += 1;
    sum += value;
    squares += value * value;
  }
  expect(inRange).toBe(true);
  const mean = sum / count;
  // Five standard errors: 5 / √(12 · 64000) = 0.0057.
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.0057);
  expect(Math.abs(squares / count - mean * mean - 1 / 12)).toBeLessThan(0.002);
  const chiSquare = bins.reduce((total, n) => total + (n - count / 16) ** 2 / (count / 16), 0);
  // 15 degrees of freedom: 99.99 % of fair generators stay below 44.3.
  expect(chiSquare).toBeLessThan(44.3);
});

test('refuses a seed of the wrong size', () => {
  expect(() => createSeededRandom(Uint32Array.of(1))).toThrow(/4 seed words, got 1/);
});
