import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBackups, type Backups } from '../../../src-main/app/backups.ts';
import { createLibraryEdits } from '../../../src-main/app/library-edits.ts';
import type { JobQueue } from '../../../src-main/app/job-queue.ts';
import { openLibrary, type Library } from '../../../src-main/library/library.ts';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

test('one a day, of a library with something in it, and none is ever removed', async () => {
  const library: Library = openLibrary(join(folder.path, 'library.sqlite'), { now: '' });
  const directory = join(folder.path, 'backups');
  const events: string[] = [];
  const emit = (event: string): void => void events.push(event);
  let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  const backups: Backups = createBackups(
    () => directory,
    {
      library,
      queue: {} as JobQueue,
      edits: createLibraryEdits({ library, emit, onHidden: () => undefined, describeViewSet: () => null }),
      emit,
    },
    () => nowMs,
  );
  mkdirSync(directory);
  writeFileSync(join(directory, 'library-2025-01-01T00-00-00-000Z.daily.sqlite.part'), 'half');
  await backups.makeDaily();
  expect(readdirSync(directory)).toEqual([]);
  library.projects.insert({ id: 'p', name: 'One', createdAt: '' });
  for (const hours of [0, 23, 2, 20, 24, 24]) {
    nowMs += hours * 60 * 60 * 1000;
    await backups.makeDaily();
  }
  const list = await backups.calls['backup.list']({});
  expect(list.map(({ createdAt, reason }) => `${createdAt} ${reason}`)).toEqual([
    '2026-01-04T21:00:00.000Z daily',
    '2026-01-03T21:00:00.000Z daily',
    '2026-01-02T01:00:00.000Z daily',
    '2026-01-01T00:00:00.000Z daily',
  ]);
  expect(readdirSync(directory).length).toBe(list.length);
  library.close();
});

test('a restore puts every record back, keeps what was there as a backup, and can itself be taken back', async () => {
  let user: StudioUser = await openTestStudio(folder.path);
  const photo = await user.addPhoto();
  const { id } = await user.call('job.start', { photoId: photo.id, settings: {} });
  const { headId } = await user.untilState(id, 'done');
  const heads = () => user.call('head.list', { projectId: photo.projectId });
  const before = await heads();
  const backup = await user.call('backup.create', {});
  await user.call('head.edit', { headId: headId!, name: 'Later' });
  const later = await user.call('project.create', { name: 'Later' });

  const replaced = new Promise<void>((resolve) => {
    user.studio.on(({ event }) => event === 'library.replaced' && resolve());
  });
  await user.call('backup.restore', { name: backup.name });
  await replaced;
  expect(await heads()).toEqual(before);
  expect((await user.call('project.list', {})).map(({ id: project }) => project)).not.toContain(later.id);
  // What works on the library works on the new one: edits, jobs, undo.
  await user.call('head.edit', { headId: headId!, starred: true });
  await user.call('history.undo', {});
  const next = await user.call('job.start', { photoId: photo.id, settings: { seed: 2 } });
  await user.untilState(next.id, 'done');

  const [undo] = await user.call('backup.list', {});
  expect(undo).toMatchObject({ reason: 'before-restore' });
  await user.call('backup.restore', { name: undo!.name });
  expect((await heads()).map(({ name }) => name)).toEqual(['Later']);
  expect((await user.call('storage.overview', {})).backups.files).toBe(3);
  await user.studio.close();
  user = await openTestStudio(folder.path);
  expect((await heads()).map(({ name }) => name)).toEqual(['Later']);
  await user.call('backup.remove', { name: backup.name });
  expect((await user.call('backup.list', {})).map(({ name }) => name)).not.toContain(backup.name);
  await user.studio.close();
});

test('a damaged backup, one of a newer studio, a running job and names that are paths are refused; nothing changes', async () => {
  const user = await openTestStudio(folder.path);
  const photo = await user.addPhoto({ behaviour: { '02-analyse': 'wait' } });
  const { name } = await user.call('backup.create', {});
  const directory = join(folder.path, 'backups');
  const damaged = name.replace('manual', 'daily');
  const bytes = readFileSync(join(directory, name));
  writeFileSync(join(directory, damaged), bytes.fill(0xa5, 4096, 8192));
  writeFileSync(join(directory, `library-2026-01-02T03-04-05-678Z.manual.sqlite`), 'a text');
  copyFileSync(join(directory, name), join(folder.path, 'outside.sqlite'));
  for (const wrong of [damaged, 'library-2026-01-02T03-04-05-678Z.manual.sqlite']) {
    await expect(user.call('backup.restore', { name: wrong })).rejects.toMatchObject({
      code: 'library-damaged',
    });
  }
  for (const wrong of [
    '../outside.sqlite',
    '',
    `../backups/${name}`,
    'library-2020-01-02T03-04-05-678Z.manual.sqlite',
  ]) {
    await expect(user.call('backup.restore', { name: wrong })).rejects.toMatchObject({ code: 'not-found' });
    await expect(user.call('backup.remove', { name: wrong })).rejects.toMatchObject({ code: 'not-found' });
  }
  expect(await user.call('photo.list', { projectId: photo.projectId })).toEqual([photo]);
  expect(readdirSync(folder.path).filter((file) => file.includes('incoming'))).toEqual([]);
  const job = await user.call('job.start', { photoId: photo.id, settings: {} });
  await user.untilJob(job.id, ({ stages }) => stages[1]!.state === 'running');
  await expect(user.call('backup.restore', { name })).rejects.toMatchObject({ code: 'bad-request' });
  await user.studio.close();
});
