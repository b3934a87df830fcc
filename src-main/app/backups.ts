/** Copies of the library's records, made by themselves once a day, never removed by themselves. */
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudioApi } from '../contract/api.ts';
import { BACKUP_REASONS, type Backup, type BackupReason } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { Library } from '../library/library.ts';
import type { Emit } from './events.ts';
import type { JobQueue } from './job-queue.ts';
import type { LibraryEdits } from './library-edits.ts';
import { notFound } from './projects.ts';
import { createFolder } from './write-files.ts';

export type Backups = {
  calls: Pick<StudioApi, 'backup.list' | 'backup.create' | 'backup.restore' | 'backup.remove'>;
  /** Makes one when the last is older than a day and there is something to keep. */
  makeDaily(): Promise<void>;
};

export type BackupParts = { library: Library; queue: JobQueue; edits: LibraryEdits; emit: Emit };

/** In the data folder. */
export const BACKUPS_FOLDER = 'backups';
export const BACKUP_INTERVAL_MS = 24 * 60 * 60 * 1000;

/** `library-2026-01-02T03-04-05-678Z.daily.sqlite`: everything that a list shows is in the name. */
const NAME = /^library-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)-(\d{3}Z)\.([a-z-]+)\.sqlite$/;

/** `place`: the folder as it is now, for a library that moves. */
export function createBackups(
  place: () => string,
  { library, queue, edits, emit }: BackupParts,
  now: () => number = Date.now,
): Backups {
  const list = async (): Promise<Backup[]> => {
    const directory = place();
    const backups: Backup[] = [];
    for (const name of await readdir(directory).catch(() => [])) {
      const known = parseName(name);
      if (known !== null) backups.push({ name, ...known, bytes: (await stat(join(directory, name))).size });
    }
    return backups.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  };
  const create = async (reason: BackupReason): Promise<Backup> => {
    const createdAt = new Date(now()).toISOString();
    const name = `library-${createdAt.replace(/[:.]/g, '-')}.${reason}.sqlite`;
    const path = join(place(), name);
    await createFolder(place());
    try {
      // A name never stands for half a backup.
      await library.backup(`${path}.part`);
      await rename(`${path}.part`, path);
    } finally {
      await rm(`${path}.part`, { force: true });
    }
    return { name, reason, createdAt, bytes: (await stat(path)).size };
  };
  const find = (name: string): string => {
    const path = join(place(), name);
    // Only names of ours: no path leaves the folder.
    if (parseName(name) === null || !existsSync(path)) throw notFound('backup', name);
    return path;
  };

  return {
    makeDaily: async () => {
      // As the studio was opened: what is made while this waits for the disk is for the next day.
      const isEmpty = library.projects.list().length === 0 && library.trash.list().length === 0;
      // Half a backup, of a studio that was ended while it wrote one.
      for (const name of await readdir(place()).catch(() => [])) {
        if (name.endsWith('.part')) await rm(join(place(), name));
      }
      if (isEmpty) return;
      const [newest] = await list();
      if (newest !== undefined && now() - Date.parse(newest.createdAt) < BACKUP_INTERVAL_MS) return;
      await create('daily');
    },
    calls: {
      'backup.list': list,
      'backup.create': () => create('manual'),
      'backup.restore': async ({ name }) => {
        const path = find(name);
        if (queue.isRunning()) throw stillRunning();
        await create('before-restore');
        // A job may have been started while the backup was written.
        if (queue.isRunning()) throw stillRunning();
        library.replaceWith(path);
        queue.reload();
        emit('library.replaced', {});
        edits.announceHistory();
      },
      'backup.remove': async ({ name }) => rm(find(name)),
    },
  };
}

function parseName(name: string): Pick<Backup, 'reason' | 'createdAt'> | null {
  const parts = NAME.exec(name);
  const reason = BACKUP_REASONS.find((known) => known === parts?.[6]);
  if (parts === null || reason === undefined) return null;
  return { reason, createdAt: `${parts[1]}${parts[2]}:${parts[3]}:${parts[4]}.${parts[5]}` };
}

function stillRunning(): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: 'A job is running, so the library cannot be replaced just now.',
    hint: 'Wait until it is done, or cancel it, then restore the backup.',
  });
}
