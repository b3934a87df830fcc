/** The library goes to another folder: whole, compared, while the studio runs, and never half. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  type StatsFs,
} from 'node:fs';
import type * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { copyVerified, listLibraryFiles } from '../../../src-main/app/library-move/copy-library.ts';
import { readLocation } from '../../../src-main/app/library-move/library-location.ts';
import type { WireEvent } from '../../../src-main/contract/wire.ts';
import type { LibraryPlace } from '../../../src-main/contract/library-place.ts';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

/** Bytes left at the place that is asked about; null: as it really is. */
const disk = vi.hoisted(() => ({ freeBytes: null as ((path: string) => number) | null }));
vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof nodeFs>();
  const statfs = async (path: string) =>
    disk.freeBytes === null
      ? real.statfs(path)
      : ({ bsize: 1, bavail: disk.freeBytes(path) } as unknown as StatsFs);
  return { ...real, statfs };
});

let folder: ReturnType<typeof makeTemporaryFolder>;
let data: string;
let target: string;
let user: StudioUser;
beforeEach(async () => {
  folder = makeTemporaryFolder();
  data = join(folder.path, 'data');
  target = join(folder.path, 'elsewhere/library');
  user = await openTestStudio(data);
});
afterEach(async () => {
  disk.freeBytes = null;
  await user.studio.close();
  folder.remove();
});

async function makeHead(): Promise<{ photoId: string; projectId: string; glb: string }> {
  const photo = await user.addPhoto();
  const job = await user.call('job.start', { photoId: photo.id, settings: { textureSizePx: 512 } });
  await user.untilState(job.id, 'done');
  const [head] = await user.call('head.list', { photoId: photo.id });
  return { photoId: photo.id, projectId: photo.projectId, glb: head!.files[0]!.blob };
}
const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .sort();
const contents = (directory: string, names: string[]): Buffer[] =>
  names.map((name) => readFileSync(join(directory, name)));
async function reopen(): Promise<void> {
  await user.studio.close();
  user = await openTestStudio(data);
}

test('moves with everything in it, goes on there, also after a restart, and leaves the old one until it is told', async () => {
  const { photoId, glb } = await makeHead();
  await user.call('backup.create', {});
  const events: WireEvent[] = [];
  user.studio.on((event) => events.push(event));
  const place = await user.call('library.move', { directory: target });
  expect(place).toEqual({ directory: target, previous: data, moving: null, canAsk: false });
  const blobs = filesBelow(data).filter((name) => /^(blobs|backups)/.test(name));
  expect(blobs.length).toBeGreaterThan(4);
  expect(contents(target, blobs)).toEqual(contents(data, blobs));
  const moved = events.flatMap(({ event, payload }) =>
    event === 'library.placed' ? [(payload as { place: LibraryPlace }).place.moving] : [],
  );
  expect(moved.map((move) => move?.phase)).toEqual(
    expect.arrayContaining(['copying', 'waiting', 'finishing']),
  );
  const last = moved.findLast((move) => move !== null)!;
  expect([last.doneFiles, last.doneBytes]).toEqual([last.files, last.bytes]);

  // What is made from now on is made there: records, uploads, engines, backups.
  const before = filesBelow(data);
  const again = await makeHead();
  await user.call('backup.create', {});
  expect(filesBelow(data)).toEqual(before);
  expect(await user.studio.blobs.has(glb)).toBe(true);
  await reopen();
  expect(await user.call('library.place', {})).toEqual(place);
  expect((await user.call('head.list', { photoId })).length).toBe(1);
  expect((await user.call('head.list', { photoId: again.photoId })).length).toBe(1);
  expect((await user.call('backup.list', {})).length).toBeGreaterThanOrEqual(2);

  writeFileSync(join(data, 'notes.txt'), 'the user’s own');
  expect((await user.call('library.removeOld', {})).previous).toBeNull();
  expect(filesBelow(data)).toEqual(['library-location.json', 'notes.txt']);
  expect((await user.call('head.list', { photoId })).length).toBe(1);
  // And back: the data folder is free again.
  expect((await user.call('library.move', { directory: data })).directory).toBe(data);
  await reopen();
  expect((await user.call('head.list', { photoId })).length).toBe(1);
  expect((await user.call('library.place', {})).previous).toBe(target);
}, 60_000);

