/** How long a job will take, from what this machine's last jobs took. Pure. */
import type { HeadSettings, Job, StageProgress } from '../contract/entities.ts';
import { STAGES, type StageId } from '../contract/stages.ts';
import { REFINED_ABOVE_CELLS } from '../contract/surface-grid.ts';

export type Measured = Pick<Job, 'settings' | 'stages'>;
/** Expected wall seconds of each stage. */
export type StageSeconds = Record<StageId, number>;

/** An odd number, so that the median is one of them; few, so that a new graphics driver shows soon. */
const RUNS_PER_STAGE = 9;

/**
 * Part of the work goes with the samples near the surface, part with all of them. Measured on four heads (README of 05-surface):
 * 1.5 to 2.2 times from 96 to 128 cells (this power: 1.9).
 */
const SURFACE_POWER = 2.25;
/** Measured on three heads (same README): a grid that is refined takes 1.9 to 2.2 times as long as the one that it starts from. */
const REFINED_FACTOR = 2;
/** Views made finer for a texture of 2048 px add 8 s to the stage's 7.7 (README of 07-texture, `npm run bench`). */
const SUPER_RESOLUTION_FACTOR = 2;

/**
 * What a stage's work is proportional to. Work that does not grow with the settings is not modelled: a first job with
 * larger settings is overestimated, the second one is measured.
 */
const WORK: Partial<Record<StageId, (settings: HeadSettings) => number>> = {
  '04-views': ({ method, steps, views, viewSizePx }) =>
    views * viewSizePx ** 2 * (method === 'diffusion' ? steps : 1),
  '05-surface': ({ surfaceResolution }) =>
    surfaceResolution > REFINED_ABOVE_CELLS
      ? REFINED_FACTOR * (surfaceResolution / 2) ** SURFACE_POWER
      : surfaceResolution ** SURFACE_POWER,
  '07-texture': ({ textureSizePx, superResolution }) =>
    textureSizePx ** 2 * (superResolution ? SUPER_RESOLUTION_FACTOR : 1),
  '08-export': ({ textureSizePx }) => textureSizePx ** 2,
};

/** `runs` newest first. null when a stage was never measured with this method. */
export function expectSeconds(settings: HeadSettings, runs: readonly Measured[]): StageSeconds | null {
  const comparable = runs.filter((run) => run.settings.method === settings.method);
  const expected: Partial<StageSeconds> = {};
  for (const id of STAGES) {
    const seconds = comparable
      .flatMap((run) => {
        const stage = run.stages.find((candidate) => candidate.id === id);
        if (stage === undefined || stage.state !== 'done' || stage.reused) return [];
        return [(stage.seconds * workOf(id, settings)) / workOf(id, run.settings)];
      })
      .slice(0, RUNS_PER_STAGE)
      .sort((a, b) => a - b);
    if (seconds.length === 0) return null;
    expected[id] = seconds[seconds.length >> 1]!;
  }
  return expected as StageSeconds;
}

/** What is left of a job; stages before the one that it is re-run from cost nothing. */
export function secondsLeft(job: Pick<Job, 'stages' | 'base' | 'task'>, expected: StageSeconds): number {
  const { task } = job;
  if (task.kind === 'views') {
    // Views made anew take the share of the steps that is run; painting is done in a moment.
    const share = task.edit.kind === 'regenerate' ? task.edit.strength : 0;
    const views = job.stages.find(({ id }) => id === '04-views')!;
    return share * (1 - views.fraction) * expected['04-views'];
  }
  const from = job.base?.fromStage ?? STAGES[0];
  return job.stages.reduce((sum, stage) => sum + fractionLeft(stage, from) * expected[stage.id], 0);
}

function fractionLeft({ id, state, fraction }: StageProgress, from: StageId): number {
  if (state === 'done' || id < from) return 0;
  return 1 - fraction;
}

function workOf(id: StageId, settings: HeadSettings): number {
  return WORK[id]?.(settings) ?? 1;
}
