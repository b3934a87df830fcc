/**
 * Writes files below a folder so that a final name never stands for half a file: each goes to a hidden sibling, is
 * flushed and renamed; when one fails or the work is cancelled, its sibling is removed.
 */
import { randomUUID } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { isDiskFull, diskFull } from '../blobs/blob-store.ts';
import { cancelled, StudioError } from '../contract/errors.ts';

export type NamedFile = { name: string; read(): Promise<Uint8Array> };
/** The part of `node:fs/promises` that is used, so that a test can hand in a full disk. */
export type WriteFileSystem = Pick<typeof nodeFs, 'mkdir' | 'open' | 'rename' | 'rm' | 'stat'>;
export type WriteFilesOptions = { signal?: AbortSignal; fs?: WriteFileSystem };

/**
 * Returns the paths written. Throws `disk-full`, `cancelled`, `bad-request` for a name that leaves the folder and for a
 * folder that cannot be written to.
 */
export async function writeFiles(
  directory: string,
  files: readonly NamedFile[],
  { signal, fs = nodeFs }: WriteFilesOptions = {},
): Promise<string[]> {
  const written: string[] = [];
  const paths = files.map(({ name }) => pathBelow(directory, name));
  for (const [index, file] of files.entries()) {
    if (signal?.aborted) throw cancelled();
    await writeFileAtomically(fs, paths[index]!, await file.read());
    written.push(paths[index]!);
  }
  return written;
}

/** Throws `bad-request` when `name` is no path below `directory`. */
export function pathBelow(directory: string, name: string): string {
  const root = resolve(directory);
  const path = resolve(root, name);
  if (path.startsWith(root.endsWith(sep) ? root : root + sep) && !name.includes('\0')) return path;
  throw new StudioError({
    code: 'bad-request',
    message: `${JSON.stringify(name)} is not a file name below the chosen folder.`,
    hint: 'Choose one of the offered files.',
  });
}

/**
 * Makes `directory` with all above it; one that exists is fine. Throws `disk-full`, `bad-request`.
 *
 * Not by `mkdir`'s `recursive`: Node takes ENOENT for a missing parent and tries again, which never ends where an
 * existing parent answers so, as on Linux' /proc.
 */
export async function createFolder(
  directory: string,
  fs: Pick<WriteFileSystem, 'mkdir' | 'stat'> = nodeFs,
): Promise<void> {
  try {
    const missing: string[] = [];
    for (let path = resolve(directory); !(await isThere(fs, path)); path = dirname(path)) {
      missing.push(path);
      // A drive that is not plugged in: nothing is above it.
      if (dirname(path) === path) break;
    }
    for (const path of missing.reverse()) {
      await fs.mkdir(path).catch(async (error: unknown) => {
        const isTaken = codeOf(error) === 'EEXIST';
        // Somebody else may have made it just now; a link to nowhere is taken, too, and no folder.
        if (!isTaken || !(await isThere(fs, path)))
          throw explainFolderError(error, isTaken ? path : dirname(path));
      });
    }
    if (!(await fs.stat(directory)).isDirectory()) throw cannotWrite(directory, 'ENOTDIR');
  } catch (error) {
    throw explainFolderError(error, directory);
  }
}

async function isThere(fs: Pick<WriteFileSystem, 'stat'>, path: string): Promise<boolean> {
  return fs.stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
}

/** Makes `directory` and tries it out with a file that is gone again. Throws as {@link createFolder}. */
export async function makeWritable(directory: string): Promise<void> {
  await createFolder(directory);
  const trial = join(directory, `.trial-${randomUUID()}`);
  try {
    await nodeFs.writeFile(trial, '', { flag: 'wx' });
    await nodeFs.rm(trial);
  } catch (error) {
    throw explainFolderError(error, directory);
  }
}

/** One file as its pieces come. Returns its path. */
export async function writeFileInPieces(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  fs: WriteFileSystem = nodeFs,
): Promise<string> {
  await writeFileAtomically(fs, path, chunks);
  return path;
}

async function writeFileAtomically(
  fs: WriteFileSystem,
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  try {
    await createFolder(dirname(path), fs);
    const file = await fs.open(temporary, 'wx').catch((error: unknown) => {
      throw explainFolderError(error, dirname(path));
    });
    try {
      if (content instanceof Uint8Array) await file.writeFile(content);
      else for await (const chunk of content) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw explainWriteError(error, dirname(path));
  }
}

/** A full disk and a folder that cannot be written to, in words; anything else as it is. */
export function explainWriteError(error: unknown, directory: string): unknown {
  if (isDiskFull(error)) return diskFull(directory, error);
  const code = codeOf(error);
  if (code === undefined || !['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return error;
  return cannotWrite(directory, code, error);
}

/** What making a folder, or a new file in it, failed with: there ENOENT and the like are about the folder, too. */
function explainFolderError(error: unknown, directory: string): unknown {
  if (error instanceof StudioError) return error;
  if (isDiskFull(error)) return diskFull(directory, error);
  return cannotWrite(directory, codeOf(error) ?? String(error), error);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function cannotWrite(directory: string, reason: string, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'bad-request',
      message: `Nothing can be written to ${directory} (${reason}).`,
      hint: 'Choose a folder that you may write to.',
    },
    { cause },
  );
}
