/**
 * What `pack.json` of the multi-view pack says about how its denoiser is to be run (models/training/gen3d/export.py writes
 * it). A pack that this build would run wrongly is refused rather than sampled into noise.
 */
import { StudioError } from '../../../contract/errors.ts';
import type { Inference } from '../../../inference/inference.ts';
import { CHANNEL, HALF_EXTENT_M, MESH_POINTS } from './render-conditions.ts';

/** The pack's folder below `models/`. */
export const VIEW_PACK = 'gen3d-small';

export type ViewPack = {
  folder: string;
  /** Views that are denoised together, on the studio's rig, and the side of their images, px. */
  views: number;
  imageSizePx: number;
  /** Noisiest time of the cosine schedule, in (0, 1). */
  lastTime: number;
  /** What its conditions were drawn from in training; packs that do not say were trained on the bald M. */
  prior: ConditionPrior;
};

export type ConditionPrior = 'bald' | 'proxy';

export async function readViewPack(
  inference: Pick<Inference, 'readPack'>,
  folder: string = VIEW_PACK,
): Promise<ViewPack> {
  const pack = (await inference.readPack(folder)) as Record<string, unknown>;
  const schedule = pack.schedule as { kind?: unknown; lastTime?: unknown; prediction?: unknown } | undefined;
  const conditions = (pack.conditions ?? {}) as Record<string, [number, number] | undefined>;
  const problems: string[] = [];
  const expect = (name: string, actual: unknown, wanted: unknown): void => {
    if (actual !== wanted)
      problems.push(`${name} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);
  };
  expect('schedule.kind', schedule?.kind, 'cosine');
  expect('schedule.prediction', schedule?.prediction, 'clean');
  expect('halfExtentM', pack.halfExtentM, HALF_EXTENT_M);
  expect('meshPoints', pack.meshPoints, MESH_POINTS);
  for (const [name, first] of Object.entries(CHANNEL))
    expect(`conditions.${name}`, conditions[name]?.[0], first);
  const { views, imageSize, prior = 'bald' } = pack;
  if (prior !== 'bald') expect('prior', prior, 'proxy');
  const lastTime = schedule?.lastTime;
  if (
    typeof views !== 'number' ||
    typeof imageSize !== 'number' ||
    typeof lastTime !== 'number' ||
    problems.length > 0
  ) {
    throw new StudioError({
      code: 'model-changed',
      message: `The view pack ${folder} cannot be used by this version: ${problems.join('; ') || 'pack.json lacks its sizes'}.`,
      hint: 'Install the pack that belongs to this version, or choose the method "reproject".',
      stage: '04-views',
    });
  }
  return { folder, views, imageSizePx: imageSize, lastTime, prior: prior as ConditionPrior };
}
