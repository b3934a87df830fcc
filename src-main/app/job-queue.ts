/** Runs jobs one at a time, in the order they came, and keeps the library and the listeners informed. */
import { randomUUID } from 'node:crypto';
import type { Head, HeadFile, Job, Photo } from '../contract/entities.ts';
import { StudioError, toErrorInfo } from '../contract/errors.ts';
import type { EngineClient, EngineRun } from '../engine/engine-client.ts';
import { STAGES, type StageId } from '../contract/stages.ts';
import type { Artefacts, EngineResult } from '../engine/messages.ts';
import type { StoredJob } from '../library/job-table.ts';
import type { Library } from '../library/library.ts';
import type { Emit } from './events.ts';
import { applyReport, queueAgain, stopStages } from './job-progress.ts';
import { findProject } from './projects.ts';

export type JobQueue = {
  /** Takes a new job, or one that stopped, to the end of the queue. */
  add(job: StoredJob): Job;
  /** Nothing happens when the job neither waits nor runs. */
  cancel(jobId: string): void;
  /** Every job of the photo. */
  cancelPhoto(photoId: string): void;
  isRunning(): boolean;
  /** Jobs that waiting and running ones start from. */
  basesInUse(): Set<string>;
  /** The job as it is now, if that is not in the library yet. */
  live(jobId: string): StoredJob | undefined;
  /** Stops the running job and waits for it; what is left is `interrupted`. */
  close(): Promise<void>;
};

export type JobQueueParts = {
  library: Library;
  engine: EngineClient;
  emit: Emit;
  log(line: string): void;
  /** `report.json` of a finished job, in the blob store. */
  writeReport(job: StoredJob, photo: Photo, result: EngineResult): Promise<HeadFile>;
};

export function createJobQueue({ library, engine, emit, log, writeReport }: JobQueueParts): JobQueue {
  /** Waiting and running jobs; Map keeps their order. */
  const jobs = new Map<string, StoredJob>();
  /** Jobs that stopped while the disk was full: the library still has them as running. Saved as soon as it can be. */
  const unsaved = new Map<string, StoredJob>();
  let running: { jobId: string; run: EngineRun; ended: Promise<void> } | null = null;
  let closing = false;

  const announce = (job: StoredJob): void => emit('job.changed', { job: toJob(job) });
  const save = (job: StoredJob): void => {
    jobs.set(job.id, job);
    library.jobs.save(job);
    unsaved.delete(job.id);
    saveUnsaved();
    announce(job);
  };
  const saveUnsaved = (): void => {
    for (const job of unsaved.values()) {
      try {
        library.jobs.save(job);
        unsaved.delete(job.id);
      } catch (error) {
        log(`job ${job.id} could not be saved: ${String(error)}`);
      }
    }
  };
  const settle = (job: StoredJob): void => {
    const stopped = stopStages(job);
    jobs.delete(job.id);
    unsaved.set(job.id, stopped);
    saveUnsaved();
    announce(stopped);
  };

  const finish = async (job: StoredJob, result: EngineResult): Promise<void> => {
    const photo = library.photos.findAny(job.photoId);
    if (photo === null) throw new Error(`photo ${job.photoId} of job ${job.id} is gone`);
    const head: Head = {
      id: randomUUID(),
      projectId: photo.projectId,
      photoId: photo.id,
      jobId: job.id,
      name: photo.name.replace(/\.[a-z0-9]{2,5}$/i, ''),
      starred: false,
      note: '',
      tags: [],
      settings: job.settings,
      files: [...result.files, await writeReport(job, photo, result)],
      scores: result.scores,
      createdAt: new Date().toISOString(),
    };
    // Its artefacts stay: another job may start from any of its stages.
    const done: StoredJob = { ...job, state: 'done', headId: head.id };
    library.transaction(() => {
      library.jobs.save(done);
      library.heads.insert(head);
      library.photos.setCurrentHead(photo.id, head.id);
    });
    jobs.delete(job.id);
    announce(done);
    // Its photo may have gone to the trash while the job ended.
    const shown = library.photos.find(photo.id);
    if (shown === null) return;
    emit('head.added', { head });
    emit('photo.changed', { photo: shown });
    emit('project.changed', { project: findProject(library, photo.projectId) });
  };

  const fail = (job: StoredJob, error: unknown): void => {
    const info = toErrorInfo(error);
    const stage = job.stages.find(({ state }) => state === 'running')?.id;
    if (stage !== undefined) info.stage ??= stage;
    if (info.code === 'cancelled') settle({ ...job, state: 'cancelled', error: null });
    else if (info.code === 'engine-stopped')
      settle({ ...job, state: 'interrupted', error: closing ? null : info });
    else settle({ ...job, state: 'failed', error: info });
  };

  /** Its own of an earlier attempt, else those of the job it starts from. */
  const chooseArtefacts = (job: StoredJob): Artefacts => {
    if (job.base === null) return job.artefacts;
    const { jobId, fromStage } = job.base;
    const inherited = library.jobs.find(jobId)?.artefacts ?? {};
    const kept = STAGES.slice(0, fromStage === null ? STAGES.length : STAGES.indexOf(fromStage));
    const artefacts = Object.entries(inherited).filter(([stage]) => kept.includes(stage as StageId));
    return { ...Object.fromEntries(artefacts), ...job.artefacts };
  };

  const execute = async (queued: StoredJob): Promise<void> => {
    let job: StoredJob = { ...queued, state: 'running' };
    const photo = library.photos.find(job.photoId);
    try {
      if (photo === null) throw new Error(`photo ${job.photoId} of job ${job.id} is gone`);
      save(job);
      const run = engine.run(
        { jobId: job.id, photo: photo.blob, settings: job.settings, artefacts: chooseArtefacts(job) },
        (report) => {
          job = applyReport(job, report);
          if (report.type === 'progress') {
            jobs.set(job.id, job);
            announce(job);
          } else save(job);
        },
      );
      if (running !== null) running.run = run;
      const result = await run.done;
      // Only now: reports have changed the job while it ran.
      await finish(job, result);
    } catch (error) {
      fail(job, error);
    }
  };

  const pump = (): void => {
    if (running !== null || closing) return;
    const next = jobs.values().next().value;
    if (next === undefined) return;
    const idle: EngineRun = { done: new Promise(() => undefined), cancel: () => undefined };
    running = { jobId: next.id, run: idle, ended: Promise.resolve() };
    running.ended = execute(next).finally(() => {
      running = null;
      pump();
    });
  };

  const cancel = (jobId: string): void => {
    if (running?.jobId === jobId) return running.run.cancel();
    const waiting = jobs.get(jobId);
    if (waiting !== undefined) settle({ ...waiting, state: 'cancelled' });
  };

  return {
    isRunning: () => running !== null,
    basesInUse: () => new Set([...jobs.values()].flatMap(({ base }) => (base === null ? [] : [base.jobId]))),
    cancel,
    cancelPhoto: (photoId) => {
      for (const job of [...jobs.values()]) if (job.photoId === photoId) cancel(job.id);
    },
    add: (job) => {
      const queued = queueAgain(job);
      save(queued);
      pump();
      return toJob(jobs.get(job.id) ?? queued);
    },
    live: (jobId) => jobs.get(jobId) ?? unsaved.get(jobId),
    close: async () => {
      closing = true;
      const last = running;
      for (const job of [...jobs.values()]) {
        if (job.id !== last?.jobId) settle({ ...job, state: 'interrupted' });
      }
      await engine.close();
      await last?.ended;
      saveUnsaved();
    },
  };
}

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
