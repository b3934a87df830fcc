/** What becomes of a job's record. */
import { randomUUID } from 'node:crypto';
import type { Head, HeadFile, Job, Photo } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { EngineResult } from '../engine/messages.ts';
import type { StoredJob } from '../library/job-table.ts';

/** Without what only the engine needs. */
export function toJob({ artefacts: _, ...job }: StoredJob): Job {
  return job;
}

/** Throws `bad-request` for a job that has nothing to carry on with. */
export function checkResumable(job: StoredJob): void {
  if (job.state === 'interrupted' || job.state === 'failed' || job.state === 'cancelled') return;
  throw new StudioError({
    code: 'bad-request',
    message: `A job that is ${job.state} cannot be resumed.`,
    hint: 'Start a new job for this photo instead.',
  });
}

/** The version that a finished job made. */
export function createHead(job: StoredJob, photo: Photo, result: EngineResult, report: HeadFile): Head {
  return {
    id: randomUUID(),
    projectId: photo.projectId,
    photoId: photo.id,
    jobId: job.id,
    name: photo.name.replace(/\.[a-z0-9]{2,5}$/i, ''),
    starred: false,
    note: '',
    tags: [],
    settings: job.settings,
    files: [...result.files, report],
    scores: result.scores,
    views: result.views.map((view, index) => ({
      ...view,
      takeId: job.task.takes.find((take) => take.view === index)?.takeId ?? null,
    })),
    createdAt: new Date().toISOString(),
  };
}
