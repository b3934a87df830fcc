/** What the studio remembers: one SQLite file, one table module per noun. Only the app layer opens it. */
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { BlobId, BlobKind } from '../contract/entities.ts';
import { createHeadTable, type HeadTable } from './head-table.ts';
import { createHistoryTable, type HistoryTable } from './history-table.ts';
import { createJobTable, type JobTable } from './job-table.ts';
import { checkDatabaseCopy, openDatabase, type OpenDatabaseOptions } from './open-database.ts';
import { createPhotoTable, type PhotoTable } from './photo-table.ts';
import { createProjectTable, type ProjectTable } from './project-table.ts';
import { createSettingsTable, type SettingsTable } from './settings-table.ts';
import { createTrashTable, type TrashTable } from './trash-table.ts';
import { createViewTable, type ViewTable } from './view-table.ts';

export type LibraryTables = {
  projects: ProjectTable;
  photos: PhotoTable;
  jobs: JobTable;
  heads: HeadTable;
  views: ViewTable;
  trash: TrashTable;
  history: HistoryTable;
  settings: SettingsTable;
  /** All or nothing. */
  transaction<T>(work: () => T): T;
  /** Every blob that something refers to, and what it is to the first that does. */
  blobsInUse(): Map<BlobId, BlobKind>;
};
export type Library = LibraryTables & {
  /** A copy of the records as they are now, by SQLite's backup API; the library stays usable meanwhile. */
  backup(path: string): Promise<void>;
  /**
   * Takes the records of another file (a backup), brought to the newest schema. Throws `library-damaged` and changes
   * nothing when that cannot be read.
   */
  replaceWith(file: string): void;
  /** The file as it is now, what is still in the write-ahead log included. */
  serialise(): Uint8Array;
  /** Carries on with another file, a copy of this one. Throws as {@link openLibrary}, and stays with the old one then. */
  reopenAt(path: string): void;
  close(): void;
};

/** Throws StudioError `library-damaged` or `library-in-use`. */
export function openLibrary(firstPath: string, options: OpenDatabaseOptions): Library {
  let path = firstPath;
  let database = openDatabase(path, options);
  const library: Library = {
    ...createTables(database),
    backup: async (destination) => void (await database.backup(destination)),
    replaceWith: (file) => {
      const incoming = `${path}.incoming`;
      try {
        copyFileSync(file, incoming);
        checkDatabaseCopy(incoming, file);
      } catch (error) {
        for (const suffix of ['', '-wal', '-shm']) rmSync(incoming + suffix, { force: true });
        throw error;
      }
      database.close();
      renameSync(incoming, path);
      database = openDatabase(path, options);
      Object.assign(library, createTables(database));
      interruptRunning(library);
    },
    serialise: () => database.serialize(),
    reopenAt: (next) => {
      database.close();
      try {
        database = openDatabase(next, options);
        path = next;
      } catch (error) {
        database = openDatabase(path, options);
        throw error;
      } finally {
        Object.assign(library, createTables(database));
      }
    },
    close: () => database.close(),
  };
  interruptRunning(library);
  return library;
}

function createTables(database: Database): LibraryTables {
  // What is in the trash is in use: it can come back.
  const blobsInUse = database.prepare<[], { blob: BlobId; kind: BlobKind }>(`
    SELECT blob, 'photos' AS kind FROM photos
    UNION ALL SELECT thumbnail, 'thumbnails' FROM photos
    UNION ALL SELECT value ->> 'blob', 'heads' FROM heads, json_each(heads.files)
    UNION ALL SELECT image, 'takes' FROM view_takes
    UNION ALL SELECT data, 'takes' FROM view_takes WHERE data IS NOT NULL
    UNION ALL SELECT origin ->> 'mask', 'takes' FROM view_takes WHERE origin ->> 'mask' IS NOT NULL
    UNION ALL SELECT origin ->> 'picture', 'takes' FROM view_takes WHERE origin ->> 'picture' IS NOT NULL
    UNION ALL SELECT value ->> 'data', 'takes' FROM jobs, json_each(jobs.task, '$.takes')
    UNION ALL SELECT value ->> 'blob', 'takes' FROM jobs, json_each(jobs.task, '$.edit.masks')
    UNION ALL SELECT task ->> '$.edit.picture', 'takes' FROM jobs WHERE task ->> '$.edit.picture' IS NOT NULL
    UNION ALL SELECT settings ->> 'headModel', 'headModels' FROM jobs WHERE settings ->> 'headModel' IS NOT NULL
    UNION ALL SELECT value ->> '$.headModel.blob', 'headModels' FROM settings
      WHERE name = 'studio' AND value ->> '$.headModel.blob' IS NOT NULL
    UNION ALL SELECT value, 'artefacts' FROM jobs, json_each(jobs.artefacts)`);
  return {
    projects: createProjectTable(database),
    photos: createPhotoTable(database),
    jobs: createJobTable(database),
    heads: createHeadTable(database),
    views: createViewTable(database),
    trash: createTrashTable(database),
    history: createHistoryTable(database),
    settings: createSettingsTable(database),
    transaction: (work) => database.transaction(work)(),
    blobsInUse: () => {
      const kinds = new Map<BlobId, BlobKind>();
      for (const { blob, kind } of blobsInUse.all()) if (!kinds.has(blob)) kinds.set(blob, kind);
      return kinds;
    },
  };
}

/** The lock is ours, so nobody works on these jobs any more: the studio crashed or was killed. What waited still waits. */
function interruptRunning({ jobs, transaction }: Library): void {
  transaction(() => {
    for (const job of jobs.running()) {
      const stages = job.stages.map((stage) =>
        stage.state === 'running' ? { ...stage, state: 'waiting' as const, fraction: 0 } : stage,
      );
      jobs.save({ ...job, stages, state: 'interrupted' });
    }
  });
}
