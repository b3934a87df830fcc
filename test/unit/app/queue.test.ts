/** The queue as the window steers it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job, Photo, QueueState } from '../../../src-main/contract/entities.ts';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
let announced: QueueState[];

async function open(): Promise<void> {
  user = await openTestStudio(folder.path);
  announced = [];
  user.studio.on(({ event, payload }) => {
    if (event === 'queue.changed') announced.push((payload as { queue: QueueState }).queue);
  });
}
beforeEach(async () => {
  folder = makeTemporaryFolder();
  await open();
});
afterEach(async () => {
  await user.studio.close();
  folder.remove();
});

const start = (photo: Photo): Promise<Job> => user.call('job.start', { photoId: photo.id, settings: {} });
const order = async (): Promise<string[]> =>
  (await user.call('queue.state', {})).jobs.map(({ jobId }) => jobId);

test('jobs wait in an order that can be changed, pause, and survive a restart in it', async () => {
  const slow = await user.addPhoto({ behaviour: { '02-analyse': 'wait' } });
  const photo = await user.addPhoto();
  const running = await start(slow);
  const [a, b, c] = [await start(photo), await start(photo), await start(photo)];
  expect(await order()).toEqual([running.id, a.id, b.id, c.id]);
  expect((await user.call('queue.state', {})).secondsLeft).toBeNull();
  await user.call('queue.move', { jobId: c.id, beforeJobId: a.id });
  await user.call('queue.move', { jobId: a.id, beforeJobId: null });
  const moved = [running.id, c.id, b.id, a.id];
  expect(await order()).toEqual(moved);
  expect(announced.at(-1)?.jobs.map(({ jobId }) => jobId)).toEqual(moved);
  for (const wrong of [
    { jobId: running.id, beforeJobId: null },
    { jobId: a.id, beforeJobId: running.id },
  ]) {
    await expect(user.call('queue.move', wrong)).rejects.toMatchObject({ code: 'not-found' });
  }

  await user.untilJob(running.id, ({ stages }) => stages[1]!.state === 'running');
  await user.studio.close();
  await open();
  expect(await user.call('queue.state', {})).toMatchObject({ paused: 'restart' });
  expect(await order()).toEqual([c.id, b.id, a.id]);
  const jobs = await user.call('job.list', { projectId: slow.projectId });
  expect(jobs.map(({ state }) => state)).toEqual(['interrupted']);

  await user.call('queue.resume', {});
  await user.untilState(a.id, 'done');
  const done = await user.call('job.list', { projectId: photo.projectId });
  expect(done.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  const heads = await user.call('head.list', { projectId: photo.projectId });
  expect(heads.map(({ jobId }) => jobId)).toEqual([a.id, b.id, c.id]);
});

test('a paused queue lets the running job end and starts no other, also after a restart', async () => {
  const photo = await user.addPhoto();
  expect(await user.call('queue.pause', {})).toMatchObject({ paused: 'user' });
  const job = await start(photo);
  expect(job.state).toBe('queued');
  await user.studio.close();
  await open();
  expect(await user.call('queue.state', {})).toMatchObject({ paused: 'user', jobs: [{ jobId: job.id }] });
  // A new job does not lift the user's own pause.
  const next = await start(photo);
  expect(await order()).toEqual([job.id, next.id]);
  await user.call('queue.resume', {});
  await user.untilState(next.id, 'done');
  expect(announced.at(-1)).toEqual({ paused: null, jobs: [], secondsLeft: 0 });
});

test('a new job wakes a queue that waits after a restart, and goes to its end', async () => {
  const photo = await user.addPhoto();
  await user.call('queue.pause', {});
  const left = await start(photo);
  await user.studio.close();
  // As if it had been waiting without a pause.
  await open();
  await user.call('queue.resume', {});
  await user.untilState(left.id, 'done');
  const slow = await user.addPhoto({ behaviour: { '01-photo': 'wait' } });
  const running = await start(slow);
  const waiting = await start(photo);
  await user.untilJob(running.id, ({ stages }) => stages[0]!.state === 'running');
  await user.studio.close();
  await open();
  const last = await start(photo);
  await user.untilState(last.id, 'done');
  const heads = await user.call('head.list', { projectId: photo.projectId });
  expect(heads.map(({ jobId }) => jobId)).toEqual([last.id, waiting.id, left.id]);
});

test('four variants differ in their seed, which wraps, and are told what is left to wait', async () => {
  const photo = await user.addPhoto();
  const jobs = await user.call('job.startVariants', {
    photoId: photo.id,
    settings: { seed: 2 ** 32 - 2, views: 8 },
    count: 4,
  });
  expect(jobs.map(({ settings }) => settings.seed)).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 0, 1]);
  expect(jobs.map(({ base }) => base?.jobId ?? null)).toEqual([null, ...Array(3).fill(jobs[0]!.id)]);
  await user.untilState(jobs[3]!.id, 'done');
  const heads = await user.call('head.list', { projectId: photo.projectId });
  expect(new Set(heads.map(({ files }) => files[0]!.blob)).size).toBe(4);
  await user.call('queue.pause', {});
  await start(photo);
  const { secondsLeft, jobs: waiting } = await user.call('queue.state', {});
  expect(secondsLeft).toBeGreaterThan(0);
  expect(secondsLeft).toBe(waiting[0]!.secondsLeft);
});
