import { randomUUID } from 'node:crypto';
import type { StudioApi } from '../contract/api.ts';
import type { HeadSettings, Job, JobBase, JobTask } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { StoredJob } from '../library/job-table.ts';
import type { Library } from '../library/library.ts';
import { completeSettings } from './check-args.ts';
import { findHead } from './heads.ts';
import { createStages } from './job-progress.ts';
import { MEASURED_JOBS, type JobQueue } from './job-queue.ts';
import { checkResumable, toJob } from './job-record.ts';
import { findPhoto } from './photos.ts';
import { findProject, notFound } from './projects.ts';
import { readSettings } from './settings.ts';
import { checkMethod, type PackPlaces } from './view-packs.ts';
import { inheritTakes } from './view-sets.ts';

type JobCalls = Pick<
  StudioApi,
  'job.list' | 'job.recent' | 'job.start' | 'job.startVariants' | 'job.cancel' | 'job.resume' | 'head.branch'
>;

/** Seeds are unsigned 32-bit numbers. */
const SEEDS = 2 ** 32;

/** Without `task`: a head, with the takes of the base where its views come out the same. */
export type StartJob = (
  photoId: string,
  settings: Partial<HeadSettings>,
  base: JobBase | null,
  task?: JobTask,
) => Job;

export function createStartJob(library: Library, queue: JobQueue, packPlaces: PackPlaces): StartJob {
  return (photoId, settings, base, task) => {
    const { textureSizePx, headModel } = readSettings(library);
    const photoEdits = findPhoto(library, photoId).edits;
    const complete = completeSettings({
      textureSizePx,
      photoEdits,
      headModel: headModel?.blob ?? null,
      ...settings,
    });
    checkMethod(complete, packPlaces);
    const fromViews = base !== null && base.fromStage !== null && base.fromStage <= '04-views';
    return queue.add({
      id: randomUUID(),
      photoId,
      settings: complete,
      task: task ?? inheritTakes(base && library.jobs.find(base.jobId), complete, fromViews),
      base,
      state: 'queued',
      stages: createStages(),
      warnings: [],
      error: null,
      artefacts: {},
      headId: null,
      createdAt: new Date().toISOString(),
    });
  };
}

export function createJobCalls(library: Library, queue: JobQueue, start: StartJob): JobCalls {
  const find = (jobId: string): StoredJob => {
    const job = queue.live(jobId) ?? library.jobs.find(jobId);
    if (job === null) throw notFound('job', jobId);
    return job;
  };
  return {
    'job.list': async (of) => {
      const listed =
        'photoId' in of
          ? library.jobs.listOfPhoto(findPhoto(library, of.photoId).id)
          : library.jobs.list(findProject(library, of.projectId).id);
      return listed.map((job) => toJob(queue.live(job.id) ?? job));
    },
    'job.recent': async () => [
      ...queue.state().jobs.map(({ jobId }) => toJob(find(jobId))),
      ...library.jobs.newestDone(MEASURED_JOBS).map(toJob),
    ],
    'job.start': async ({ photoId, settings, base }) => {
      if (base !== undefined && find(base.jobId).photoId !== photoId) throw otherPhoto();
      return start(photoId, settings, base === undefined ? null : { fromStage: null, ...base });
    },
    'job.startVariants': async ({ photoId, settings, count, base: given }) => {
      if (given !== undefined && find(given.jobId).photoId !== photoId) throw otherPhoto();
      const { seed } = completeSettings(settings);
      const jobs: Job[] = [];
      for (let index = 0; index < count; index++) {
        // What the first one makes without random numbers, the others take from it.
        const jobId = jobs[0]?.id ?? given?.jobId;
        const base = jobId === undefined ? null : { jobId, fromStage: null };
        jobs.push(start(photoId, { ...settings, seed: (seed + index) % SEEDS }, base));
      }
      return jobs;
    },
    'head.branch': async ({ headId, settings }) => {
      const { photoId, jobId, settings: chosen } = findHead(library, headId);
      return start(photoId, { ...chosen, ...settings }, { jobId, fromStage: null });
    },
    'job.cancel': async ({ jobId }) => queue.cancel(find(jobId).id),
    'job.resume': async ({ jobId }) => {
      const job = find(jobId);
      findPhoto(library, job.photoId);
      checkResumable(job);
      return queue.add(job);
    },
  };
}

function otherPhoto(): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: 'A job can only carry on from a job of the same photo.',
    hint: 'Start from a version of this photo, or without one.',
  });
}
