import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pathBelow, writeFiles, type WriteFileSystem } from '../../../src-main/app/write-files.ts';
import { makeTemporaryFolder } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

const file = (name: string, bytes = Buffer.from(name)) => ({ name, read: async () => bytes });
const all = (): string[] => readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).sort();

test('writes files and folders, over what was there', async () => {
  writeFileSync(join(folder.path, 'a.txt'), 'old and longer than the new one');
  const written = await writeFiles(folder.path, [file('a.txt'), file('views/b.txt')]);
  expect(written).toEqual([join(folder.path, 'a.txt'), join(folder.path, 'views/b.txt')]);
  expect(all()).toEqual(['a.txt', 'views', 'views/b.txt']);
  expect(readFileSync(join(folder.path, 'a.txt'), 'utf8')).toBe('a.txt');
});

test('a disk that fills up in the middle leaves what was there and no half file', async () => {
  writeFileSync(join(folder.path, 'b.bin'), 'the old one');
  let room = 1;
  const fs: WriteFileSystem = {
    ...nodeFs,
    open: async (path, flags) => {
      const handle = await nodeFs.open(path, flags);
      if (room-- > 0) return handle;
      const write = handle.writeFile.bind(handle);
      handle.writeFile = async (data) => {
        await write((data as Uint8Array).subarray(0, 10));
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      };
      return handle;
    },
  };
  const files = [file('a.bin'), file('b.bin', Buffer.alloc(1000)), file('c.bin')];
  await expect(writeFiles(folder.path, files, { fs })).rejects.toMatchObject({ code: 'disk-full' });
  expect(all()).toEqual(['a.bin', 'b.bin']);
  expect(readFileSync(join(folder.path, 'b.bin'), 'utf8')).toBe('the old one');
});

test('a cancel between two files leaves only whole ones', async () => {
  const controller = new AbortController();
  const second = {
    name: 'b.txt',
    read: async () => {
      controller.abort();
      return Buffer.from('b');
    },
  };
  const work = writeFiles(folder.path, [file('a.txt'), second, file('c.txt')], { signal: controller.signal });
  await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  expect(all()).toEqual(['a.txt', 'b.txt']);
});

test('a name that leaves the folder is refused before anything is written', async () => {
  for (const name of ['../x', '/etc/x', 'views/../../x', '.', '', 'a\0b']) {
    await expect(writeFiles(folder.path, [file('good.txt'), file(name)])).rejects.toMatchObject({
      code: 'bad-request',
    });
    expect(() => pathBelow(folder.path, name)).toThrow();
  }
  expect(all()).toEqual([]);
  expect(pathBelow('/', 'etc')).toBe('/etc');
});

test('a folder that cannot be one is said in words', async () => {
  writeFileSync(join(folder.path, 'file'), '');
  await expect(writeFiles(join(folder.path, 'file'), [file('x')])).rejects.toMatchObject({
    code: 'bad-request',
    hint: /folder/,
  });
  mkdirSync(join(folder.path, 'taken'));
  await expect(writeFiles(folder.path, [file('taken')])).rejects.toThrow();
  expect(all()).toEqual(['file', 'taken']);
});