test('waits for the job that runs, holds the next one back until it has moved', async () => {
  const slow = await user.addPhoto({ behaviour: { '02-analyse': 'wait' } });
  const job = await user.call('job.start', { photoId: slow.id, settings: {} });
  const next = await user.call('job.start', { photoId: slow.id, settings: {} });
  await user.untilJob(job.id, ({ stages }) => stages[1]!.state === 'running');
  const waiting = new Promise<void>((resolve) =>
    user.studio.on(({ event, payload }) => {
      if (
        event === 'library.placed' &&
        (payload as { place: LibraryPlace }).place.moving?.phase === 'waiting'
      )
        resolve();
    }),
  );
  const moved = user.call('library.move', { directory: target });
  await waiting;
  await user.call('job.cancel', { jobId: job.id });
  expect((await moved).directory).toBe(target);
  await user.untilJob(next.id, ({ state }) => state === 'running');
  expect(filesBelow(data)).not.toContain('blobs/incoming');
}, 60_000);

test('a cancelled move leaves nothing there and everything here', async () => {
  const slow = await user.addPhoto({ behaviour: { '02-analyse': 'wait' } });
  const job = await user.call('job.start', { photoId: slow.id, settings: {} });
  await user.untilJob(job.id, ({ stages }) => stages[1]!.state === 'running');
  const moved = user.call('library.move', { directory: target });
  const refused = expect(moved).rejects.toMatchObject({ code: 'cancelled' });
  await new Promise<void>((resolve) =>
    user.studio.on(({ payload }) => {
      if ((payload as { place?: LibraryPlace }).place?.moving?.phase === 'waiting') resolve();
    }),
  );
  expect(await user.call('library.cancelMove', {})).toMatchObject({ directory: data, moving: null });
  await refused;
  expect(existsSync(target)).toBe(false);
  expect(await user.call('photo.list', { projectId: slow.projectId })).toHaveLength(1);
}, 60_000);

test('what an attempt left that was killed in the middle is used, not believed', async () => {
  const { photoId } = await makeHead();
  const blobs = filesBelow(data).filter((name) => name.startsWith('blobs'));
  mkdirSync(join(target, blobs[0]!, '..'), { recursive: true });
  mkdirSync(join(target, blobs[1]!, '..'), { recursive: true });
  writeFileSync(join(target, '.gen3d-move'), '');
  writeFileSync(join(target, blobs[0]!), 'half');
  writeFileSync(join(target, `${blobs[1]!}.part`), 'half');
  await user.call('library.move', { directory: target });
  expect(contents(target, blobs)).toEqual(contents(data, blobs));
  expect(filesBelow(target).filter((name) => /part$|gen3d-move/.test(name))).toEqual([]);
  expect(await user.call('head.list', { photoId })).toHaveLength(1);
});

