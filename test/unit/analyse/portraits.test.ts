/** Faces that may not be passed on with the project: a folder of portraits beside it, skipped where that is absent. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { analysePicture, openFaceInference } from '../../support/face-inference.ts';
import { readSample } from '../../support/pictures.ts';

const PORTRAITS = join(import.meta.dirname, '../../../../shared/data/portraits');
const present = existsSync(PORTRAITS);
if (!present)
  console.warn(
    'skipped: no portraits beside the project (models/training/README.md says where they come from)',
  );

const OTHERS = [
  'congress/W000823.jpg',
  'congress/M001217.jpg',
  'faker/female-512-12.jpg',
  'faker/male-512-97.jpg',
];

describe.skipIf(!present)('portraits beside the project', () => {
  let inference: OnnxInference;
  beforeAll(async () => {
    inference = await openFaceInference();
  });
  afterAll(() => inference.release());

  const analyse = (file: string) => analysePicture(readFileSync(join(PORTRAITS, file)), inference);

  test('other people are farther from the astronaut than the re-identification threshold', async () => {
    const { analysis: astronaut } = await analysePicture(readSample('astronaut.jpg'), inference);
    for (const file of OTHERS) {
      const { analysis } = await analyse(file);
      expect(
        Math.hypot(...analysis.embedding128.map((v, i) => v - astronaut.embedding128[i]!)),
        file,
      ).toBeGreaterThan(0.6);
      expect(
        analysis.embedding192.reduce((sum, v, i) => sum + v * astronaut.embedding192[i]!, 0),
        file,
      ).toBeLessThan(0.35);
    }
  });

  test('a head turned away by about 50° still has its landmarks, and it is said', async () => {
    const { analysis, context } = await analyse('faker/female-512-66.jpg');
    expect(analysis.quality.yawDeg).toBeGreaterThan(40);
    expect(context.warnings).toContain('face-turned');
    // Read off an enlargement: the near eye, the mouth's near corner.
    const at = (index: number) =>
      [analysis.landmarks[index * 3]!, analysis.landmarks[index * 3 + 1]!] as const;
    expect(Math.hypot(at(468)[0] - 223, at(468)[1] - 248)).toBeLessThan(5);
    expect(Math.hypot(at(61)[0] - 236, at(61)[1] - 305)).toBeLessThan(6);
  });
});
