import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import type { HeadTopology } from '../../../src-main/mesh/mesh.ts';
import { findFeatureHeights } from '../../../src-main/pipeline/07-texture/feature-heights.ts';
import { makeSyntheticHead, portraitCamera } from '../../support/synthetic-head.ts';

const { topology, positionsHead } = makeSyntheticHead();
const named = (...groups: string[]): HeadTopology => ({ ...topology, groups });
/** What a head model of the user's own has. */
const bare = named('skin', 'skin', 'skin');
const camera = portraitCamera(25, 640);

/** All landmarks at 0 but those of lids and lips, at these heights on the front. */
function landmarksAt(eyesY: number, mouthY: number): Float32Array {
  const out = new Float32Array(478 * 3);
  const place = (indices: number[], x: number, y: number): void => {
    const z = 0.095 * Math.sqrt(1 - (x / 0.075) ** 2 - (y / 0.115) ** 2);
    const pixel = projectPoints(camera, Float32Array.of(x, y, z));
    for (const index of indices) out.set(pixel.subarray(0, 2), index * 3);
  };
  place([159, 145], -0.03, eyesY);
  place([386, 374], 0.03, eyesY);
  place([13, 14], 0, mouthY);
  return out;
}

describe('findFeatureHeights', () => {
  it('takes the middle of eyes and mouth where the model has them', () => {
    const found = findFeatureHeights(named('skin', 'eye-left', 'mouth'), positionsHead, camera, undefined);
    expect(found.eyesY).toBeCloseTo(0.02, 4);
    expect(found.mouthY).toBeCloseTo(0.02, 4);
  });

  it('asks the landmarks where it has none', () => {
    const found = findFeatureHeights(bare, positionsHead, camera, landmarksAt(0.03, -0.06));
    expect(Math.abs(found.eyesY - 0.03)).toBeLessThan(0.002);
    expect(Math.abs(found.mouthY + 0.06)).toBeLessThan(0.002);
    // Eyes as a group, no mouth: only that is asked for.
    const eyes = findFeatureHeights(topology, positionsHead, camera, landmarksAt(0.03, -0.06));
    expect(eyes.eyesY).toBeCloseTo(0.02, 4);
    expect(eyes.mouthY).toBeCloseTo(found.mouthY, 6);
  });

  it('takes the mean head without landmarks, and where they lie beside the head', () => {
    const beside = new Float32Array(478 * 3);
    for (const landmarks of [undefined, beside]) {
      const { eyesY, mouthY } = findFeatureHeights(bare, positionsHead, camera, landmarks);
      expect(eyesY).toBeCloseTo(0.0172, 4);
      expect(mouthY).toBeCloseTo(-0.0494, 4);
    }
  });
});
