import { expect, test } from 'vitest';
import { expectSeconds, secondsLeft, type Measured } from '../../../src-main/app/estimate-time.ts';
import { createStages } from '../../../src-main/app/job-progress.ts';
import {
  HEAD_SETTINGS_DEFAULTS,
  type HeadSettings,
  type JobTask,
} from '../../../src-main/contract/entities.ts';

const settings = (change: Partial<HeadSettings> = {}): HeadSettings => ({
  ...HEAD_SETTINGS_DEFAULTS,
  ...change,
});
/** Stage k took (k + 1) · scale seconds. */
const run = (scale: number, change: Partial<HeadSettings> = {}): Measured => ({
  settings: settings(change),
  stages: createStages().map((stage, index) => ({ ...stage, state: 'done', seconds: (index + 1) * scale })),
});
const total = (expected: Record<string, number> | null): number =>
  Object.values(expected ?? {}).reduce((sum, seconds) => sum + seconds, 0);

test('the median of past runs, so that one slow run does not matter', () => {
  expect(total(expectSeconds(settings(), [run(1), run(100), run(2)]))).toBe(2 * 36);
  expect(expectSeconds(settings(), [])).toBeNull();
});

test('scaled by what the work of a stage grows with', () => {
  const expected = expectSeconds(settings({ views: 8, textureSizePx: 4096, surfaceResolution: 256 }), [
    run(1),
  ])!;
  const { '05-surface': surface, ...rest } = expected;
  expect(Object.values(rest)).toEqual([1, 2, 3, 4 / 2, 6, 7 * 4, 8 * 4]);
  expect(expectSeconds(settings({ superResolution: true }), [run(1)])!['07-texture']).toBe(7 * 2);
  // Refined from the grid that was measured: about once more.
  expect(surface).toBeCloseTo(5 * 2, 6);
  // More than the cells of a surface, less than those of a volume.
  const { '05-surface': dense } = expectSeconds(settings({ surfaceResolution: 192 }), [run(1)])!;
  expect(dense).toBeGreaterThan(5 * 1.5 ** 2);
  expect(dense).toBeLessThan(5 * 1.5 ** 3);
});

test('only of the same method: steps count for diffusion', () => {
  const other = run(1, { method: 'reproject' });
  const runs = [other, run(1, { method: 'diffusion', steps: 10 })];
  expect(expectSeconds(settings({ method: 'diffusion', steps: 50 }), runs)?.['04-views']).toBe(4 * 5);
  expect(expectSeconds(settings({ method: 'diffusion' }), [other])).toBeNull();
});

test('stages that were reused measured nothing', () => {
  const reused = run(1);
  reused.stages = reused.stages.map((stage) => ({ ...stage, seconds: 0, reused: true }));
  expect(total(expectSeconds(settings(), [reused, run(3)]))).toBe(3 * 36);
  expect(expectSeconds(settings(), [reused])).toBeNull();
});

test('what is done costs nothing, nor what a re-run leaves out, and half is half', () => {
  const expected = expectSeconds(settings(), [run(1)])!;
  const stages = createStages();
  const task: JobTask = { kind: 'head', viewSetId: null, takes: [] };
  expect(secondsLeft({ stages, task, base: null }, expected)).toBe(36);
  expect(secondsLeft({ stages, task, base: { jobId: 'j', fromStage: '07-texture' } }, expected)).toBe(7 + 8);
  stages[0] = { ...stages[0]!, state: 'done', fraction: 1 };
  stages[1] = { ...stages[1]!, state: 'running', fraction: 0.5 };
  expect(secondsLeft({ stages, task, base: null }, expected)).toBe(36 - 1 - 1);
});
