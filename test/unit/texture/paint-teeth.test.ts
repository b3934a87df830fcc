import { describe, expect, it } from 'vitest';
import { paintTeeth } from '../../../src-main/pipeline/07-texture/paint-teeth.ts';
import { partColour } from '../../../src-main/render/part-colours.ts';

/** A straight row 50 mm wide, its biting edge at `edge`, 20 mm high, in columns of 11 vertices. */
function row(isUpper: boolean): { positionsHead: Float32Array; vertices: number[] } {
  const columns = 26;
  const positionsHead = new Float32Array(columns * 11 * 3);
  for (let i = 0; i < columns * 11; i++) {
    const away = 0.002 * (i % 11);
    positionsHead.set([0.002 * Math.floor(i / 11), isUpper ? away : -away, 0], i * 3);
  }
  return { positionsHead, vertices: [...Array(columns * 11).keys()] };
}

describe('paintTeeth', () => {
  it.each([true, false])('crowns at the biting edge, gums beyond (upper: %s)', (isUpper) => {
    const { positionsHead, vertices } = row(isUpper);
    const none = {
      colours: new Float32Array(positionsHead.length),
      weights: new Float32Array(vertices.length),
    };
    const colours = paintTeeth({ positionsHead, vertices, isUpper, ...none });
    for (let column = 0; column < 26; column++) {
      const at = (k: number): number[] => [
        ...colours.subarray((column * 11 + k) * 3, (column * 11 + k) * 3 + 3),
      ];
      at(3).forEach((value, c) => expect(value).toBeCloseTo(partColour('teeth')![c]!, 5));
      expect(at(8)[0]! / at(8)[1]!).toBeGreaterThan(1.6);
    }
  });

  it('learns crowns from those that the photo shows, not from the lips on them', () => {
    const { positionsHead, vertices } = row(true);
    const colours = new Float32Array(positionsHead.length);
    const weights = new Float32Array(vertices.length);
    for (const v of vertices) {
      if (v % 11 > 3) continue;
      weights[v] = 1;
      colours.set(v % 11 === 0 ? [0.95, 0.9, 0.8] : [0.7, 0.3, 0.3], v * 3);
    }
    const out = paintTeeth({ positionsHead, vertices, isUpper: true, colours, weights });
    const plain = partColour('teeth')!;
    [0.95, 0.9, 0.8].forEach((value, c) => expect(out[c]).toBeCloseTo((2 * value + plain[c]!) / 3, 5));
  });
});
