import type { Job, QueuedJob, QueuePause, QueueState } from '../../src-main/contract/entities.ts';
import { countDown, expectedFraction } from './job-progress.ts';

/** The queue as the studio told it last; its seconds count down with the progress of the job that runs. */
export class Queue {
  /** And the share of its first job that was done then. */
  #told: { state: QueueState; fraction: number } = $state.raw({
    state: { paused: null, jobs: [], secondsLeft: null },
    fraction: 0,
  });
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #now = $derived(
    countDown(this.#told.state, this.#told.fraction, this.#fractionOf(this.#told.state)),
  );

  /** `jobs`: those that are known, by id; kept up to date elsewhere. */
  constructor(jobs: ReadonlyMap<string, Job>) {
    this.#jobs = jobs;
  }

  tell(state: QueueState): void {
    this.#told = { state, fraction: this.#fractionOf(state) };
  }

  get paused(): QueuePause | null {
    return this.#told.state.paused;
  }

  get jobs(): readonly QueuedJob[] {
    return this.#now.jobs;
  }

  get secondsLeft(): number | null {
    return this.#now.secondsLeft;
  }

  #fractionOf({ jobs: [first] }: QueueState): number {
    const job = first && this.#jobs.get(first.jobId);
    return job ? expectedFraction(job, this.#jobs.values()) : 0;
  }
}
