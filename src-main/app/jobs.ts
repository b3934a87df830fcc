import { randomUUID } from 'node:crypto';
import type { StudioApi } from '../contract/api.ts';
import type { StoredJob } from '../library/job-table.ts';
import type { Library } from '../library/library.ts';
import { completeSettings } from './check-args.ts';
import { createStages } from './job-progress.ts';
import { checkResumable, toJob, type JobQueue } from './job-queue.ts';
import { findProject, notFound } from './projects.ts';
import { checkMethod } from './view-packs.ts';

type JobCalls = Pick<StudioApi, 'job.list' | 'job.start' | 'job.cancel' | 'job.resume'>;

export function createJobCalls(library: Library, queue: JobQueue, modelsDirectory: string): JobCalls {
  const find = (jobId: string): StoredJob => {
    const job = queue.live(jobId) ?? library.jobs.find(jobId);
    if (job === null) throw notFound('job', jobId);
    return job;
  };
  return {
    'job.list': async ({ projectId }) =>
      library.jobs.list(findProject(library, projectId).id).map((job) => toJob(queue.live(job.id) ?? job)),
    'job.start': async ({ photoId, settings }) => {
      if (library.photos.find(photoId) === null) throw notFound('photo', photoId);
      const complete = completeSettings(settings);
      checkMethod(complete, modelsDirectory);
      return queue.add({
        id: randomUUID(),
        photoId,
        settings: complete,
        state: 'queued',
        stages: createStages(),
        warnings: [],
        error: null,
        artefacts: {},
        headId: null,
        createdAt: new Date().toISOString(),
      });
    },
    'job.cancel': async ({ jobId }) => queue.cancel(find(jobId).id),
    'job.resume': async ({ jobId }) => {
      const job = find(jobId);
      checkResumable(job);
      return queue.add(job);
    },
  };
}
