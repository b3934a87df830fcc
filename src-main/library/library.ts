/** What the studio remembers: one SQLite file, one table module per noun. Only the app layer opens it. */
import type { BlobId } from '../contract/entities.ts';
import { createHeadTable, type HeadTable } from './head-table.ts';
import { createJobTable, type JobTable } from './job-table.ts';
import { openDatabase, type OpenDatabaseOptions } from './open-database.ts';
import { createPhotoTable, type PhotoTable } from './photo-table.ts';
import { createProjectTable, type ProjectTable } from './project-table.ts';

export type Library = {
  projects: ProjectTable;
  photos: PhotoTable;
  jobs: JobTable;
  heads: HeadTable;
  /** All or nothing. */
  transaction<T>(work: () => T): T;
  /** Every blob that something refers to. */
  blobsInUse(): Set<BlobId>;
  close(): void;
};

/** Throws StudioError `library-damaged` or `library-in-use`. */
export function openLibrary(path: string, options: OpenDatabaseOptions): Library {
  const database = openDatabase(path, options);
  const blobsInUse = database.prepare<[], { blob: BlobId }>(`
    SELECT blob FROM photos
    UNION SELECT thumbnail FROM photos
    UNION SELECT value FROM jobs, json_each(jobs.artefacts)
    UNION SELECT value ->> 'blob' FROM heads, json_each(heads.files)`);
  const library: Library = {
    projects: createProjectTable(database),
    photos: createPhotoTable(database),
    jobs: createJobTable(database),
    heads: createHeadTable(database),
    transaction: (work) => database.transaction(work)(),
    blobsInUse: () => new Set(blobsInUse.all().map(({ blob }) => blob)),
    close: () => database.close(),
  };
  interruptUnfinished(library);
  return library;
}

/** The lock is ours, so nobody works on these jobs any more: the studio crashed or was killed. */
function interruptUnfinished({ jobs, transaction }: Library): void {
  transaction(() => {
    for (const job of jobs.unfinished()) {
      const stages = job.stages.map((stage) =>
        stage.state === 'running' ? { ...stage, state: 'waiting' as const, fraction: 0 } : stage,
      );
      jobs.save({ ...job, stages, state: 'interrupted' });
    }
  });
}
