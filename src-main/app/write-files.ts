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
export type WriteFileSystem = Pick<typeof nodeFs, 'mkdir' | 'open' | 'rename' | 'rm'>;
export type WriteFilesOptions = { signal?: AbortSignal; fs?: WriteFileSystem };

/** Returns the paths written. Throws `disk-full`, `cancelled`, `bad-request` for a name that leaves the folder. */
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
    await fs.mkdir(dirname(path), { recursive: true });
    const file = await fs.open(temporary, 'wx');
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
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined || !['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return error;
  return new StudioError(
    {
      code: 'bad-request',
      message: `Nothing can be written to ${directory} (${code}).`,
      hint: 'Choose a folder that you may write to.',
    },
    { cause: error },
  );
}
