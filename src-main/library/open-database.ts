/**
 * Opens the library's file: one process at a time, checked, brought to the newest schema. A file that is damaged, or
 * from a newer studio, is left exactly as it is; a damaged one is copied beside itself before anything else happens.
 */
import { copyFileSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StudioError } from '../contract/errors.ts';
import { MIGRATIONS } from './migrations.ts';

export type OpenDatabaseOptions = {
  /** ISO 8601; becomes part of the names of copies. */
  now: string;
  migrations?: readonly string[];
};

export function openDatabase(path: string, options: OpenDatabaseOptions): Database.Database {
  const { migrations = MIGRATIONS } = options;
  let database: Database.Database | null = null;
  try {
    database = new Database(path);
    lock(database, path);
    check(database);
    migrate(database, path, migrations, options.now);
    return database;
  } catch (error) {
    database?.close();
    throw isDamage(error) ? damaged(path, options.now, error) : error;
  }
}

/**
 * Throws `library-damaged` when `path`, a copy of the file `original`, is no library that {@link openDatabase} would open.
 * A copy, because SQLite leaves files beside a database in WAL mode that it may not write to.
 */
export function checkDatabaseCopy(path: string, original: string): void {
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { fileMustExist: true });
    check(database);
    const version = Number(database.pragma('user_version', { simple: true }));
    if (version > MIGRATIONS.length) throw tooNew(original, version, MIGRATIONS.length);
    if (version === 0) throw new IntegrityError('not a library');
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new StudioError(
      {
        code: 'library-damaged',
        message: `${original} is no library of the studio, or damaged.`,
        hint: 'Choose another one; nothing was changed.',
      },
      { cause: error },
    );
  } finally {
    database?.close();
  }
}

/**
 * SQLite's own file lock, held until the file is closed: it goes when the process goes, however it ends, which a lock
 * file does not. Exclusive mode must be set before the first access for WAL to work without shared memory.
 */
function lock(database: Database.Database, path: string): void {
  database.pragma('busy_timeout = 0');
  database.pragma('locking_mode = EXCLUSIVE');
  try {
    database.pragma('journal_mode = WAL');
    database.exec('BEGIN IMMEDIATE; COMMIT');
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_BUSY')) throw inUse(path, error);
    throw error;
  }
  // FULL: a job that was said to be done must be there after a power cut; writes are few.
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
}

class IntegrityError extends Error {
  override readonly name = 'IntegrityError';
}

function check(database: Database.Database): void {
  const found = database.pragma('integrity_check(1)', { simple: true });
  if (found !== 'ok') throw new IntegrityError(String(found));
}

function migrate(
  database: Database.Database,
  path: string,
  migrations: readonly string[],
  now: string,
): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > migrations.length) throw tooNew(path, version, migrations.length);
  if (version > 0 && version < migrations.length) {
    database.prepare('VACUUM INTO ?').run(freeName(path, `before-upgrade-${stamp(now)}`));
  }
  for (let step = version; step < migrations.length; step++) {
    database.transaction(() => {
      database.exec(migrations[step]!);
      database.pragma(`user_version = ${step + 1}`);
    })();
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof IntegrityError || /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Database.SqliteError ? error.code : '';
}

function damaged(path: string, now: string, cause: unknown): StudioError {
  const copy = freeName(path, `damaged-${stamp(now)}`);
  copyFileSync(path, copy);
  for (const suffix of ['-wal', '-shm'])
    if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
  return new StudioError(
    {
      code: 'library-damaged',
      message: `The library ${path} is damaged. It was left as it is, and copied to ${copy}.`,
      hint: 'Put a backup in its place, or move it away to start with an empty library; pictures and heads are kept in the blobs folder.',
    },
    { cause },
  );
}

function inUse(path: string, cause: unknown): StudioError {
  return new StudioError(
    {
      code: 'library-in-use',
      message: `The library ${path} is open in another window of the studio.`,
      hint: 'Use the other window, or close it and start again.',
    },
    { cause },
  );
}

function tooNew(path: string, found: number, known: number): StudioError {
  return new StudioError({
    code: 'library-damaged',
    message: `The library ${path} was written by a newer studio (format ${found}, this one knows ${known}).`,
    hint: 'Install the newer studio; nothing was changed.',
  });
}

function stamp(now: string): string {
  return now.replace(/[:.]/g, '-');
}

/** `library.sqlite` → `library.damaged-<stamp>.sqlite`, with a number when that is taken: nothing is overwritten. */
function freeName(path: string, label: string): string {
  const stem = path.replace(/\.sqlite$/, '');
  for (let attempt = 1; ; attempt++) {
    const name = `${stem}.${label}${attempt === 1 ? '' : `-${attempt}`}.sqlite`;
    if (!existsSync(name)) return name;
  }
}
