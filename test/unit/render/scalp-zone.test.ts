import { describe, expect, it } from 'vitest';
import { findScalpZone } from '../../../src-main/render/scalp-zone.ts';
import { makeSyntheticHead } from '../../support/synthetic-head.ts';

const EAR = { y: 0.002, z: -0.005, radiusM: 0.018, hollowM: 0.009, heightM: 0.015 };

/** An ellipsoid with a raised ring on either side: an ear with a hollow as deep as the skull. */
function headWithEars(breadth: number) {
  const positionsHead = makeSyntheticHead(96, 128).positionsHead.map((value, i) =>
    i % 3 === 0 ? value * breadth : value,
  );
  const distanceM = (i: number): number =>
    Math.abs(positionsHead[i * 3]!) > 0.05
      ? Math.hypot(positionsHead[i * 3 + 1]! - EAR.y, positionsHead[i * 3 + 2]! - EAR.z)
      : Infinity;
  for (let i = 0; i < positionsHead.length / 3; i++) {
    const fromMiddle = distanceM(i);
    if (fromMiddle < EAR.hollowM || fromMiddle > EAR.radiusM) continue;
    positionsHead[i * 3] = positionsHead[i * 3]! + Math.sign(positionsHead[i * 3]!) * EAR.heightM;
  }
  return { positionsHead, distanceM };
}

describe('findScalpZone', () => {
  it.each([0.9, 1, 1.15])(
    'finds ears with their hollow and no scalp around them, breadth × %d',
    (breadth) => {
      const { positionsHead, distanceM } = headWithEars(breadth);
      const { ear } = findScalpZone(positionsHead);
      let inside = 0;
      for (let i = 0; i < ear.length; i++) {
        if (distanceM(i) < EAR.radiusM) {
          inside++;
          expect(ear[i], `vertex ${i}, ${distanceM(i)} m from the ear's middle`).toBeGreaterThan(0.9);
        } else expect(ear[i], `vertex ${i}, ${distanceM(i)} m from the ear's middle`).toBeLessThan(0.1);
      }
      expect(inside).toBeGreaterThan(60);
    },
  );

  it('finds no ear where there is none', () => {
    expect(Math.max(...findScalpZone(makeSyntheticHead(48, 64).positionsHead).ear)).toBe(0);
  });
});
