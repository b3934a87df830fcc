import { expect, test } from 'vitest';
import { widenHalves } from '../../../src-main/tensor/halves.ts';

test('all 65,536 halves have the bits that Float16Array gives them', () => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const expected = new Uint32Array(new Float32Array(new Float16Array(halves.buffer)).buffer);
  expect(new Uint32Array(widenHalves(halves).buffer)).toEqual(expected);
});

test('zeros with their sign, the smallest and the largest, infinities and no number', () => {
  const values = widenHalves(Uint16Array.of(0, 0x8000, 1, 0x83ff, 0x0400, 0xfbff, 0x7c00, 0xfc00, 0x7c01));
  expect([...values]).toEqual([
    0,
    -0,
    2 ** -24,
    -1023 * 2 ** -24,
    2 ** -14,
    -65504,
    Infinity,
    -Infinity,
    NaN,
  ]);
});
