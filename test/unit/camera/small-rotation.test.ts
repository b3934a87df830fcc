import { expect, test } from 'vitest';
import { smallRotation } from '../../../src-main/camera/small-rotation.ts';

const turn = (R: Float64Array, p: readonly number[]): number[] =>
  [0, 1, 2].map((row) => R[row * 3]! * p[0]! + R[row * 3 + 1]! * p[1]! + R[row * 3 + 2]! * p[2]!);

test.each([
  [0, 0, 0],
  [0.02, -0.01, 0.03],
  [1.5, 2, -0.7],
])('(%d, %d, %d) gives a proper rotation about that axis by 2·atan(θ/2)', (...step) => {
  const R = smallRotation(...step);
  const rows = [0, 3, 6].map((at) => [...R.subarray(at, at + 3)]);
  rows.forEach((row, i) => {
    turn(R, row).forEach((product, k) => expect(product).toBeCloseTo(i === k ? 1 : 0, 12));
  });
  const [a, b, c] = rows as [number[], number[], number[]];
  const cross = [0, 1, 2].map((k) => a[(k + 1) % 3]! * b[(k + 2) % 3]! - a[(k + 2) % 3]! * b[(k + 1) % 3]!);
  cross.forEach((value, k) => expect(value).toBeCloseTo(c[k]!, 12));
  turn(R, step).forEach((value, k) => expect(value).toBeCloseTo(step[k]!, 12));
  const angle = 2 * Math.atan(Math.hypot(...step) / 2);
  expect(R[0]! + R[4]! + R[8]!).toBeCloseTo(1 + 2 * Math.cos(angle), 12);
});

test('turns as the right hand does', () => {
  const a = 2 * Math.atan(0.1);
  const expected = [
    [Math.cos(a), Math.sin(a), 0],
    [0, Math.cos(a), Math.sin(a)],
    [Math.sin(a), 0, Math.cos(a)],
  ];
  const turned = [
    turn(smallRotation(0, 0, 0.2), [1, 0, 0]),
    turn(smallRotation(0.2, 0, 0), [0, 1, 0]),
    turn(smallRotation(0, 0.2, 0), [0, 0, 1]),
  ];
  turned.flat().forEach((value, i) => expect(value).toBeCloseTo(expected.flat()[i]!, 12));
});
