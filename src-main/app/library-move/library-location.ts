/**
 * Where the library is. It begins in the data folder; once it was moved, a small file there says where to. What belongs to
 * this machine and not to the library (the log, the window's place) stays in the data folder.
 */
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { StudioError } from '../../contract/errors.ts';

/** In the library's folder. */
export const LIBRARY_FILE = 'library.sqlite';
/** In the data folder. */
export const LOCATION_FILE = 'library-location.json';

export type Location = {
  /** Of the library. */
  directory: string;
  /** Where it was before and still is, until the user says otherwise. */
  previous: string | null;
};

const locationSchema = z.strictObject({
  directory: z.string().refine(isAbsolute),
  previous: z.string().refine(isAbsolute).nullable(),
});

/** Throws `library-damaged` when the file that tells cannot be read, or tells of a folder in which there is no library. */
export async function readLocation(dataDirectory: string): Promise<Location> {
  const path = join(dataDirectory, LOCATION_FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return { directory: dataDirectory, previous: null };
  const location = parseLocation(text);
  if (location === null) {
    throw lost(`${path}, which says where the library is, cannot be read.`, path);
  }
  // An empty library in its place would look like the loss of everything.
  if (!existsSync(join(location.directory, LIBRARY_FILE))) {
    throw lost(`The library was moved to ${location.directory}, and is not there.`, path);
  }
  return location;
}

/** Whole or not at all; the moment at which a library has moved. */
export async function writeLocation(dataDirectory: string, location: Location): Promise<void> {
  const path = join(dataDirectory, LOCATION_FILE);
  if (location.directory === dataDirectory && location.previous === null) return rm(path, { force: true });
  const file = await open(`${path}.part`, 'w');
  try {
    await file.writeFile(`${JSON.stringify(location, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

function parseLocation(text: string): Location | null {
  try {
    return locationSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function lost(message: string, path: string): StudioError {
  return new StudioError({
    code: 'library-damaged',
    message,
    hint: `Connect the drive that it is on and start again. To go back to the library before the move, delete ${path}.`,
  });
}
