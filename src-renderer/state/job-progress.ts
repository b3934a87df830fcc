import type { Job, QueuedJob, QueueState } from '../../src-main/contract/entities.ts';
import type { StageId } from '../../src-main/contract/stages.ts';

/** Seconds a stage is expected to take. */
export type StageSeconds = Record<StageId, number>;

/**
 * Expectation before any job has finished here: measured with the default settings on two cores. Only the proportions
 * matter for the bar; the remaining time is not shown until a job of this machine is known.
 */
export const STAGE_SECONDS_GUESS: StageSeconds = {
  '01-photo': 0.1,
  '02-analyse': 1.5,
  '03-prior': 1,
  '04-views': 7,
  '05-surface': 5,
  '06-head': 1.5,
  '07-texture': 8,
  '08-export': 3,
};

export function isActive(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}

/** Of one photo's jobs, newest first, the one to show and to cancel: what runs, else what will run next. */
export function findActive(jobs: readonly Job[], queued: readonly QueuedJob[]): Job | undefined {
  const running = jobs.find(({ state }) => state === 'running');
  if (running) return running;
  const waiting = jobs.filter(isActive);
  const next = queued.find(({ jobId }) => waiting.some(({ id }) => id === jobId));
  // The queue tells of a job later than the job itself does.
  return waiting.find(({ id }) => id === next?.jobId) ?? waiting.at(-1);
}

/** Whether `job.resume` can carry on with it. */
export function isResumable(job: Job): boolean {
  return job.state === 'interrupted' || job.state === 'failed' || job.state === 'cancelled';
}

/** Wall seconds per stage of the newest finished job with the same costs, or null when there is none. */
export function expectStageSeconds(job: Job, jobs: Iterable<Job>): StageSeconds | null {
  let best: Job | null = null;
  for (const other of jobs) {
    if (other.state !== 'done' || other.id === job.id || !costsTheSame(other, job)) continue;
    // A stage that was taken from an earlier attempt says nothing about its cost.
    if (other.stages.some((stage) => stage.reused)) continue;
    if (best === null || other.createdAt > best.createdAt) best = other;
  }
  if (best === null) return null;
  const seconds = { ...STAGE_SECONDS_GUESS };
  for (const stage of best.stages) seconds[stage.id] = stage.seconds;
  return seconds;
}

/** Share of the whole job that is done, [0, 1]. */
export function overallFraction(job: Job, expected: StageSeconds = STAGE_SECONDS_GUESS): number {
  if (job.state === 'done') return 1;
  let done = 0;
  let total = 0;
  for (const stage of job.stages) {
    if (job.task.kind === 'views' && stage.id > '04-views') break;
    const cost = Math.max(expected[stage.id], 0.01);
    total += cost;
    done += cost * (stage.state === 'done' ? 1 : stage.fraction);
  }
  return total === 0 ? 0 : done / total;
}

/** The same by what equal jobs among `jobs` took, if there are any: so that every place on screen says the same. */
export function expectedFraction(job: Job, jobs: Iterable<Job>): number {
  return overallFraction(job, expectStageSeconds(job, jobs) ?? undefined);
}

/** Seconds still to go, by what an earlier job took. */
export function remainingSeconds(job: Job, expected: StageSeconds): number {
  let remaining = 0;
  for (const stage of job.stages) {
    if (stage.state !== 'done') remaining += expected[stage.id] * (1 - stage.fraction);
  }
  return remaining;
}

/**
 * The queue as it is by now: it is told when jobs come and go, the progress of the first one much more often. `then` and
 * `now`: share of that job that was and is done, [0, 1].
 */
export function countDown(queue: QueueState, then: number, now: number): QueueState {
  const [first, ...others] = queue.jobs;
  if (!first || first.secondsLeft === null || now <= then) return queue;
  const left = (first.secondsLeft * (1 - now)) / (1 - then);
  const all = queue.secondsLeft;
  return {
    ...queue,
    jobs: [{ ...first, secondsLeft: left }, ...others],
    secondsLeft: all === null ? null : all - first.secondsLeft + left,
  };
}

/** The seed costs nothing, and corrections of a photo nothing worth telling: as the studio's own estimate has it. */
function costsTheSame(a: Job, b: Job): boolean {
  const { seed: _a, photoEdits: _p, ...left } = a.settings;
  const { seed: _b, photoEdits: _q, ...right } = b.settings;
  return (Object.keys(left) as (keyof typeof left)[]).every((key) => left[key] === right[key]);
}
