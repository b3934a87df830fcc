/** Single views as the window edits them: real library, real engine process, tiny stages. */
import { cpSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStudio } from '../../../src-main/app/studio.ts';
import { inheritTakes } from '../../../src-main/app/view-sets.ts';
import type { Head, Job, Photo } from '../../../src-main/contract/entities.ts';
import { STAGES } from '../../../src-main/contract/stages.ts';
import type { ViewSet } from '../../../src-main/contract/views.ts';
import type { WireEvent } from '../../../src-main/contract/wire.ts';
import {
  APP_PATHS,
  createTestHost,
  makeTemporaryFolder,
  type StudioUser,
  useStudio,
} from '../../support/studio-host.ts';

const PACK = join(import.meta.dirname, '../../fixtures/view-pack/gen3d-small');
const SETTINGS = { views: 4, viewSizePx: 64 };
let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
const events: WireEvent[] = [];
const openWithPack = async (): Promise<StudioUser> => {
  const host = createTestHost(join(folder.path, 'data'));
  const modelsDirectory = join(folder.path, 'models');
  return useStudio(await openStudio({ ...host, paths: { ...APP_PATHS, modelsDirectory } }));
};
beforeAll(async () => {
  folder = makeTemporaryFolder();
  mkdirSync(join(folder.path, 'models'));
  cpSync(PACK, join(folder.path, 'models', 'gen3d-small'), { recursive: true });
  user = await openWithPack();
  user.studio.on((event) => void events.push(event));
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

const done = async (job: Job): Promise<Job> => user.untilState(job.id, 'done', 'failed', 'cancelled');
const upload = async (bytes: Uint8Array): Promise<string> => {
  const reply = await user.studio.upload(
    (async function* () {
      yield bytes;
    })(),
  );
  if ('error' in reply) throw new Error(reply.error.message);
  return reply.blob;
};
const picture = (side: number, alpha: number): Promise<Uint8Array> =>
  sharp({
    create: { width: side, height: side, channels: 4, background: { r: 9, g: 9, b: 9, alpha } },
  })
    .png()
    .toBuffer();
async function addHead(settings: Partial<Head['settings']> = {}) {
  const photo = await user.addPhoto();
  const job = await done(
    await user.call('job.start', { photoId: photo.id, settings: { ...SETTINGS, ...settings } }),
  );
  const head = await headOf(photo, job);
  return { photo, head, set: await user.call('views.open', { headId: head.id }) };
}
const headOf = async (photo: Photo, job: Job): Promise<Head> =>
  (await user.call('head.list', { projectId: photo.projectId })).find(
    ({ id, jobId }) => id === job.headId || jobId === job.id,
  )!;
const reopen = (head: Head): Promise<ViewSet> => user.call('views.open', { headId: head.id });
const regenerate = async (set: ViewSet, views: number[], seed = 7): Promise<Job> =>
  done(await user.call('views.regenerate', { viewSetId: set.id, views, seed, strength: 0.5, masks: [] }));
const glb = (head: Head): string => head.files.find(({ name }) => name === 'head.glb')!.blob;

describe('views of a head', () => {
  test('are its files, each with one take, the same set each time', async () => {
    const { head, set } = await addHead();
    expect(set.views.map(({ azimuthDeg }) => azimuthDeg)).toEqual([0, 90, 180, 270]);
    expect(set.regeneration).toBe('available');
    set.views.forEach((view, index) => {
      expect(view.takes).toHaveLength(1);
      expect(view.takes[0]).toMatchObject({ origin: { kind: 'generated' }, data: null, view: index });
      expect(view.takes[0]!.image).toBe(
        head.files.find(({ name }) => name === `views/view-0${index}.png`)!.blob,
      );
    });
    expect(await reopen(head)).toEqual(set);
  });

  test('made anew: a job up to stage 04, new takes in use, one edit to undo and redo without computing', async () => {
    const { head, set } = await addHead();
    const job = await regenerate(set, [1, 3]);
    expect(job.state).toBe('done');
    expect(job.headId).toBeNull();
    expect(job.stages.filter(({ state }) => state === 'done').map(({ id }) => id)).toEqual(
      STAGES.slice(0, 4),
    );
    expect(job.stages.slice(0, 3).every(({ reused }) => reused)).toBe(true);
    const after = await reopen(head);
    expect(events).toContainEqual({ event: 'views.changed', payload: { viewSet: after } });
    for (const view of [1, 3]) {
      const { takes, takeId } = after.views[view]!;
      expect(takes.map(({ id }) => id)).toEqual([set.views[view]!.takeId, takeId]);
      expect(takes[1]!.origin).toEqual({ kind: 'regenerated', seed: 7, strength: 0.5, mask: null });
      expect(takes[1]!.scores).toMatchObject({ neighbourDifferencePercent: 7 });
    }
    expect(after.views[0]).toEqual(set.views[0]);
    expect(await user.call('history.state', {})).toMatchObject({
      undo: { action: 'regenerate', kind: 'view', count: 2 },
    });
    await user.call('history.undo', {});
    expect(await reopen(head)).toEqual(set);
    await user.call('history.redo', {});
    expect(await reopen(head)).toEqual(after);
  });

  test('a second edit starts from the takes in use', async () => {
    const { head, set } = await addHead();
    await regenerate(set, [1]);
    const between = await reopen(head);
    const job = await regenerate(set, [2], 8);
    const { takeId } = between.views[1]!;
    expect(job.task.takes.map((take) => [take.view, take.takeId])).toEqual([[1, takeId]]);
  });

  test('a second edit of the same view that waits for the first builds on what that made', async () => {
    const { head, set } = await addHead();
    const start = (seed: number) =>
      user.call('views.regenerate', { viewSetId: set.id, views: [1], seed, strength: 0.5, masks: [] });
    const jobs = [await start(1), await start(2)];
    const [first, second] = [await done(jobs[0]!), await done(jobs[1]!)];
    const [, made, last] = (await reopen(head)).views[1]!.takes;
    expect(first.task.takes).toEqual([]);
    expect(second.task.takes).toEqual([{ view: 1, takeId: made!.id, data: made!.data }]);
    expect((await reopen(head)).views[1]!.takeId).toBe(last!.id);
    // What was used is kept with the job.
    const [kept] = await user.call('job.list', { photoId: set.photoId });
    expect(kept!.task).toEqual(second.task);
  });

  test('a take is chosen, a view locked; both undone; locked views are refused', async () => {
    const { head, set } = await addHead();
    await regenerate(set, [0]);
    const first = set.views[0]!.takeId;
    const choices = [{ view: 0, takeId: first }];
    expect((await user.call('views.choose', { viewSetId: set.id, choices })).views[0]!.takeId).toBe(first);
    await user.call('history.undo', {});
    expect((await reopen(head)).views[0]!.takeId).not.toBe(first);
    const locked = await user.call('views.lock', { viewSetId: set.id, views: [0, 2], locked: true });
    expect(locked.views.map((view) => view.locked)).toEqual([true, false, true, false]);
    await expect(user.call('views.choose', { viewSetId: set.id, choices })).rejects.toMatchObject({
      code: 'bad-request',
      message: 'The view at 0° is locked.',
    });
    await expect(regenerate(set, [1, 2])).rejects.toMatchObject({ message: 'The view at 180° is locked.' });
    await user.call('history.undo', {});
    expect((await reopen(head)).views.every((view) => !view.locked)).toBe(true);
  });

  test('painted over: size and transparency are asked for at once', async () => {
    const { head, set } = await addHead();
    const paint = async (bytes: Uint8Array) =>
      user.call('views.paint', { viewSetId: set.id, view: 2, blob: await upload(bytes) });
    await expect(paint(await picture(100, 0.5))).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('100 × 100 px, the view 64 × 64') as string,
    });
    await expect(paint(await picture(64, 1))).rejects.toMatchObject({
      message: expect.stringContaining('no transparency') as string,
    });
    const job = await done(await paint(await picture(64, 0.5)));
    expect(job.state).toBe('done');
    expect((await reopen(head)).views[2]!.takes[1]!.origin.kind).toBe('painted');
  });

  test('what does not exist is refused', async () => {
    const { set } = await addHead();
    await expect(regenerate(set, [9])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(
      user.call('views.choose', { viewSetId: set.id, choices: [{ view: 0, takeId: set.id }] }),
    ).rejects.toMatchObject({ code: 'not-found' });
    const { head } = await addHead();
    await expect(user.call('views.build', { viewSetId: set.id, headId: head.id })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  test('of another number than the pack makes cannot be made anew, and say so', async () => {
    const { set } = await addHead({ views: 8 });
    expect(set.regeneration).toBe('other-count');
    await expect(regenerate(set, [1])).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('a head from takes', () => {
  test('names them, reuses what comes before, and comes out the same again', async () => {
    const { photo, head, set } = await addHead();
    await regenerate(set, [1]);
    const build = async () =>
      headOf(photo, await done(await user.call('views.build', { viewSetId: set.id, headId: head.id })));
    const built = await build();
    const after = await reopen(head);
    expect(built.views.map(({ takeId }) => takeId)).toEqual([null, after.views[1]!.takeId, null, null]);
    expect(glb(built)).not.toBe(glb(head));
    expect(glb(await build())).toBe(glb(built));
    expect((await reopen(built)).id).toBe(set.id);
    const choices = [{ view: 1, takeId: set.views[1]!.takeId }];
    await user.call('views.choose', { viewSetId: set.id, choices });
    expect(glb(await build())).toBe(glb(head));
  });

  test('keeps them in a branch with the same views, and drops them with others', async () => {
    const { photo, head, set } = await addHead();
    await regenerate(set, [1]);
    const job = await done(await user.call('views.build', { viewSetId: set.id, headId: head.id }));
    const built = await headOf(photo, job);
    const branch = (settings: Partial<Head['settings']>) =>
      user.call('head.branch', { headId: built.id, settings });
    expect((await done(await branch({ textureSizePx: 512 }))).task).toEqual(job.task);
    expect((await done(await branch({ viewSizePx: 128 }))).task.takes).toEqual([]);
    const again = {
      photoId: photo.id,
      settings: built.settings,
      base: { jobId: job.id, fromStage: STAGES[3] },
    };
    expect((await done(await user.call('job.start', again))).task.takes).toEqual([]);
    // Another head model is another face below the takes.
    const otherFace = { ...built.settings, headModel: 'a'.repeat(64) };
    expect(inheritTakes(job, otherFace, false)).toMatchObject({ takes: [] });
    expect(inheritTakes(job, built.settings, false)).toEqual(job.task);
  });

  test('survives a clean-up, a purged first head, and a project file', async () => {
    const { photo, head, set } = await addHead();
    const mask = await upload(await picture(16, 0.3));
    const masks = [{ view: 1, blob: mask }];
    await done(
      await user.call('views.regenerate', { viewSetId: set.id, views: [1], seed: 1, strength: 1, masks }),
    );
    const built = await headOf(
      photo,
      await done(await user.call('views.build', { viewSetId: set.id, headId: head.id })),
    );
    const items = [{ kind: 'head' as const, id: head.id }];
    await user.call('trash.put', { items });
    await user.call('trash.purge', { items });
    // Old enough for a clean-up to take whatever nothing refers to.
    for await (const { blob } of user.studio.blobs.list())
      utimesSync(join(folder.path, 'data', 'blobs', blob.slice(0, 2), blob), 0, 0);
    await user.call('storage.clean', { kinds: ['unreferenced', 'artefacts'] });
    const kept = await reopen(built);
    const [, take] = kept.views[1]!.takes;
    for (const blob of [mask, take!.image, take!.data!]) expect(await user.studio.blobs.has(blob)).toBe(true);

    const file = await user.call('project.export', { projectId: photo.projectId, directory: folder.path });
    const project = await user.call('project.import', { path: (file as { path: string }).path });
    const [copy] = await user.call('head.list', { projectId: project.id });
    const copied = await reopen(copy!);
    expect(copied.id).not.toBe(set.id);
    expect(copied.views[1]!.takes.map(({ image }) => image)).toEqual(
      kept.views[1]!.takes.map(({ image }) => image),
    );
    expect(copy!.views[1]!.takeId).toBe(copied.views[1]!.takeId);
    // The stages' results did not travel: all is made again, the take is laid over, the head is the same.
    const rebuilt = await done(await user.call('views.build', { viewSetId: copied.id, headId: copy!.id }));
    expect(
      glb((await user.call('head.list', { projectId: project.id })).find(({ id }) => id === rebuilt.headId)!),
    ).toBe(glb(built));
  });

  test('everything is there after a restart', async () => {
    const { head, set } = await addHead();
    await regenerate(set, [2]);
    const before = await reopen(head);
    await user.studio.close();
    user = await openWithPack();
    expect(await reopen(head)).toEqual(before);
    await user.call('history.undo', {});
    expect(await reopen(head)).toEqual(set);
  });
});
