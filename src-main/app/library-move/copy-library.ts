/** The files of a library from one folder into another, each compared after it was written. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open as openFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cancelled, StudioError } from '../../contract/errors.ts';
import { BACKUPS_FOLDER } from '../backups.ts';
import { createFolder, explainWriteError } from '../write-files.ts';

export const BLOBS_FOLDER = 'blobs';
/** Copies that were made before an upgrade, or of a damaged file. */
const OLD_COPY = /^library\..+\.sqlite$/;
/** What uploads are written to until they are whole. */
const INCOMING = 'incoming';

export type LibraryFile = {
  /** Below the library's folder. */
  name: string;
  bytes: number;
};

/** Everything but the records themselves, which change while the studio runs. */
export async function listLibraryFiles(directory: string): Promise<LibraryFile[]> {
  const names: string[] = (await namesIn(directory)).filter((name) => OLD_COPY.test(name));
  for (const name of await namesIn(join(directory, BACKUPS_FOLDER))) names.push(join(BACKUPS_FOLDER, name));
  for (const folder of await namesIn(join(directory, BLOBS_FOLDER))) {
    if (folder === INCOMING) continue;
    for (const name of await namesIn(join(directory, BLOBS_FOLDER, folder)))
      names.push(join(BLOBS_FOLDER, folder, name));
  }
  const files: LibraryFile[] = [];
  for (const name of names) {
    const stats = await stat(join(directory, name)).catch(() => null);
    if (stats?.isFile()) files.push({ name, bytes: stats.size });
  }
  return files;
}

/** How many bytes of `files` are still to be written below `directory`: what is there in the same size is a copy of before. */
export async function countMissingBytes(directory: string, files: readonly LibraryFile[]): Promise<number> {
  let missing = 0;
  for (const { name, bytes } of files) {
    const stats = await stat(join(directory, name)).catch(() => null);
    if (stats?.size !== bytes) missing += bytes;
  }
  return missing;
}

/**
 * Copies one file and reads it back. One that is there with the same content stays (an earlier attempt ended in the middle);
 * one that was removed since it was listed (a job's preview, a clean-up) is left out.
 * Throws `disk-full`, `cancelled`, `internal` when `from` cannot be read or the disk gives back something else than was written.
 */
export async function copyVerified(from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    const there = await hashFile(to, signal).catch(ignoreMissing);
    if (there !== null && there === (await hash(readSource(from), signal))) return;
    await writeVerified(to, () => readSource(from), signal);
  } catch (error) {
    if (!(error instanceof SourceGone)) throw error;
  }
}

/**
 * `open` is called when there is something to write to: a stream that fails before anybody listens ends the process.
 * The content gets its final name only when reading it back gives what was written. Throws as {@link copyVerified}.
 */
export async function writeVerified(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const part = `${path}.part`;
  try {
    await createFolder(dirname(path));
    const written = createHash('sha256');
    const file = await openFile(part, 'w');
    try {
      for await (const piece of open()) {
        if (signal.aborted) throw cancelled();
        written.update(piece);
        await file.writeFile(piece);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if ((await hashFile(part, signal)) !== written.digest('hex')) throw notAsWritten(path);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw explainWriteError(error, dirname(path));
  }
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  return hash(createReadStream(path), signal);
}

async function hash(content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string> {
  const read = createHash('sha256');
  for await (const piece of content) {
    if (signal.aborted) throw cancelled();
    read.update(piece);
  }
  return read.digest('hex');
}

class SourceGone extends Error {}

/** What goes wrong here is about the library as it is, not about the place that it goes to. */
async function* readSource(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    // With its folder it went with the drive, and the rest of the library, too.
    if (code === 'ENOENT' && existsSync(dirname(path))) throw new SourceGone();
    throw new StudioError(
      {
        code: 'internal',
        message: `${path} of the library could not be read (${code}).`,
        hint: 'Check the disk and that you may read the file, then move again. The library stays where it is.',
      },
      { cause },
    );
  }
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function notAsWritten(path: string): StudioError {
  return new StudioError({
    code: 'internal',
    message: `${path} reads differently from what was written.`,
    hint: 'The disk that the library was to move to is not sound. The library stays where it is.',
  });
}
