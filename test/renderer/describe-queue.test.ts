import { expect, test } from 'vitest';
import { type Job, HEAD_SETTINGS_DEFAULTS } from '../../src-main/contract/entities.ts';
import { describeQueue } from '../../src-renderer/state/describe-queue.ts';

const queued = (...ids: string[]) => ids.map((jobId) => ({ jobId, photoId: 'p', secondsLeft: null }));
const running: Job = {
  id: 'a',
  photoId: 'p',
  settings: HEAD_SETTINGS_DEFAULTS,
  task: { kind: 'head', viewSetId: null, takes: [] },
  base: null,
  state: 'running',
  stages: [{ id: '04-views', state: 'running', fraction: 0, seconds: 0, peakMb: 0, reused: false }],
  warnings: [],
  error: null,
  headId: null,
  createdAt: '',
};

test('the queue can be reached while anything is in it: paused, or of a photo that is not known', () => {
  expect(describeQueue([], undefined, 0, undefined)).toBeNull();
  expect(describeQueue(queued('a', 'b'), undefined, 0, undefined)).toEqual({
    what: 'Queue',
    howFar: '2 waiting',
  });
  expect(describeQueue(queued('a', 'b', 'c'), running, 0.41, undefined)).toEqual({
    what: 'Generate views',
    howFar: '41 % +2',
  });
  expect(describeQueue(queued('a'), running, 0.41, 'one.png')).toEqual({
    what: 'one.png: Generate views',
    howFar: '41 %',
  });
});
