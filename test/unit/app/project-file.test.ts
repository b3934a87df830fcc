/** Project files: there and back, and whatever somebody may have put into one. */
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src-main/app/project-file/manifest.ts';
import { readZip } from '../../../src-main/app/project-file/read-zip.ts';
import { writeZip, type ZipEntry } from '../../../src-main/app/project-file/write-zip.ts';
import type { Head, Photo, Project } from '../../../src-main/contract/entities.ts';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
let photo: Photo;
let original: Buffer;
let path: string;

beforeAll(async () => {
  folder = makeTemporaryFolder();
  user = await openTestStudio(join(folder.path, 'data'));
  photo = await user.addPhoto();
  for (const seed of [1, 2]) {
    const { id } = await user.call('job.start', { photoId: photo.id, settings: { seed } });
    await user.untilState(id, 'done');
  }
  const [, old] = await heads(photo.projectId);
  await user.call('head.edit', {
    headId: old!.id,
    name: 'Zoë',
    note: 'keep',
    tags: ['a', 'b'],
    starred: true,
  });
  await user.call('head.restore', { headId: old!.id });
  const exported = await user.call('project.export', { projectId: photo.projectId, directory: folder.path });
  path = (exported as { path: string }).path;
  original = readFileSync(path);
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

const heads = (projectId: string): Promise<Head[]> => user.call('head.list', { projectId });
const collect = async (entries: ZipEntry[]): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeZip(entries)) pieces.push(piece);
  return Buffer.concat(pieces);
};
const entry = (name: string, content: Uint8Array | string): ZipEntry => ({
  name,
  read: async () => Buffer.from(content),
});
const hash = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The entries of the exported file. */
async function entriesOf(file: string): Promise<Map<string, Buffer>> {
  const handle = await open(file);
  const zip = await readZip(handle);
  const contents = new Map<string, Buffer>();
  for (const name of zip.names) {
    const pieces: Uint8Array[] = [];
    for await (const piece of zip.read(name)) pieces.push(piece);
    contents.set(name, Buffer.concat(pieces));
  }
  await handle.close();
  return contents;
}
const importBytes = async (bytes: Uint8Array): Promise<Project> => {
  const file = join(folder.path, 'foreign.gen3d');
  writeFileSync(file, bytes);
  return user.call('project.import', { path: file });
};

test('a project comes back with its photos, versions, choices and bytes, as another project', async () => {
  const project = await user.call('project.import', { path });
  expect(project).toMatchObject({ name: 'Test', photoCount: 1, headCount: 2 });
  expect(project.id).not.toBe(photo.projectId);
  const [before, after] = [await heads(photo.projectId), await heads(project.id)];
  const content = ({ id: _, projectId: _p, photoId: _f, jobId: _j, ...rest }: Head) => rest;
  expect(after.map(content)).toEqual(before.map(content));
  const [back] = await user.call('photo.list', { projectId: project.id });
  expect(back).toMatchObject({ blob: photo.blob, thumbnail: photo.thumbnail, name: photo.name });
  expect(back!.currentHeadId).toBe(after.find(({ name }) => name === 'Zoë')!.id);
  expect((await user.call('head.search', { query: 'zoe' })).length).toBe(2);
  // The versions are as good as those that were made here.
  const branch = await user.call('head.branch', { headId: after[0]!.id, settings: {} });
  await user.untilState(branch.id, 'done');
  await user.call('trash.put', { items: [{ kind: 'project', id: project.id }] });
});

