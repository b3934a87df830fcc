import { describe, expect, test } from 'vitest';
import {
  type Job,
  type QueueState,
  HEAD_SETTINGS_DEFAULTS,
  PHOTO_EDITS_DEFAULTS,
} from '../../src-main/contract/entities.ts';
import { STAGES } from '../../src-main/contract/stages.ts';
import {
  STAGE_SECONDS_GUESS,
  countDown,
  expectedFraction,
  expectStageSeconds,
  findActive,
  isActive,
  isResumable,
  overallFraction,
  remainingSeconds,
} from '../../src-renderer/state/job-progress.ts';

/** As it comes over the wire: no two jobs share an object. */
function job(change: Partial<Job> = {}): Job {
  return structuredClone({
    id: 'j',
    photoId: 'p',
    settings: { ...HEAD_SETTINGS_DEFAULTS },
    task: { kind: 'head', viewSetId: null, takes: [] },
    base: null,
    state: 'running',
    stages: STAGES.map((id) => ({ id, state: 'waiting', fraction: 0, seconds: 0, peakMb: 0, reused: false })),
    warnings: [],
    error: null,
    headId: null,
    createdAt: '2026-01-01T00:00:00Z',
    ...change,
  });
}

/** Finished, with stage k taking k + 1 seconds. */
function finished(change: Partial<Job> = {}): Job {
  const stages = STAGES.map((id, index) => ({
    id,
    state: 'done' as const,
    fraction: 1,
    seconds: index + 1,
    peakMb: 1,
    reused: false,
  }));
  return job({ id: 'f', state: 'done', stages, ...change });
}

describe('job progress', () => {
  test('the whole grows with every step of every stage and ends at 1', () => {
    const running = job();
    const seen = [overallFraction(running)];
    for (const stage of running.stages) {
      stage.state = 'running';
      for (const fraction of [0.25, 0.5, 1]) {
        stage.fraction = fraction;
        seen.push(overallFraction(running));
      }
      stage.state = 'done';
    }
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBeCloseTo(1, 10);
    for (let i = 1; i < seen.length; i++) expect(seen[i]!).toBeGreaterThan(seen[i - 1]!);
  });

  test('what is left is what an equal job took, less what is done', () => {
    const running = job();
    const expected = expectStageSeconds(running, [running, finished()])!;
    expect(remainingSeconds(running, expected)).toBe(36);
    running.stages[0]!.state = 'done';
    Object.assign(running.stages[1]!, { state: 'running', fraction: 0.5 });
    expect(remainingSeconds(running, expected)).toBe(34);
  });

  test('only finished jobs of the same cost count, the newest of them; the seed costs nothing', () => {
    const running = job({ settings: { ...HEAD_SETTINGS_DEFAULTS, seed: 7 } });
    const older = finished({ id: 'a', createdAt: '2025-01-01T00:00:00Z' });
    older.stages[7]!.seconds = 100;
    expect(expectStageSeconds(running, [finished(), older])?.['08-export']).toBe(8);
    const corrected = { ...PHOTO_EDITS_DEFAULTS, pins: [{ landmark: 1, xPx: 2, yPx: 3 }] };
    const edited = job({ settings: { ...HEAD_SETTINGS_DEFAULTS, photoEdits: corrected } });
    expect(expectStageSeconds(edited, [finished()])?.['08-export']).toBe(8);
    const larger = finished({ settings: { ...HEAD_SETTINGS_DEFAULTS, textureSizePx: 4096 } });
    const resumed = finished();
    resumed.stages[0]!.reused = true;
    expect(expectStageSeconds(running, [larger, resumed, finished({ state: 'failed' })])).toBeNull();
  });

  test('the share that is shown goes by what an equal job took, else by the guess', () => {
    const running = job();
    running.stages[0]!.state = 'done';
    expect(expectedFraction(running, [running, finished()])).toBeCloseTo(1 / 36, 10);
    expect(expectedFraction(running, [running])).toBe(overallFraction(running));
  });

  test('views made anew are the whole of their job', () => {
    const views = job({
      task: { kind: 'views', viewSetId: 's', takes: [], edit: { kind: 'paint' } as never },
    });
    for (const stage of views.stages.slice(0, 4)) stage.state = 'done';
    expect(overallFraction(views)).toBe(1);
  });

  test('the queue counts down with its first job, and never up', () => {
    const queue: QueueState = {
      paused: null,
      jobs: [
        { jobId: 'a', photoId: 'p', secondsLeft: 30 },
        { jobId: 'b', photoId: 'p', secondsLeft: 40 },
      ],
      secondsLeft: 70,
    };
    const now = countDown(queue, 0.25, 0.5);
    expect([now.jobs.map(({ secondsLeft }) => secondsLeft), now.secondsLeft]).toEqual([[20, 40], 60]);
    expect(countDown(queue, 0.25, 1).jobs[0]!.secondsLeft).toBe(0);
    expect(countDown(queue, 0.5, 0.25)).toEqual(queue);
    const unknown = { ...queue, jobs: [{ jobId: 'a', photoId: 'p', secondsLeft: null }], secondsLeft: null };
    expect(countDown(unknown, 0, 0.5)).toEqual(unknown);
  });

  test('of several jobs of a photo the running one is in front, then the one that the queue takes next', () => {
    const variants = (...states: Job['state'][]) =>
      states.map((state, index) => job({ id: 'dcba'[index]!, state })); // newest first
    const queue = (ids: string) => [...ids].map((jobId) => ({ jobId, photoId: 'p', secondsLeft: null }));
    const pick = (states: Job['state'][], ids: string) => findActive(variants(...states), queue(ids))?.id;
    expect(pick(['queued', 'queued', 'running', 'done'], 'bcd')).toBe('b');
    expect(pick(['queued', 'queued', 'queued', 'done'], 'xbcd')).toBe('b');
    expect(pick(['queued', 'queued', 'queued', 'done'], 'dbc')).toBe('d');
    expect(pick(['queued', 'queued', 'cancelled', 'done'], '')).toBe('c');
    expect(pick(['failed', 'done', 'cancelled', 'interrupted'], 'x')).toBeUndefined();
  });

  test('the guess knows every stage', () => {
    expect(Object.keys(STAGE_SECONDS_GUESS)).toEqual([...STAGES]);
    expect(Math.min(...Object.values(STAGE_SECONDS_GUESS))).toBeGreaterThan(0);
  });

  test('every state is active, resumable or done, and only one of them', () => {
    for (const state of ['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const) {
      const kinds = [isActive(job({ state })), isResumable(job({ state })), state === 'done'];
      expect(kinds.filter(Boolean), state).toHaveLength(1);
    }
  });
});
