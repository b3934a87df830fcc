import { describe, expect, it } from 'vitest';
import { makeUvSphere } from '../../../src-main/mesh/primitives.ts';
import { paintEye } from '../../../src-main/pipeline/07-texture/paint-eyes.ts';

describe('paintEye', () => {
  const { positionsHead } = makeUvSphere(0.012, 40, 60);
  const count = positionsHead.length / 3;
  const vertices = Array.from({ length: count }, (_, i) => i);
  const angle = (i: number): number =>
    Math.atan2(Math.hypot(positionsHead[i * 3]!, positionsHead[i * 3 + 1]!), positionsHead[i * 3 + 2]!);
  /** Black pupil, blue iris, light white. */
  const truth = (i: number): number[] =>
    angle(i) < 0.16 ? [0.05, 0.05, 0.05] : angle(i) < 0.5 ? [0.2, 0.3, 0.6] : [0.88, 0.86, 0.84];
  const colours = new Float32Array(vertices.flatMap(truth));
  /** Lids leave a slit of ± 3.5 mm. */
  const weights = Float32Array.from(vertices, (i) =>
    Math.abs(positionsHead[i * 3 + 1]!) < 0.0035 && positionsHead[i * 3 + 2]! > 0.006 ? 1 : 0,
  );

  it('continues the iris under the lid and makes the rest white', () => {
    const painted = paintEye({ positionsHead, vertices, colours, weights });
    for (const i of vertices) {
      // Two rings around each edge are a mixture by design.
      if (Math.abs(angle(i) - 0.16) < 0.11 || Math.abs(angle(i) - 0.5) < 0.22) continue;
      truth(i).forEach((value, c) =>
        expect(Math.abs(painted[i * 3 + c]! - value), `angle ${angle(i)}`).toBeLessThan(0.06),
      );
    }
  });

  it('is white all over when the photo shows nothing of it', () => {
    const painted = paintEye({ positionsHead, vertices, colours, weights: new Float32Array(count) });
    for (const value of painted) expect(value).toBeGreaterThan(0.75);
  });
});