describe('room', () => {
  const SPARE_BYTES = 64 * 2 ** 20;
  const bytesBelow = (directory: string): number =>
    existsSync(directory)
      ? filesBelow(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
      : 0;
  const libraryBytes = async (): Promise<number> =>
    (await listLibraryFiles(data)).reduce((sum, { bytes }) => sum + bytes, 0);
  const give = (bytes: number): void => {
    disk.freeBytes = () => bytes - bytesBelow(target);
  };

  test('for the library once is enough; for less than it, nothing is begun', async () => {
    await user.studio.blobs.put(Buffer.alloc(2 ** 20, 1));
    const bytes = await libraryBytes();
    give(bytes + SPARE_BYTES);
    await expect(user.call('library.move', { directory: target })).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(existsSync(target)).toBe(false);
    give(bytes + SPARE_BYTES + 1);
    expect((await user.call('library.move', { directory: target })).directory).toBe(target);
  });

  test('is not asked for again for what an attempt before left there', async () => {
    const blob = await user.studio.blobs.put(Buffer.alloc(2 ** 20, 1));
    await user.studio.blobs.put(Buffer.alloc(1000, 2));
    const name = join('blobs', blob.slice(0, 2), blob);
    mkdirSync(join(target, name, '..'), { recursive: true });
    writeFileSync(join(target, '.gen3d-move'), '');
    writeFileSync(join(target, name), readFileSync(join(data, name)));
    give((await libraryBytes()) + SPARE_BYTES + 1);
    expect((await user.call('library.move', { directory: target })).directory).toBe(target);
  });
});

describe('a file of the library', () => {
  test('that is removed while it moves is left out, and the studio goes on', async () => {
    const blobs = await Promise.all([1, 2, 3].map((fill) => user.studio.blobs.put(Buffer.alloc(1000, fill))));
    const nameOf = (blob: string): string => join('blobs', blob.slice(0, 2), blob);
    let listed = 0;
    user.studio.on(({ event, payload }) => {
      if (event !== 'library.placed') return;
      const { moving } = (payload as { place: LibraryPlace }).place;
      if (moving?.phase !== 'copying' || moving.files === 0 || moving.doneFiles > 0) return;
      listed = moving.files;
      for (const blob of [blobs[0]!, blobs[2]!]) rmSync(join(data, nameOf(blob)));
    });
    await user.call('library.move', { directory: target });
    expect(listed).toBeGreaterThanOrEqual(3);
    expect(filesBelow(target).filter((name) => name.startsWith('blobs'))).toEqual([nameOf(blobs[1]!)]);
  });

  test('that cannot be read is named, and the move is off', async () => {
    const { signal } = new AbortController();
    const gone = join(folder.path, 'gone');
    const to = join(folder.path, 'copy');
    await copyVerified(gone, to, signal);
    expect(existsSync(to)).toBe(false);
    // Even where a copy is there already.
    writeFileSync(to, 'from before');
    await copyVerified(gone, to, signal);
    for (const [unreadable, code] of [
      [folder.path, 'EISDIR'],
      // As when the drive is pulled out: that is no file less, but a library less.
      [join(folder.path, 'pulled-out', 'blob'), 'ENOENT'],
    ] as const) {
      await expect(copyVerified(unreadable, join(folder.path, 'other'), signal)).rejects.toMatchObject({
        code: 'internal',
        message: `${unreadable} of the library could not be read (${code}).`,
        hint: expect.stringContaining('stays where it is') as string,
      });
    }
    expect(filesBelow(folder.path)).not.toContain('other.part');
  });
});

describe('refuses', () => {
  test('folders with something in them, its own, ones inside and around it', async () => {
    await user.addPhoto();
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'thesis.doc'), 'mine');
    for (const directory of [target, data, join(data, 'blobs'), join(data, 'new'), folder.path]) {
      await expect(user.call('library.move', { directory }), directory).rejects.toMatchObject({
        code: 'bad-request',
        hint: 'Choose an empty folder, or type the name of a new one.',
      });
    }
    expect(readFileSync(join(target, 'thesis.doc'), 'utf8')).toBe('mine');
    await expect(user.call('library.move', { directory: 'relative' })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  test('a place that is gone at the next start, instead of starting over; and one that says nothing', async () => {
    await makeHead();
    await user.call('library.move', { directory: target });
    await user.studio.close();
    rmSync(target, { recursive: true });
    const lost = {
      code: 'library-damaged',
      hint: expect.stringContaining('library-location.json') as string,
    };
    await expect(openTestStudio(data)).rejects.toMatchObject(lost);
    writeFileSync(join(data, 'library-location.json'), '{"directory": "nowhere"}');
    await expect(readLocation(data)).rejects.toMatchObject(lost);
    rmSync(join(data, 'library-location.json'));
    user = await openTestStudio(data);
    expect(await user.call('project.list', {})).toHaveLength(1);
  });
});