test('the same project gives the same bytes; an export replaces no file; a download is the same', async () => {
  const again = await user.call('project.export', { projectId: photo.projectId, directory: folder.path });
  expect(again).toEqual({ name: 'Test.gen3d', path: join(folder.path, 'Test-2.gen3d') });
  expect(readFileSync(join(folder.path, 'Test-2.gen3d')).equals(original)).toBe(true);
  const download = await user.call('project.export', { projectId: photo.projectId });
  expect(download).toEqual({ name: 'Test.gen3d', blob: hash(original) });
  const project = await user.call('project.import', { blob: hash(original) });
  expect(project.headCount).toBe(2);
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('other programs read it', () => {
  const script = 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))';
  let said: string;
  try {
    said = execFileSync('python3', ['-c', script, path], { encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return console.log('skipped: there is no Python here');
  }
  expect(said).toMatch(/^None \d+\n$/);
});

describe('a file that is not what it should be is refused, and adds nothing', () => {
  let contents: Map<string, Buffer>;
  beforeAll(async () => {
    contents = await entriesOf(path);
  });
  const refuse = async (bytes: Uint8Array): Promise<void> => {
    const projects = await user.call('project.list', {});
    await expect(importBytes(bytes)).rejects.toMatchObject({ code: 'bad-request' });
    expect(await user.call('project.list', {})).toEqual(projects);
  };
  const rebuilt = (change: (contents: Map<string, Buffer>) => void): Promise<Buffer> => {
    const copy = new Map(contents);
    change(copy);
    return collect([...copy].map(([name, content]) => entry(name, content)));
  };
  const withManifest = (change: (manifest: Manifest) => void): Promise<Buffer> =>
    rebuilt((copy) => {
      const manifest = JSON.parse(copy.get('manifest.json')!.toString()) as Manifest;
      change(manifest);
      copy.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
    });

  test('rebuilt without a change it is taken', async () => {
    const project = await importBytes(await withManifest(() => undefined));
    expect(project.headCount).toBe(2);
  });

  test('cut off anywhere', async () => {
    for (let part = 0; part < 40; part++) await refuse(original.subarray(0, (original.length * part) / 40));
    await refuse(original.subarray(0, original.length - 1));
  });

  test('damaged anywhere: refused, or the very same project', async () => {
    const seed = 20260101;
    let state = seed;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const content = ({ name, note, tags, files }: Head) => ({ name, note, tags, files });
    const expected = (await heads(photo.projectId)).map(content);
    for (let attempt = 0; attempt < 60; attempt++) {
      const bytes = Buffer.from(original);
      const at = next(bytes.length);
      bytes[at]! ^= 1 << next(8);
      const imported = await importBytes(bytes).catch((error: { code?: string }) => error.code);
      if (typeof imported === 'string') expect([seed, at, imported]).toEqual([seed, at, 'bad-request']);
      else {
        // A date of an entry: nothing that a checksum holds.
        expect((await heads(imported!.id)).map(content)).toEqual(expected);
      }
    }
  });

  test.each([
    '../evil',
    '/etc/passwd',
    'blobs/../../evil',
    'blobs/' + 'A'.repeat(64),
    'C:\\evil',
    'manifest.json/../x',
    'readme.txt',
  ])('with the name %s', async (name) => {
    await refuse(await rebuilt((copy) => copy.set(name, Buffer.from('x'))));
  });

  test('with content that is not what its name says, too much, too little', async () => {
    const blob = [...contents.keys()].find((name) => name.startsWith('blobs/'))!;
    await refuse(await rebuilt((copy) => copy.set(blob, Buffer.alloc(copy.get(blob)!.length, 7))));
    await refuse(await rebuilt((copy) => copy.set(`blobs/${hash(Buffer.from('x'))}`, Buffer.from('x'))));
    await refuse(await rebuilt((copy) => void copy.delete(blob)));
    await refuse(await rebuilt((copy) => void copy.delete('manifest.json')));
    await refuse(Buffer.alloc(0));
    await refuse(Buffer.from('a text, not a project, long enough to hold an end record'));
  });

  test('with one name twice, with contents that overlap to more than the file', async () => {
    const twice = [...contents].map(([name, content]) => entry(name, content));
    await refuse(await collect([...twice, twice[1]!]));
    // Every directory entry says that its content is nearly as long as the file.
    const bytes = Buffer.from(original);
    const start = bytes.readUInt32LE(bytes.length - 22 + 16);
    for (let at = start; bytes.readUInt32LE(at) === 0x02014b50; at += 46 + bytes.readUInt16LE(at + 28)) {
      bytes.writeUInt32LE(start - 200, at + 20);
      bytes.writeUInt32LE(start - 200, at + 24);
    }
    await refuse(bytes);
  });

  test('packed, encrypted or split', async () => {
    const start = original.readUInt32LE(original.length - 22 + 16);
    const changes: [number, number][] = [
      [start + 10, 8],
      [start + 8, 1],
      [original.length - 22 + 4, 1],
      [original.length - 22 + 8, 1],
    ];
    for (const [at, value] of changes) {
      const bytes = Buffer.from(original);
      bytes.writeUInt16LE(value, at);
      await refuse(bytes);
    }
  });

  test.each<[string, (manifest: Manifest) => void]>([
    ['another format', (m) => void ((m as { format: string }).format = 'zip')],
    ['a newer format', (m) => void ((m as { formatVersion: number }).formatVersion = 3)],
    ['a file name that leaves the folder', (m) => void (m.heads[0]!.files[0]!.name = '../../.bashrc')],
    ['an absolute file name', (m) => void (m.heads[0]!.files[0]!.name = '/etc/cron.d/x')],
    ['a Windows file name', (m) => void (m.heads[0]!.files[0]!.name = 'C:\\x')],
    ['settings out of range', (m) => void (m.heads[0]!.settings.views = 1e9)],
    ['another size than the file’s', (m) => void (m.heads[0]!.files[0]!.bytes += 1)],
    ['a head without a job', (m) => void (m.heads[0]!.jobId = randomUUID())],
    ['two heads of one job', (m) => void (m.heads[1]!.jobId = m.heads[0]!.jobId)],
    ['a job without a photo', (m) => void (m.jobs[0]!.photoId = randomUUID())],
    ['one id twice', (m) => void m.photos.push(m.photos[0]!)],
    ['fields that nobody knows', (m) => void Object.assign(m.project, { admin: true })],
    ['a reference to nothing', (m) => void (m.photos[0]!.thumbnail = '0'.repeat(64))],
  ])('with %s in its records', async (_, change) => {
    await refuse(await withManifest(change));
  });

  test('a path that is no file', async () => {
    for (const wrong of [join(folder.path, 'nothing.gen3d'), folder.path]) {
      await expect(user.call('project.import', { path: wrong })).rejects.toMatchObject({ code: 'not-found' });
    }
    await expect(user.call('project.import', { blob: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(user.call('project.import', { path: 'relative.gen3d' })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });
});

test('checksums are those of the standard', async () => {
  const bytes = await collect([entry('manifest.json', '123456789')]);
  expect(crc32('123456789')).toBe(0xcbf43926);
  expect(bytes.readUInt32LE(14)).toBe(0xcbf43926);
});
