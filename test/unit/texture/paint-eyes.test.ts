import { describe, expect, it } from 'vitest';
import { makeUvSphere } from '../../../src-main/mesh/primitives.ts';
import { paintEye } from '../../../src-main/pipeline/07-texture/paint-eyes.ts';

describe('paintEye', () => {
  /** Two eyeballs side by side: (2n, 3). */
  const ball = makeUvSphere(0.012, 40, 60).positionsHead;
  const count = ball.length / 3;
  const positionsHead = new Float32Array([
    ...ball,
    ...ball.map((value, i) => (i % 3 === 0 ? value + 0.06 : value)),
  ]);
  const vertices = Array.from({ length: count }, (_, i) => i);
  const twin = vertices.map((i) => i + count);
  const angle = (i: number): number =>
    Math.atan2(Math.hypot(ball[i * 3]!, ball[i * 3 + 1]!), ball[i * 3 + 2]!);
  /** Black pupil, blue iris, light white. */
  const truth = (i: number): number[] =>
    angle(i) < 0.16 ? [0.05, 0.05, 0.05] : angle(i) < 0.5 ? [0.2, 0.3, 0.6] : [0.88, 0.86, 0.84];
  const colours = new Float32Array([...vertices, ...vertices].flatMap(truth));
  /** Lids leave a slit of ± 3.5 mm. */
  const isOpen = (i: number): boolean => Math.abs(ball[i * 3 + 1]!) < 0.0035 && ball[i * 3 + 2]! > 0.006;
  const weightsOf = (left: boolean, right: boolean): Float32Array =>
    Float32Array.from([...vertices, ...twin], (i) =>
      Number(i < count ? left && isOpen(i) : right && isOpen(i - count)),
    );

  it.each([
    ['its own', true, false],
    ['the other eye’s', false, true],
  ])('continues the iris under the lid from %s seen part and makes the rest white', (_, left, right) => {
    const painted = paintEye({ positionsHead, vertices, twin, colours, weights: weightsOf(left, right) });
    for (const i of vertices) {
      // Two rings around each edge are a mixture by design.
      if (Math.abs(angle(i) - 0.16) < 0.11 || Math.abs(angle(i) - 0.5) < 0.22) continue;
      truth(i).forEach((value, c) =>
        expect(Math.abs(painted[i * 3 + c]! - value), `angle ${angle(i)}`).toBeLessThan(0.06),
      );
    }
  });

  it('has a brown iris and a dark pupil when the photo shows neither eye', () => {
    const painted = paintEye({ positionsHead, vertices, twin, colours, weights: weightsOf(false, false) });
    for (const i of vertices) {
      const [red, green, blue] = painted.subarray(i * 3, i * 3 + 3);
      if (angle(i) < 0.08) expect(red).toBeLessThan(0.1);
      else if (angle(i) > 0.3 && angle(i) < 0.4)
        expect([red! > green!, green! > blue!, red! < 0.4]).toEqual([true, true, true]);
      else if (angle(i) > 0.75) expect(Math.min(red!, green!, blue!)).toBeGreaterThan(0.75);
    }
  });
});
