import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { evenLimb } from '../../../src-main/pipeline/07-texture/even-limb.ts';

/** A ball seen from +Z: the photo ends at the side, views show what lies behind. */
describe('the sides of the face', () => {
  const radiusM = 0.09;
  const ball = makeIcosphere(radiusM, 5);
  const count = ball.positionsHead.length / 3;
  const graph = buildVertexGraph(ball);
  const skin = [0.8, 0.6, 0.5] as const;
  const cosines = Float32Array.from({ length: count }, (_, v) => ball.positionsHead[v * 3 + 2]! / radiusM);
  const isStained = (v: number): boolean =>
    ball.positionsHead[v * 3]! > 0 && Math.abs(cosines[v]! - 0.25) < 0.08;
  const evenWith = (stain: readonly number[], bald = new Float32Array(count).fill(1)): number[][] => {
    const plain = Float32Array.from({ length: count * 3 }, (_, i) => skin[i % 3]!);
    const colours = plain.map((value, i) => value * (isStained(Math.floor(i / 3)) ? stain[i % 3]! : 1));
    const weights = cosines.map((cosine) => (cosine > 0.1 ? 1 : 0));
    const factors = evenLimb({
      graph,
      positionsHead: ball.positionsHead,
      cosines,
      photo: { colours, weights },
      shown: plain,
      seen: new Uint8Array(count).fill(1),
      carried: weights,
      belowHair: new Float32Array(count).fill(1),
      bald,
      lend: new Float32Array(count).fill(1),
    });
    return [...Array(count).keys()].map((v) =>
      [0, 1, 2].map((c) => (factors[v * 3 + c]! * colours[v * 3 + c]!) / skin[c]!),
    );
  };
  const middle = [...Array(count).keys()].filter((v) => {
    const [x, y] = [ball.positionsHead[v * 3]!, ball.positionsHead[v * 3 + 1]!];
    return x > 0 && Math.abs(y) < 0.03 && Math.abs(cosines[v]! - 0.25) < 0.03;
  });

  it('lose a dark stain and a bluish one', () => {
    expect(middle.length).toBeGreaterThan(5);
    for (const stain of [
      [0.7, 0.7, 0.7],
      [0.8, 0.9, 1.2],
    ]) {
      const after = evenWith(stain);
      for (const v of middle) after[v]!.forEach((value) => expect(Math.abs(value - 1)).toBeLessThan(0.07));
    }
  });

  it('keep what is far darker, what lies under hair, and what the photo sees squarely', () => {
    const hair = evenWith([0.2, 0.2, 0.2]);
    for (const v of middle) expect(hair[v]![1]).toBeCloseTo(0.2, 3);
    const covered = evenWith([0.7, 0.7, 0.7], new Float32Array(count));
    for (const v of middle) expect(covered[v]![1]).toBeCloseTo(0.7, 3);
    evenWith([0.7, 0.7, 0.7]).forEach((ratio, v) => {
      if (cosines[v]! > 0.7) expect(ratio[1]).toBeCloseTo(1, 5);
    });
  });
});
