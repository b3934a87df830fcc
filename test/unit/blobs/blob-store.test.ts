import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBlobStore, type BlobFileSystem, type BlobStore } from '../../../src-main/blobs/blob-store.ts';
import { makeTemporaryFolder } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let blobs: BlobStore;

beforeEach(() => {
  folder = makeTemporaryFolder();
  blobs = createBlobStore(folder.path);
});
afterEach(() => folder.remove());

const files = (): string[] =>
  readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
const pathOf = (blob: string): string => join(folder.path, blob.slice(0, 2), blob);

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('gives back what was put, under its SHA-256, however it was cut', async () => {
  for (const length of [0, 1, 255, 70_000]) {
    const bytes = randomBytes(length);
    const blob = await blobs.put(bytes);
    expect(blob).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(Buffer.from(await blobs.get(blob)).equals(bytes)).toBe(true);
    expect(await blobs.putStream(chunksOf(bytes, 999), length)).toEqual({ blob, bytes: length });
    expect(await blobs.size(blob)).toBe(length);
  }
  expect(files().length).toBe(4);
});

test('the same content put ten times at once is one file and no leftovers', async () => {
  const bytes = randomBytes(50_000);
  const ids = await Promise.all(Array.from({ length: 10 }, () => blobs.put(bytes)));
  expect(new Set(ids).size).toBe(1);
  expect(files()).toEqual([ids[0]]);
});

test('refuses more than the limit and keeps nothing of it', async () => {
  await expect(blobs.putStream(chunksOf(randomBytes(5000), 1000), 4999)).rejects.toMatchObject({
    code: 'bad-request',
  });
  expect(files()).toEqual([]);
  await expect(blobs.putStream(chunksOf(randomBytes(5000), 1000), 5000)).resolves.toMatchObject({
    bytes: 5000,
  });
});

test('an upload that breaks off leaves nothing', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield randomBytes(100);
    throw new Error('connection lost');
  };
  await expect(blobs.putStream(broken(), 1000)).rejects.toThrow('connection lost');
  expect(files()).toEqual([]);
});

test('a file that was changed on disk is noticed', async () => {
  const blob = await blobs.put(randomBytes(1000));
  const path = pathOf(blob);
  const bytes = readFileSync(path);
  bytes[500]! ^= 1;
  writeFileSync(path, bytes);
  await expect(blobs.get(blob)).rejects.toMatchObject({ code: 'internal' });
});

test.each([
  ['changed', (bytes: Buffer) => bytes.fill(7, 500, 501)],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, 10)],
  ['emptied', () => Buffer.alloc(0)],
])('a file that was %s on disk is whole again when it is put again', async (_, damage) => {
  const bytes = Buffer.alloc(1000, 1);
  const blob = await blobs.put(bytes);
  writeFileSync(pathOf(blob), damage(Buffer.from(bytes)));
  await expect(blobs.get(blob)).rejects.toMatchObject({ code: 'internal' });
  expect(await blobs.put(bytes)).toBe(blob);
  expect(Buffer.from(await blobs.get(blob)).equals(bytes)).toBe(true);
  expect(files()).toEqual([blob]);
});

test('a file that cannot be replaced because it is open stays if it is whole, and is no success if it is not', async () => {
  const refusal = Object.assign(new Error('EPERM: operation not permitted, rename'), { code: 'EPERM' });
  const inUse = createBlobStore(folder.path, { ...nodeFs, rename: () => Promise.reject(refusal) });
  const bytes = Buffer.alloc(1000, 1);
  const blob = await blobs.put(bytes);
  const longAgo = new Date(0);
  utimesSync(pathOf(blob), longAgo, longAgo);
  expect(await inUse.put(bytes)).toBe(blob);
  // A clean-up must not take what was just put.
  expect(statSync(pathOf(blob)).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  for (const damaged of [Buffer.alloc(1000, 2), Buffer.alloc(999, 1)]) {
    writeFileSync(pathOf(blob), damaged);
    await expect(inUse.put(bytes)).rejects.toBe(refusal);
  }
  expect(files()).toEqual([blob]);
  await expect(inUse.put(randomBytes(10))).rejects.toBe(refusal);
});

test('what was put again is as young as what is new', async () => {
  const blob = await blobs.put(Buffer.from('kept'));
  const longAgo = new Date(0);
  utimesSync(pathOf(blob), longAgo, longAgo);
  await blobs.put(Buffer.from('kept'));
  expect(statSync(pathOf(blob)).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
});

test('names that are no blob ids never reach the disk', async () => {
  for (const name of ['../../etc/passwd', '', 'a'.repeat(63), 'A'.repeat(64), `${'a'.repeat(64)}/x`]) {
    await expect(blobs.get(name)).rejects.toMatchObject({ code: 'not-found' });
    expect(() => blobs.openRead(name)).toThrow(/no file/);
  }
  await expect(blobs.get('a'.repeat(64))).rejects.toMatchObject({ code: 'not-found' });
  expect(await blobs.has('a'.repeat(64))).toBe(false);
});

test.each(['ENOSPC', 'EDQUOT'])(
  'a full disk (%s) is disk-full, wherever it hits, and leaves no half file',
  async (code) => {
    const full = Object.assign(new Error(`${code}: no space left on device`), { code });
    const failWrite: BlobFileSystem = {
      ...nodeFs,
      open: async (path, flags) => {
        const file = await nodeFs.open(path, flags);
        const write = file.writeFile.bind(file);
        // The first kilobyte still fits: what is left over must be a real half file.
        file.writeFile = async (data) => {
          await write((data as Uint8Array).subarray(0, 1024));
          throw full;
        };
        return file;
      },
    };
    const failSync: BlobFileSystem = {
      ...nodeFs,
      open: async (path, flags) => {
        const file = await nodeFs.open(path, flags);
        file.sync = () => Promise.reject(full);
        return file;
      },
    };
    const failFolder: BlobFileSystem = {
      ...nodeFs,
      mkdir: (() => Promise.reject(full)) as typeof nodeFs.mkdir,
    };
    for (const fs of [failWrite, failSync, failFolder]) {
      await expect(createBlobStore(folder.path, fs).put(randomBytes(4096))).rejects.toMatchObject({
        code: 'disk-full',
      });
      expect(files()).toEqual([]);
    }
  },
);

test('garbage: only what is old and not referred to goes', async () => {
  const [kept, old, fresh] = await Promise.all([1, 2, 3].map((n) => blobs.put(randomBytes(10 * n))));
  const nowMs = Date.now();
  const hourMs = 60 * 60 * 1000;
  for (const blob of [kept!, old!]) {
    const longAgo = new Date(nowMs - 2 * hourMs);
    utimesSync(pathOf(blob), longAgo, longAgo);
  }
  const removed = await blobs.collectGarbage(new Set([kept!]), { nowMs, minAgeMs: hourMs });
  expect(removed).toEqual({ removed: 1, bytes: 20 });
  expect(await Promise.all([kept!, old!, fresh!].map((blob) => blobs.has(blob)))).toEqual([
    true,
    false,
    true,
  ]);
  expect(statSync(pathOf(fresh!)).size).toBe(30);
});
