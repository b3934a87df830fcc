/**
 * A small, fast, seeded generator: sfc32 (Chris Doty-Humphrey's "Small Fast Counting" generator of PractRand, 128-bit
 * state, period ≥ 2^32, passes PractRand and TestU01 BigCrush).
 * in: (4) uint32 seed words → out: a function that draws uniformly from [0, 1), 32 bits a draw.
 * Why not Math.random: it cannot be seeded, and "same photo, settings, seed → same bytes" is a promise of the studio.
 */

/** PractRand discards 12 rounds after seeding, so that similar seeds do not start alike. */
const WARM_UP_ROUNDS = 12;

export function createSeededRandom(seed: Uint32Array): () => number {
  if (seed.length !== 4) throw new TypeError(`sfc32 takes 4 seed words, got ${seed.length}`);
  let a = seed[0]! | 0;
  let b = seed[1]! | 0;
  let c = seed[2]! | 0;
  let counter = seed[3]! | 0;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) draw();
  return draw;
}
