import { expect, test } from 'vitest';
import { createStages } from '../../../src-main/app/job-progress.ts';
import { createHeadReport } from '../../../src-main/app/head-report.ts';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import type { HeadModelRights } from '../../../src-main/contract/studio-settings.ts';

const reportWith = (scores: Record<string, number>, headModel: HeadModelRights | null = null) =>
  createHeadReport({
    photo: { name: 'a.jpg', sha256: '0'.repeat(64) },
    settings: HEAD_SETTINGS_DEFAULTS,
    takes: [],
    stages: createStages(),
    warnings: [],
    result: { files: [], headModel, checks: [], scores, views: [], takes: [], peakMb: 1 },
    device: { provider: 'cpu', threads: 1, note: '' },
    provenance: {
      versions: { app: '1', node: '24', onnxruntime: null, models: { 'esrgan-2x': 'f'.repeat(64) } },
      licences: [{ name: 'iris', licence: 'Apache-2.0', credits: 'Google' }],
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

test('lists the licence of the head model that was fitted, and of no other', () => {
  const rights = { id: 'flame', licence: 'Its terms bind you.', credits: 'FLAME' };
  expect(reportWith({}, rights).licences).toEqual([
    { name: 'iris', licence: 'Apache-2.0', credits: 'Google' },
    { name: 'flame', licence: 'Its terms bind you.', credits: 'FLAME' },
  ]);
  expect(reportWith({}).licences.map(({ name }) => name)).toEqual(['iris']);
});
