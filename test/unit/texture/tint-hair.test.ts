import { describe, expect, it } from 'vitest';
import { tintHair } from '../../../src-main/pipeline/07-texture/tint-hair.ts';

/** Half of the hair in the photo, half in views; every fourth of the photo's is a pale highlight. */
const hairOf = (front: readonly number[], back: readonly number[], count = 200) => {
  const isFront = (v: number): boolean => v % 2 === 0;
  const paint = (colour: (v: number) => readonly number[]): Float32Array =>
    Float32Array.from({ length: count * 3 }, (_, i) => colour(Math.floor(i / 3))[i % 3]!);
  return {
    isHair: new Float32Array(count).fill(1),
    photo: {
      colours: paint((v) => (v % 8 === 0 ? [0.95, 0.95, 0.95] : front)),
      weights: Float32Array.from({ length: count }, (_, v) => (isFront(v) ? 1 : 0)),
    },
    shown: paint((v) => (isFront(v) ? front : back)),
    seen: new Uint8Array(count).fill(1),
    carried: Float32Array.from({ length: count }, (_, v) => (isFront(v) ? 1 : 0)),
  };
};

describe('hair that only views show', () => {
  it('gets the tint of the photo’s, and a part of its brightness', () => {
    const [grey, red] = [
      [0.3, 0.3, 0.3],
      [0.25, 0.12, 0.08],
    ];
    const after = tintHair(hairOf(grey, red)).map((factor, c) => factor * red[c]!);
    const [most, least] = [Math.max(...after), Math.min(...after)];
    expect(most / least).toBeLessThan(1.35);
    expect(least).toBeGreaterThan(0.13);
    expect(most).toBeLessThan(0.3);
  });

  it('stays as it is where both agree, and where too little is seen to know', () => {
    const brown = [0.3, 0.2, 0.1];
    tintHair(hairOf(brown, brown)).forEach((factor) => expect(factor).toBeCloseTo(1, 5));
    expect(tintHair(hairOf([0.3, 0.3, 0.3], brown, 30))).toEqual([1, 1, 1]);
  });
});
