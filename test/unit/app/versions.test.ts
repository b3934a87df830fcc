/** Versions, trash, undo, re-runs and storage, as the window calls them. */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Head, ItemRef, Job, Photo } from '../../../src-main/contract/entities.ts';
import { STAGES } from '../../../src-main/contract/stages.ts';
import type { WireEvent } from '../../../src-main/contract/wire.ts';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
let events: WireEvent[] = [];

beforeAll(async () => {
  folder = makeTemporaryFolder();
  user = await openTestStudio(folder.path);
  user.studio.on((event) => void events.push(event));
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

const run = async (start: Promise<Job>): Promise<Job> => user.untilState((await start).id, 'done', 'failed');
const reused = (job: Job): string[] => job.stages.filter((stage) => stage.reused).map(({ id }) => id);
const headOf = async (photo: Photo, job: Job): Promise<Head> =>
  (await user.call('head.list', { projectId: photo.projectId })).find(({ id }) => id === job.headId)!;
const glb = (head: Head): string => head.files.find(({ name }) => name === 'head.glb')!.blob;
async function addHead(): Promise<{ photo: Photo; job: Job; head: Head }> {
  const photo = await user.addPhoto();
  const job = await run(user.call('job.start', { photoId: photo.id, settings: { seed: 1 } }));
  return { photo, job, head: await headOf(photo, job) };
}
const seen = (): string[] => events.map(({ event }) => event).filter((event) => event !== 'job.changed');

describe('versions', () => {
  test('are named, starred, tagged, noted and found; every edit is announced and undone', async () => {
    const { head, photo } = await addHead();
    events = [];
    const edited = await user.call('head.edit', {
      headId: head.id,
      name: 'Hero',
      starred: true,
      note: 'for the trailer',
      tags: ['hero', 'v1', 'hero'],
    });
    expect(edited).toEqual({
      ...head,
      name: 'Hero',
      starred: true,
      note: 'for the trailer',
      tags: ['hero', 'v1'],
    });
    expect(events).toContainEqual({ event: 'head.changed', payload: { head: edited } });
    expect(await user.call('head.search', { query: 'trail', starred: true })).toMatchObject([
      { id: edited.id, name: edited.name, starred: true, tags: edited.tags, photoName: photo.name },
    ]);
    expect(await user.call('history.state', {})).toMatchObject({
      undo: { action: 'rename', kind: 'head', name: head.name, count: 1 },
      redo: null,
    });
    await user.call('history.undo', {});
    expect(await user.call('head.list', { projectId: head.projectId })).toEqual([head]);
    await user.call('history.redo', {});
    expect(await user.call('head.list', { projectId: head.projectId })).toEqual([edited]);
    expect(await user.studio.call('head.edit', { headId: head.id })).toMatchObject({
      error: { code: 'bad-request' },
    });
  });

  test('an old one becomes the current one again', async () => {
    const { photo, head: first } = await addHead();
    const job = await run(user.call('job.start', { photoId: photo.id, settings: { seed: 2 } }));
    const list = () => user.call('photo.list', { projectId: photo.projectId });
    expect(await list()).toMatchObject([{ currentHeadId: job.headId }]);
    expect(await user.call('head.restore', { headId: first.id })).toMatchObject({ currentHeadId: first.id });
    expect(await list()).toMatchObject([{ currentHeadId: first.id }]);
    await user.call('history.undo', {});
    expect(await list()).toMatchObject([{ currentHeadId: job.headId }]);
  });
});

describe('a job from another one', () => {
  test.each([...STAGES])(
    'from %s: what is before is reused, it and the rest made again, the old head stays',
    async (fromStage) => {
      const { photo, job: base, head } = await addHead();
      const job = await run(
        user.call('job.start', {
          photoId: photo.id,
          settings: { seed: 1 },
          base: { jobId: base.id, fromStage },
        }),
      );
      expect(job.base).toEqual({ jobId: base.id, fromStage });
      expect(reused(job)).toEqual(STAGES.slice(0, STAGES.indexOf(fromStage)));
      const again = await headOf(photo, job);
      expect(again.id).not.toBe(head.id);
      expect(glb(again)).toBe(glb(head));
      expect(await user.call('head.list', { projectId: photo.projectId })).toContainEqual(head);
    },
  );

  test('a branch has the version’s settings with changes, and comes out as if it were made alone', async () => {
    const { photo, head } = await addHead();
    const branch = await run(user.call('head.branch', { headId: head.id, settings: { views: 8 } }));
    expect(branch.settings).toEqual({ ...head.settings, views: 8 });
    const alone = await run(user.call('job.start', { photoId: photo.id, settings: { seed: 1, views: 8 } }));
    expect(glb(await headOf(photo, branch))).toBe(glb(await headOf(photo, alone)));
    const same = await run(user.call('head.branch', { headId: head.id, settings: {} }));
    expect(reused(same)).toEqual(STAGES.slice(0, 7));
  });

  test('of another photo is refused', async () => {
    const { job } = await addHead();
    const { photo } = await addHead();
    await expect(
      user.call('job.start', { photoId: photo.id, settings: {}, base: { jobId: job.id } }),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('trash', () => {
  test('takes photos with their heads, cancels their jobs, and gives everything back by undo', async () => {
    const { photo, head } = await addHead();
    const items: ItemRef[] = [{ kind: 'photo', id: photo.id }];
    events = [];
    await user.call('trash.put', { items });
    expect(events).toContainEqual({ event: 'items.trashed', payload: { items } });
    expect(seen()).toContain('project.changed');
    expect(await user.call('photo.list', { projectId: photo.projectId })).toEqual([]);
    expect(await user.call('head.list', { projectId: photo.projectId })).toEqual([]);
    await expect(user.call('job.start', { photoId: photo.id, settings: {} })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await user.call('trash.list', {})).toMatchObject([{ ...items[0], name: 'tiny.png' }]);
    events = [];
    await user.call('history.undo', {});
    expect(seen()).toEqual(['photo.added', 'head.added', 'project.changed', 'history.changed']);
    expect(await user.call('head.list', { projectId: photo.projectId })).toEqual([head]);
    expect(await user.call('trash.list', {})).toEqual([]);
  });

  test('a job that waits or runs is cancelled with its photo', async () => {
    const photo = await user.addPhoto({ behaviour: { '02-analyse': 'wait' } });
    const [running, waiting] = [
      await user.call('job.start', { photoId: photo.id, settings: {} }),
      await user.call('job.start', { photoId: photo.id, settings: {} }),
    ];
    await user.untilJob(running.id, ({ stages }) => stages[1]!.state === 'running');
    const items: ItemRef[] = [{ kind: 'project', id: photo.projectId }];
    await user.call('trash.put', { items });
    await user.untilState(waiting.id, 'cancelled');
    await user.untilState(running.id, 'cancelled');
    await user.call('trash.restore', { items });
    expect(await user.call('photo.list', { projectId: photo.projectId })).toEqual([photo]);
  });

  test('so is one whose photo is taken back by undo', async () => {
    const photo = await user.addPhoto({ behaviour: { '02-analyse': 'wait' } });
    const { id } = await user.call('job.start', { photoId: photo.id, settings: {} });
    await user.untilJob(id, ({ stages }) => stages[1]!.state === 'running');
    expect((await user.call('history.state', {})).undo).toMatchObject({ action: 'create', kind: 'photo' });
    await user.call('history.undo', {});
    await user.untilState(id, 'cancelled');
    await user.call('history.redo', {});
    expect(await user.call('job.list', { projectId: photo.projectId })).toMatchObject([
      { state: 'cancelled' },
    ]);
  });

  test('purges only what is in it; a making can be undone, and redone', async () => {
    const project = await user.call('project.create', { name: 'Short' });
    const items: ItemRef[] = [{ kind: 'project', id: project.id }];
    await expect(user.call('trash.purge', { items })).rejects.toMatchObject({ code: 'not-found' });
    const listed = async () => (await user.call('project.list', {})).some(({ id }) => id === project.id);
    await user.call('history.undo', {});
    expect(await listed()).toBe(false);
    await user.call('history.redo', {});
    expect(await listed()).toBe(true);
    await user.call('history.undo', {});
    await user.call('trash.purge', { items });
    expect((await user.call('history.state', {})).redo).toBeNull();
    expect(await user.call('trash.list', {})).toEqual([]);
  });
});

describe('storage', () => {
  test('counts what is used for what; a clean-up removes old strays and artefacts, and no head', async () => {
    const { photo, job, head } = await addHead();
    const stray = await user.studio.blobs.put(Buffer.from('a stray'));
    const fresh = await user.studio.blobs.put(Buffer.from('an upload that is about to become a photo'));
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    utimesSync(join(folder.path, 'blobs', stray.slice(0, 2), stray), longAgo, longAgo);
    const before = await user.call('storage.overview', {});
    expect(before.unreferenced.files).toBeGreaterThanOrEqual(2);
    expect(before.artefacts.files).toBeGreaterThanOrEqual(7);
    expect(before.library.bytes).toBeGreaterThan(4096);

    await user.call('storage.clean', { kinds: ['unreferenced'] });
    expect(await Promise.all([stray, fresh].map((blob) => user.studio.blobs.has(blob)))).toEqual([
      false,
      true,
    ]);
    const removed = await user.call('storage.clean', { kinds: ['artefacts'] });
    const after = await user.call('storage.overview', {});
    // Those of the cancelled job above stay: it can be carried on with.
    expect(removed.files).toBeGreaterThanOrEqual(7);
    expect(after).toMatchObject({
      artefacts: {
        files: before.artefacts.files - removed.files,
        bytes: before.artefacts.bytes - removed.bytes,
      },
      heads: before.heads,
      photos: before.photos,
    });

    const again = await run(
      user.call('job.start', { photoId: photo.id, settings: { seed: 1 }, base: { jobId: job.id } }),
    );
    expect(reused(again)).toEqual([]);
    expect(glb(await headOf(photo, again))).toBe(glb(head));
  });
});
