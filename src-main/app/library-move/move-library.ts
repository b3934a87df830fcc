/**
 * Moves the library to another folder: its files are copied and compared while the studio goes on, then, with nothing else
 * under way, what has come meanwhile and the records; the location file makes it so. Whatever ends this before leaves the
 * library where it was; the old one stays in any case, until the user removes it.
 */
import { readdir, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { StudioApi } from '../../contract/api.ts';
import type { LibraryMove } from '../../contract/library-place.ts';
import { cancelled, StudioError } from '../../contract/errors.ts';
import type { Library } from '../../library/library.ts';
import { BACKUPS_FOLDER } from '../backups.ts';
import type { CallGate } from '../call-gate.ts';
import type { Emit } from '../events.ts';
import type { JobQueue } from '../job-queue.ts';
import { makeWritable } from '../write-files.ts';
import {
  BLOBS_FOLDER,
  copyVerified,
  countMissingBytes,
  listLibraryFiles,
  writeVerified,
} from './copy-library.ts';
import { LIBRARY_FILE, writeLocation, type Location } from './library-location.ts';

export type LibraryMoveCalls = Pick<
  StudioApi,
  'library.place' | 'library.move' | 'library.cancelMove' | 'library.removeOld'
>;
export type LibraryMoveParts = {
  library: Library;
  queue: JobQueue;
  gate: CallGate;
  emit: Emit;
  dataDirectory: string;
  /** Changed when the library has moved: everything else looks here. */
  location: Location;
  askForDirectory: (() => Promise<string | null>) | undefined;
  /** Ends the processes that write to the old folder, when they have nothing to do. */
  endHelpers(): Promise<void>;
};

/** In a folder that a copy is being made in: what is there is ours, whoever ended in the middle. */
const MARK = '.gen3d-move';
/** How often progress is announced on the way. */
const STEPS = 200;
/** Room beyond the files' own bytes: blocks of the file system, records that grow. */
const SPARE_BYTES = 64 * 2 ** 20;

export function createLibraryMove(parts: LibraryMoveParts): LibraryMoveCalls & { close(): Promise<void> } {
  const { library, queue, gate, emit, dataDirectory, location } = parts;
  let moving: { state: LibraryMove; abort: AbortController; ended: Promise<unknown> } | null = null;

  const place = () => ({
    ...location,
    moving: moving && { ...moving.state },
    canAsk: parts.askForDirectory !== undefined,
  });
  const announce = (): void => emit('library.placed', { place: place() });
  const report = (change: Partial<LibraryMove>, isNews = true): void => {
    if (moving === null) return;
    Object.assign(moving.state, change);
    if (isNews) announce();
  };

  const copyAll = async (target: string, signal: AbortSignal): Promise<void> => {
    const files = await listLibraryFiles(location.directory);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    report({ files: files.length, bytes });
    let [doneBytes, doneSteps] = [0, 0];
    for (const [index, file] of files.entries()) {
      await copyVerified(join(location.directory, file.name), join(target, file.name), signal);
      doneBytes += file.bytes;
      // Thousands of files are no thousands of events.
      const steps = bytes === 0 ? 0 : Math.floor((STEPS * doneBytes) / bytes);
      report({ doneFiles: index + 1, doneBytes }, steps > doneSteps);
      doneSteps = steps;
    }
  };

  /** With nothing else under way: no call, no upload, no job. */
  const finish = async (target: string, signal: AbortSignal): Promise<void> => {
    report({ phase: 'finishing' });
    await parts.endHelpers();
    await copyAll(target, signal);
    await writeVerified(join(target, LIBRARY_FILE), () => Readable.from([library.serialise()]), signal);
    if (signal.aborted) throw cancelled();
    // Opened before anything says that it is the library.
    library.reopenAt(join(target, LIBRARY_FILE));
    try {
      await writeLocation(dataDirectory, { directory: target, previous: location.directory });
    } catch (error) {
      library.reopenAt(join(location.directory, LIBRARY_FILE));
      throw error;
    }
    location.previous = location.directory;
    location.directory = target;
    await rm(join(target, MARK), { force: true });
  };

  const move = async (target: string, signal: AbortSignal): Promise<void> => {
    await prepare(target, location, dataDirectory);
    const letGo = queue.hold();
    try {
      // Before the first file; what comes while they are copied is little, and a disk that is full by then says so itself.
      await checkRoom(target, await countMissingBytes(target, await listLibraryFiles(location.directory)));
      await copyAll(target, signal);
      report({ phase: 'waiting' });
      await queue.idle(signal);
      await gate.alone(() => finish(target, signal));
    } catch (error) {
      // Cut off by the end of the studio, it carries on from there the next time; else nothing is left of it.
      if (!signal.aborted || signal.reason !== CLOSING) await clear(target, dataDirectory);
      throw error;
    } finally {
      letGo();
    }
  };

  return {
    'library.place': async () => place(),
    'library.move': async (args) => {
      if (moving !== null) throw refuse('The library is being moved already.', 'Wait for it, or cancel it.');
      const chosen = args.directory ?? (await askFor(parts.askForDirectory));
      if (chosen === null) return place();
      const target = resolve(chosen);
      const abort = new AbortController();
      const state: LibraryMove = {
        directory: target,
        phase: 'copying',
        files: 0,
        doneFiles: 0,
        bytes: 0,
        doneBytes: 0,
      };
      const ended = move(target, abort.signal);
      moving = { state, abort, ended: ended.catch(() => undefined) };
      announce();
      try {
        await ended;
      } finally {
        moving = null;
        announce();
      }
      return place();
    },
    'library.cancelMove': async () => {
      moving?.abort.abort();
      await moving?.ended;
      return place();
    },
    'library.removeOld': async () => {
      if (location.previous === null || moving !== null) return place();
      const old = location.previous;
      await removeLibrary(old);
      await writeLocation(dataDirectory, { directory: location.directory, previous: null });
      location.previous = null;
      // Only if nothing of the user's is left in it.
      if (old !== dataDirectory) await rmdir(old).catch(() => undefined);
      announce();
      return place();
    },
    close: async () => {
      moving?.abort.abort(CLOSING);
      await moving?.ended;
    },
  };
}

const CLOSING = Symbol('the studio closes');

/** Refuses a folder with anything in it but an unfinished copy of ours; in the data folder, anything but a library. */
async function prepare(
  target: string,
  { directory, previous }: Location,
  dataDirectory: string,
): Promise<void> {
  if (previous !== null && isInside(target, previous))
    throw refuse(
      `The library before the last move is still in ${previous}.`,
      'Remove it first, or choose another folder.',
    );
  if (isInside(target, directory) || isInside(directory, target)) {
    if (target !== dataDirectory || target === directory)
      throw refuse(`${target} is the library's own folder, or one inside or around it.`, CHOOSE_EMPTY);
  }
  await makeWritable(target);
  const names = await readdir(target);
  const isTaken =
    target === dataDirectory ? names.includes(LIBRARY_FILE) : names.length > 0 && !names.includes(MARK);
  if (isTaken) throw refuse(`There is something in ${target} already.`, CHOOSE_EMPTY);
  await writeFile(join(target, MARK), '');
}

const CHOOSE_EMPTY = 'Choose an empty folder, or type the name of a new one.';

async function checkRoom(target: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(target);
  if (bavail * bsize > bytes + SPARE_BYTES) return;
  throw new StudioError({
    code: 'disk-full',
    message: `There is not enough room in ${target} for ${Math.ceil(bytes / 2 ** 20)} MiB more of the library.`,
    hint: 'Free some space, or choose a folder on another disk.',
  });
}

/** What a move that did not come about has made. */
async function clear(target: string, dataDirectory: string): Promise<void> {
  const names: string[] = await readdir(target).catch(() => []);
  if (!names.includes(MARK)) return;
  await removeLibrary(target);
  await rm(join(target, MARK), { force: true });
  if (target !== dataDirectory) await rmdir(target).catch(() => undefined);
}

/** The library's own files, and nothing else that may lie beside them. */
async function removeLibrary(directory: string): Promise<void> {
  // The records first: a folder without them is no library, whatever ends this in the middle.
  const records = (await readdir(directory).catch(() => [])).filter((name) =>
    /^library\.(.+\.)?sqlite(-wal|-shm|\.part)?$/.test(name),
  );
  for (const name of records) await rm(join(directory, name), { force: true });
  for (const name of [BLOBS_FOLDER, BACKUPS_FOLDER])
    await rm(join(directory, name), { recursive: true, force: true });
}

async function askFor(ask: (() => Promise<string | null>) | undefined): Promise<string | null> {
  if (ask !== undefined) return ask();
  throw refuse('This studio runs in a browser and cannot ask for a folder.', 'Type the folder to move to.');
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}

function refuse(message: string, hint: string): StudioError {
  return new StudioError({ code: 'bad-request', message, hint });
}
