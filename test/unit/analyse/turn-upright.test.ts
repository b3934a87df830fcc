import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { turnQuarters } from '../../../src-main/image/turn-quarters.ts';
import type { OnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import type { Analysis } from '../../../src-main/pipeline/02-analyse/analysis.ts';
import { analysePicture, openFaceInference } from '../../support/face-inference.ts';
import { readSample } from '../../support/pictures.ts';

/** 512 × 512. */
const ASTRONAUT = readSample('astronaut.jpg');

let inference: OnnxInference;
beforeAll(async () => {
  inference = await openFaceInference();
});
afterAll(() => inference.release());

function landmark(analysis: Analysis, index: number): [number, number] {
  return [analysis.landmarks[index * 3]!, analysis.landmarks[index * 3 + 1]!];
}

describe('a head that is not upright', () => {
  test('lying on its side or standing on its top: landmarks and mask as of the upright picture', async () => {
    const upright = (await analysePicture(ASTRONAUT, inference)).analysis;
    const { mask } = upright;
    const [ux, uy] = landmark(upright, 468);
    for (const [degrees, x, y] of [
      [90, 512 - uy, ux],
      [180, 512 - ux, 512 - uy],
      [270, uy, 512 - ux],
    ] as const) {
      const { analysis } = await analysePicture(
        await sharp(ASTRONAUT).rotate(degrees).png().toBuffer(),
        inference,
      );
      const [px, py] = landmark(analysis, 468);
      expect(Math.hypot(x - px, y - py), `${degrees}°`).toBeLessThan(2.5);
      const off = analysis.quality.rollDeg - upright.quality.rollDeg - degrees;
      expect(Math.cos((off * Math.PI) / 180), `${degrees}°`).toBeGreaterThan(0.99);
      const back = turnQuarters(analysis.mask.alpha, mask, -degrees / 90);
      let [both, either] = [0, 0];
      mask.alpha.forEach((alpha, i) => {
        if (alpha > 127 && back[i]! > 127) both++;
        if (alpha > 127 || back[i]! > 127) either++;
      });
      expect(both / either, `${degrees}°`).toBeGreaterThan(0.99);
    }
  });
});
