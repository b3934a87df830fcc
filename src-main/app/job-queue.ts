/** Runs jobs one at a time, in an order that can be changed, and keeps the library and the listeners informed. */
import type { HeadFile, Job, Photo, QueuePause, QueueState } from '../contract/entities.ts';
import { toErrorInfo } from '../contract/errors.ts';
import { STAGES, type StageId } from '../contract/stages.ts';
import type { EngineClient, EngineRun } from '../engine/engine-client.ts';
import type { Artefacts, EngineResult } from '../engine/messages.ts';
import type { StoredJob } from '../library/job-table.ts';
import type { Library } from '../library/library.ts';
import { expectSeconds, secondsLeft } from './estimate-time.ts';
import type { Emit } from './events.ts';
import { applyReport, queueAgain, stopStages } from './job-progress.ts';
import { createHead, toJob } from './job-record.ts';
import type { JobPreviews } from './job-previews.ts';
import { findProject, notFound } from './projects.ts';
import { untilAborted } from './until-aborted.ts';
import { startTask } from './view-sets.ts';

export type JobQueue = {
  /** Takes a new job, or one that stopped, to the end of the queue. */
  add(job: StoredJob): Job;
  /** Nothing happens when the job neither waits nor runs. */
  cancel(jobId: string): void;
  /** Every job whose photo went to the trash, however it came there. */
  cancelHidden(): void;
  /** Throws `not-found` when one of the two does not wait. */
  move(jobId: string, beforeJobId: string | null): void;
  pause(): void;
  resume(): void;
  state(): QueueState;
  isRunning(): boolean;
  /** Starts no other job until the returned function is called. */
  hold(): () => void;
  /** Resolves when no job runs. Throws `cancelled`. */
  idle(signal: AbortSignal): Promise<void>;
  /** Forgets what waits, takes what the library has instead; it waits for `resume`. Nothing may be running. */
  reload(): void;
  /** Jobs that waiting and running ones start from. */
  basesInUse(): Set<string>;
  /** The job as it is now, if that is not in the library yet. */
  live(jobId: string): StoredJob | undefined;
  /** Stops the running job and waits for it; it is `interrupted` then, and what waits will wait next time. */
  close(): Promise<void>;
};

export type JobQueueParts = {
  library: Library;
  engine: EngineClient;
  emit: Emit;
  log(line: string): void;
  /** `report.json` of a finished job, in the blob store. */
  writeReport(job: StoredJob, photo: Photo, result: EngineResult): Promise<HeadFile>;
  /** Keeps what an edit of views made, and uses it. */
  acceptTakes(job: StoredJob, result: EngineResult): void;
  previews: JobPreviews;
};

/** In the library's settings: the user's pause outlives the studio. */
const PAUSE_SETTING = 'queue.paused';
/** As many done jobs as are looked at for measurements: enough for the median of two methods. */
export const MEASURED_JOBS = 30;

