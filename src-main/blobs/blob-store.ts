/**
 * Files named by the SHA-256 of their content: `<root>/<first two digits>/<64 digits>`. A blob is written to
 * `<root>/incoming/`, flushed, then renamed, so that a name never stands for half a file; the same content is stored once.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobId } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';

/** The part of `node:fs/promises` that the store uses, so that a test can hand in a full disk. */
export type BlobFileSystem = Pick<
  typeof nodeFs,
  'mkdir' | 'open' | 'readFile' | 'rename' | 'rm' | 'stat' | 'readdir' | 'utimes'
>;

export type StoredBlob = { blob: BlobId; bytes: number };

export type BlobStore = {
  put(bytes: Uint8Array): Promise<BlobId>;
  /** Refuses with `bad-request` as soon as more than `maxBytes` came in. */
  putStream(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob>;
  /** Throws `not-found`, or `internal` when the content no longer matches the name. */
  get(blob: BlobId): Promise<Uint8Array>;
  has(blob: BlobId): Promise<boolean>;
  size(blob: BlobId): Promise<number>;
  /** The first `length` bytes; all without one. Not checked against the name. */
  openRead(blob: BlobId, length?: number): Readable;
  /** For reading at any place; the caller closes it. */
  openFile(blob: BlobId): Promise<FileHandle>;
  /** All, with when each was last put. */
  list(): AsyncIterable<StoredBlob & { storedMs: number }>;
  /** Those that are there; the others are no mistake. */
  remove(blobs: Iterable<BlobId>): Promise<void>;
  /** Removes what is not in `keep` and older than `minAgeMs` (uploads that are not referred to yet). */
  collectGarbage(
    keep: ReadonlySet<BlobId>,
    options: GarbageOptions,
  ): Promise<{ removed: number; bytes: number }>;
};
export type GarbageOptions = { nowMs: number; minAgeMs: number };

const BLOB_ID = /^[0-9a-f]{64}$/;
const INCOMING = 'incoming';

export function isBlobId(value: string): value is BlobId {
  return BLOB_ID.test(value);
}

/** `place`: the root, or what says where it is now, for a library that moves. */
export function createBlobStore(place: string | (() => string), fs: BlobFileSystem = nodeFs): BlobStore {
  const rootNow = typeof place === 'string' ? () => place : place;
  const pathOf = (blob: BlobId): string => {
    if (!isBlobId(blob)) throw notFound(blob);
    return join(rootNow(), blob.slice(0, 2), blob);
  };

  const putStream = async (chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> => {
    const root = rootNow();
    const temporary = join(root, INCOMING, randomUUID());
    try {
      await fs.mkdir(join(root, INCOMING), { recursive: true });
      const written = await writeHashed(fs, temporary, chunks, maxBytes);
      const path = join(root, written.blob.slice(0, 2), written.blob);
      await fs.mkdir(join(root, written.blob.slice(0, 2)), { recursive: true });
      // Also over one of the name: that one may be damaged, this one is as it was hashed, and as young as a clean-up must see it.
      await fs.rename(temporary, path).catch((error: unknown) => keepThere(fs, path, written, error));
      return written;
    } catch (error) {
      throw isDiskFull(error) ? diskFull(root, error) : error;
    } finally {
      // After the rename there is nothing left to remove; a failure here must not hide the first one.
      await fs.rm(temporary, { force: true }).catch(() => undefined);
    }
  };

  return {
    putStream,
    put: async (bytes) => (await putStream(oneChunk(bytes), Number.POSITIVE_INFINITY)).blob,
    get: async (blob) => {
      const bytes = await fs.readFile(pathOf(blob)).catch((error: unknown) => {
        throw isMissing(error) ? notFound(blob) : error;
      });
      if (createHash('sha256').update(bytes).digest('hex') !== blob) throw damaged(blob);
      return bytes;
    },
    has: (blob) => exists(fs, pathOf(blob)),
    size: async (blob) => {
      const stats = await fs.stat(pathOf(blob)).catch((error: unknown) => {
        throw isMissing(error) ? notFound(blob) : error;
      });
      return stats.size;
    },
    openRead: (blob, length) =>
      createReadStream(pathOf(blob), length === undefined ? {} : { start: 0, end: length - 1 }),
    openFile: (blob) =>
      fs.open(pathOf(blob), 'r').catch((error: unknown) => {
        throw isMissing(error) ? notFound(blob) : error;
      }),
    list: () => listBlobs(fs, rootNow()),
    remove: async (blobs) => {
      for (const blob of blobs) await fs.rm(pathOf(blob), { force: true });
    },
    collectGarbage: (keep, options) => collectGarbage(fs, rootNow(), keep, options),
  };
}

/** ENOSPC: no room left; EDQUOT: no room left in the user's quota. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

export function diskFull(place: string, cause: unknown): StudioError {
  return new StudioError(
    {
      code: 'disk-full',
      message: `There is no room left on the disk that holds ${place}.`,
      hint: 'Free some space, then carry on.',
    },
    { cause },
  );
}

async function writeHashed(
  fs: BlobFileSystem,
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file: FileHandle = await fs.open(path, 'wx');
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    // Without the flush a power cut could leave the final name on a file of zeros.
    await file.sync();
  } finally {
    await file.close();
  }
  return { blob: hash.digest('hex'), bytes };
}

/** Windows replaces no file that somebody has open. What is there may stay if it is whole; throws `error` where it is not. */
async function keepThere(
  fs: BlobFileSystem,
  path: string,
  { blob, bytes }: StoredBlob,
  error: unknown,
): Promise<void> {
  const stats = await fs.stat(path).catch(() => null);
  if (stats?.size !== bytes || (await hashFile(fs, path).catch(() => null)) !== blob) throw error;
  const now = new Date();
  await fs.utimes(path, now, now);
}

async function hashFile(fs: BlobFileSystem, path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await fs.open(path, 'r');
  for await (const chunk of file.createReadStream()) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

async function collectGarbage(
  fs: BlobFileSystem,
  root: string,
  keep: ReadonlySet<BlobId>,
  { nowMs, minAgeMs }: GarbageOptions,
): Promise<{ removed: number; bytes: number }> {
  const result = { removed: 0, bytes: 0 };
  for await (const { name, path, bytes, storedMs } of listFiles(fs, root)) {
    if (keep.has(name) || nowMs - storedMs < minAgeMs) continue;
    await fs.rm(path, { force: true });
    result.removed += 1;
    result.bytes += bytes;
  }
  return result;
}

/** Also what a crash left in `incoming`. */
async function* listFiles(
  fs: BlobFileSystem,
  root: string,
): AsyncGenerator<{ name: string; path: string; bytes: number; storedMs: number }> {
  for (const folder of await fs.readdir(root).catch(() => [])) {
    for (const name of await fs.readdir(join(root, folder)).catch(() => [])) {
      const path = join(root, folder, name);
      // Half files of uploads that end meanwhile are gone when they are looked at.
      const stats = await fs.stat(path).catch(() => null);
      if (stats !== null) yield { name, path, bytes: stats.size, storedMs: stats.mtimeMs };
    }
  }
}

async function* listBlobs(
  fs: BlobFileSystem,
  root: string,
): AsyncGenerator<StoredBlob & { storedMs: number }> {
  for await (const { name, bytes, storedMs } of listFiles(fs, root)) {
    if (isBlobId(name)) yield { blob: name, bytes, storedMs };
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function exists(fs: BlobFileSystem, path: string): Promise<boolean> {
  return fs.stat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
}

function notFound(blob: string): StudioError {
  return new StudioError({
    code: 'not-found',
    message: `The library has no file ${blob.slice(0, 64)}.`,
    hint: 'It may have been removed from the data folder; run the job again to make it anew.',
  });
}

function damaged(blob: string): StudioError {
  return new StudioError({
    code: 'internal',
    message: `File ${blob} of the library is damaged: its content does not match its name.`,
    hint: 'Run the job again to make it anew, and check the disk.',
  });
}

function tooLarge(maxBytes: number): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: `The file is larger than ${Math.floor(maxBytes / 2 ** 20)} MiB, the most that the studio takes.`,
    hint: 'Choose a smaller file.',
  });
}
