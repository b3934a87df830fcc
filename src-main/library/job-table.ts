import type { Database } from 'better-sqlite3';
import type { BlobId, Job, JobBase, JobState, JobTask } from '../contract/entities.ts';
import type { StageId } from '../contract/stages.ts';
import { parseSettings } from './parse-settings.ts';

/** A job and what its finished stages, or parts of stages (`04-views.scores`), left in the blob store. */
export type JobRecord = Omit<Job, 'headId'> & {
  artefacts: Partial<Record<StageId | `${StageId}.${string}`, BlobId>>;
};
export type StoredJob = JobRecord & Pick<Job, 'headId'>;

type Row = {
  id: string;
  photoId: string;
  settings: string;
  task: string;
  base: string | null;
  state: JobState;
  stages: string;
  warnings: string;
  error: string | null;
  artefacts: string;
  headId: string | null;
  createdAt: string;
};

const SELECT = `
  SELECT jobs.id, jobs.photo_id AS photoId, jobs.settings, jobs.task, jobs.base, jobs.state, jobs.stages, jobs.warnings, jobs.error,
    jobs.artefacts, heads.id AS headId, jobs.created_at AS createdAt
  FROM jobs LEFT JOIN heads ON heads.job_id = jobs.id AND heads.trashed_at IS NULL`;

export type JobTable = {
  /** Newest first. */
  list(projectId: string): StoredJob[];
  listOfPhoto(photoId: string): StoredJob[];
  /** Of all projects. */
  newestDone(limit: number): StoredJob[];
  find(id: string): StoredJob | null;
  /** Inserts or replaces everything but the photo and the time. */
  save(job: JobRecord): void;
  /** Done jobs forget what they could be carried on from, but for `except`. */
  dropArtefacts(except: ReadonlySet<string>): void;
  /** What was running when the studio last ended without saying so. */
  running(): StoredJob[];
  /** In the order of the queue. */
  queued(): StoredJob[];
  saveOrder(ids: readonly string[]): void;
  /** Of the newest jobs that made a head from generated views alone: what they measured. */
  measured(limit: number): Pick<Job, 'settings' | 'stages'>[];
};

export function createJobTable(database: Database): JobTable {
  const list = database.prepare<[string], Row>(
    `${SELECT} JOIN photos ON photos.id = jobs.photo_id
     WHERE photos.project_id = ? AND photos.trashed_at IS NULL ORDER BY jobs.created_at DESC, jobs.rowid DESC`,
  );
  const listOfPhoto = database.prepare<[string], Row>(
    `${SELECT} WHERE jobs.photo_id = ? ORDER BY jobs.created_at DESC, jobs.rowid DESC`,
  );
  const newestDone = database.prepare<[number], Row>(
    `${SELECT} WHERE jobs.state = 'done' ORDER BY jobs.created_at DESC LIMIT ?`,
  );
  const find = database.prepare<[string], Row>(`${SELECT} WHERE jobs.id = ?`);
  const running = database.prepare<[], Row>(`${SELECT} WHERE jobs.state = 'running'`);
  const queued = database.prepare<[], Row>(
    `${SELECT} WHERE jobs.state = 'queued' ORDER BY jobs.queue_position, jobs.rowid`,
  );
  const savePosition = database.prepare('UPDATE jobs SET queue_position = ? WHERE id = ?');
  const measured = database.prepare<[number], Pick<Row, 'settings' | 'stages'>>(
    `SELECT settings, stages FROM jobs
     WHERE state = 'done' AND task ->> 'kind' = 'head' AND task ->> '$.takes' = '[]' ORDER BY created_at DESC LIMIT ?`,
  );
  const withArtefacts = database.prepare<[], { id: string }>(
    `SELECT id FROM jobs WHERE state = 'done' AND artefacts <> '{}'`,
  );
  const dropArtefacts = database.prepare(`UPDATE jobs SET artefacts = '{}' WHERE id = ?`);
  const save = database.prepare(`
    INSERT INTO jobs (id, photo_id, settings, task, base, state, stages, warnings, error, artefacts, created_at)
    VALUES (@id, @photoId, @settings, @task, @base, @state, @stages, @warnings, @error, @artefacts, @createdAt)
    ON CONFLICT (id) DO UPDATE SET settings = @settings, task = @task, state = @state, stages = @stages, warnings = @warnings,
      error = @error, artefacts = @artefacts`);
  return {
    list: (projectId) => list.all(projectId).map(toJob),
    listOfPhoto: (photoId) => listOfPhoto.all(photoId).map(toJob),
    newestDone: (limit) => newestDone.all(limit).map(toJob),
    find: (id) => {
      const row = find.get(id);
      return row === undefined ? null : toJob(row);
    },
    save: (job) =>
      void save.run({
        id: job.id,
        photoId: job.photoId,
        settings: JSON.stringify(job.settings),
        task: JSON.stringify(job.task),
        base: job.base === null ? null : JSON.stringify(job.base),
        state: job.state,
        stages: JSON.stringify(job.stages),
        warnings: JSON.stringify(job.warnings),
        error: job.error === null ? null : JSON.stringify(job.error),
        artefacts: JSON.stringify(job.artefacts),
        createdAt: job.createdAt,
      }),
    dropArtefacts: (except) => {
      for (const { id } of withArtefacts.all()) if (!except.has(id)) dropArtefacts.run(id);
    },
    running: () => running.all().map(toJob),
    queued: () => queued.all().map(toJob),
    saveOrder: (ids) =>
      database.transaction(() => {
        for (const [position, id] of ids.entries()) savePosition.run(position, id);
      })(),
    measured: (limit) =>
      measured.all(limit).map(({ settings, stages }) => ({
        settings: parseSettings(settings),
        stages: JSON.parse(stages) as Job['stages'],
      })),
  };
}

function toJob(row: Row): StoredJob {
  return {
    ...row,
    settings: JSON.parse(row.settings) as Job['settings'],
    task: JSON.parse(row.task) as JobTask,
    base: row.base === null ? null : (JSON.parse(row.base) as JobBase),
    stages: JSON.parse(row.stages) as Job['stages'],
    warnings: JSON.parse(row.warnings) as Job['warnings'],
    error: row.error === null ? null : (JSON.parse(row.error) as Job['error']),
    artefacts: JSON.parse(row.artefacts) as JobRecord['artefacts'],
  };
}