export function createJobQueue(parts: JobQueueParts): JobQueue {
  const { library, engine, emit, log, previews } = parts;
  /** Waiting and running jobs; Map keeps their order. */
  let jobs = new Map<string, StoredJob>(library.jobs.queued().map((job) => [job.id, job]));
  /** Jobs that changed while the disk was full: the library has them as they were. Saved as soon as it can be. */
  const unsaved = new Map<string, StoredJob>();
  let running: { jobId: string; run: EngineRun; ended: Promise<void> } | null = null;
  let closing = false;
  let holds = 0;
  // Nothing starts computing by itself when the studio opens.
  const initialPause = (): QueuePause | null => {
    if (library.settings.get(PAUSE_SETTING) === true) return 'user';
    return jobs.size > 0 ? 'restart' : null;
  };
  let paused = initialPause();

  const state = (): QueueState => {
    const measured = jobs.size === 0 ? [] : library.jobs.measured(MEASURED_JOBS);
    const listed = [...jobs.values()].map((job) => {
      const expected = expectSeconds(job.settings, measured);
      const left = expected === null ? null : secondsLeft(job, expected);
      return { jobId: job.id, photoId: job.photoId, secondsLeft: left };
    });
    const total = listed.reduce<number | null>(
      (sum, { secondsLeft: left }) => (sum === null || left === null ? null : sum + left),
      0,
    );
    return { paused, jobs: listed, secondsLeft: total };
  };
  const announceQueue = (): void => {
    if (!closing) emit('queue.changed', { queue: state() });
  };
  const announce = (job: StoredJob): void => emit('job.changed', { job: toJob(job) });
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
  /** What happens to a job that runs is kept here when it cannot be saved: a full disk must not stop the studio. */
  const keep = (job: StoredJob): void => {
    jobs.set(job.id, job);
    unsaved.set(job.id, job);
    saveUnsaved();
    announce(job);
  };
  const settle = (job: StoredJob): void => {
    const stopped = stopStages(job);
    jobs.delete(job.id);
    unsaved.set(job.id, stopped);
    saveUnsaved();
    announce(stopped);
    announceQueue();
  };

  const finish = async (job: StoredJob, result: EngineResult): Promise<void> => {
    if (job.task.kind === 'views') {
      parts.acceptTakes(job, result);
      return settle({ ...job, state: 'done' });
    }
    const photo = library.photos.findAny(job.photoId);
    if (photo === null) throw new Error(`photo ${job.photoId} of job ${job.id} is gone`);
    const head = createHead(job, photo, result, await parts.writeReport(job, photo, result));
    // Its artefacts stay: another job may start from any of its stages.
    const done: StoredJob = { ...job, state: 'done', headId: head.id };
    library.transaction(() => {
      library.jobs.save(done);
      library.heads.insert(head);
      library.photos.setCurrentHead(photo.id, head.id);
    });
    jobs.delete(job.id);
    unsaved.delete(job.id);
    announce(done);
    announceQueue();
    // Its photo may have gone to the trash while the job ended.
    const shown = library.photos.find(photo.id);
    if (shown === null) return;
    emit('head.added', { head });
    emit('photo.changed', { photo: shown });
    emit('project.changed', { project: findProject(library, photo.projectId) });
  };

  const fail = (job: StoredJob, error: unknown): void => {
    const info = toErrorInfo(error);
    const stage = job.stages.find(({ state: stageState }) => stageState === 'running')?.id;
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
    // A part's name begins with its stage's.
    const artefacts = Object.entries(inherited).filter(([slot]) =>
      kept.includes(slot.split('.')[0] as StageId),
    );
    return { ...Object.fromEntries(artefacts), ...job.artefacts };
  };

  const execute = async (queued: StoredJob): Promise<void> => {
    let job: StoredJob = { ...queued, state: 'running', task: startTask(library, queued.task) };
    const photo = library.photos.find(job.photoId);
    try {
      if (photo === null) throw new Error(`photo ${job.photoId} of job ${job.id} is gone`);
      keep(job);
      const run = engine.run(
        {
          jobId: job.id,
          photo: photo.blob,
          settings: job.settings,
          artefacts: chooseArtefacts(job),
          takes: job.task.takes,
          ...(job.task.kind === 'views' ? { edit: job.task.edit } : {}),
        },
        (report) => {
          if (report.type === 'preview') return previews.show(job.id, report.preview);
          if (report.type === 'surface-preview') return previews.showSurface(job.id, report.model);
          job = applyReport(job, report);
          if (report.type === 'progress') {
            jobs.set(job.id, job);
            announce(job);
          } else keep(job);
        },
      );
      if (running !== null) running.run = run;
      const result = await run.done;
      // Only now: reports have changed the job while it ran.
      await finish(job, result);
    } catch (error) {
      fail(job, error);
    }
    previews.end(job.id);
  };

  const pump = (): void => {
    if (running !== null || closing || paused !== null || holds > 0) return;
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
  const findWaiting = (jobId: string): StoredJob => {
    const job = jobs.get(jobId);
    if (job === undefined || running?.jobId === jobId) throw notFound('waiting job', jobId);
    return job;
  };
  const setPause = (next: QueuePause | null): void => {
    if ((next === 'user') !== (paused === 'user')) library.settings.set(PAUSE_SETTING, next === 'user');
    paused = next;
    announceQueue();
    pump();
  };

  return {
    state,
    isRunning: () => running !== null,
    hold: () => {
      holds += 1;
      return () => {
        holds -= 1;
        pump();
      };
    },
    idle: async (signal) => untilAborted(running?.ended, signal),
    reload: () => {
      unsaved.clear();
      jobs = new Map(library.jobs.queued().map((job) => [job.id, job]));
      paused = initialPause();
      announceQueue();
    },
    basesInUse: () => new Set([...jobs.values()].flatMap(({ base }) => (base === null ? [] : [base.jobId]))),
    cancel,
    cancelHidden: () => {
      for (const { id, photoId } of [...jobs.values()]) if (library.photos.find(photoId) === null) cancel(id);
    },
    move: (jobId, beforeJobId) => {
      const job = findWaiting(jobId);
      if (beforeJobId !== null) findWaiting(beforeJobId);
      if (jobId === beforeJobId) return;
      const order = [...jobs.values()].filter(({ id }) => id !== jobId);
      const at = beforeJobId === null ? order.length : order.findIndex(({ id }) => id === beforeJobId);
      order.splice(at, 0, job);
      library.jobs.saveOrder(order.map(({ id }) => id));
      jobs = new Map(order.map((ordered) => [ordered.id, ordered]));
      announceQueue();
    },
    pause: () => setPause('user'),
    resume: () => setPause(null),
    add: (job) => {
      const queued = queueAgain(job);
      // The library first: a job that it has no room for is not in the queue either.
      library.transaction(() => {
        library.jobs.save(queued);
        library.jobs.saveOrder([...jobs.keys(), queued.id]);
      });
      jobs.set(queued.id, queued);
      unsaved.delete(queued.id);
      announce(queued);
      // Whoever starts a job wants the queue to run; only the user's own pause stays.
      if (paused === 'restart') setPause(null);
      else {
        announceQueue();
        pump();
      }
      return toJob(jobs.get(job.id) ?? queued);
    },
    live: (jobId) => jobs.get(jobId) ?? unsaved.get(jobId),
    close: async () => {
      closing = true;
      await engine.close();
      await running?.ended;
      saveUnsaved();
    },
  };
}
