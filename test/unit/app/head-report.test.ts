import { expect, test } from 'vitest';
import { createStages } from '../../../src-main/app/job-progress.ts';
import { createHeadReport } from '../../../src-main/app/head-report.ts';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';

const reportWith = (scores: Record<string, number>) =>
  createHeadReport({
    photo: { name: 'a.jpg', sha256: '0'.repeat(64) },
    settings: HEAD_SETTINGS_DEFAULTS,
    takes: [],
    stages: createStages(),
    warnings: [],
    result: { files: [], checks: [], scores, views: [], takes: [], peakMb: 1 },
    device: { provider: 'cpu', threads: 1, note: '' },
    provenance: {
      versions: { app: '1', node: '24', onnxruntime: null, models: { 'esrgan-2x': 'f'.repeat(64) } },
      licences: [],
    },
  });

test('names the super-resolution network and its texels where it was used', () => {
  expect(reportWith({}).superResolution).toBeNull();
  expect(reportWith({ superResolvedTexels: 1200 }).superResolution).toEqual({
    model: 'esrgan-2x',
    sha256: 'f'.repeat(64),
    texels: 1200,
  });
});
