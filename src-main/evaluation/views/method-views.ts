/**
 * The views of one photo by every method that is compared, made as the product makes them.
 * photo, analysis, prior; packs → views of `reproject`, then of each pack, with wall seconds.
 */
import { HEAD_SETTINGS_DEFAULTS } from '../../contract/entities.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Photo } from '../../pipeline/01-photo/photo.ts';
import type { Analysis } from '../../pipeline/02-analyse/analysis.ts';
import type { Prior } from '../../pipeline/03-prior/prior.ts';
import { generateViews } from '../../pipeline/04-views/generate-views.ts';
import type { View } from '../../pipeline/04-views/views.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { TRUTH_VIEW_PX } from '../head/truth-head.ts';
import { seeded } from '../prior/fit-portrait.ts';
import type { OpenPack } from './open-pack.ts';

/** Views without a pack: as many as the studio makes by default. */
export const DEFAULT_VIEWS = 16;
export const BASELINE = 'reproject';
/** The truth's own views, by the measures that need none: what a perfect method would score. */
export const TRUTH = 'truth';

export type Row = Record<string, number>;
/** Numbers of every head by method. */
export type Rows = Map<string, Row[]>;

export type PhotoInput = { photo: Photo; analysis: Analysis; prior: Prior };
export type MethodViews = { name: string; views: View[]; seconds: number };

/** Whether a stage has refused a picture because it shows no usable face. */
export function isFaceless(error: unknown): boolean {
  return error instanceof StudioError && ['no-face-found', 'face-too-small'].includes(error.code);
}

/** The baseline first, then the packs. */
export async function makeAll(
  input: PhotoInput,
  packs: readonly OpenPack[],
  context: StageContext,
  index: number,
): Promise<MethodViews[]> {
  const out: MethodViews[] = [];
  for (const pack of [null, ...packs]) {
    const settings = {
      ...HEAD_SETTINGS_DEFAULTS,
      method: pack === null ? ('reproject' as const) : ('diffusion' as const),
      views: packs[0]?.views ?? DEFAULT_VIEWS,
      viewSizePx: TRUTH_VIEW_PX,
      steps: pack?.steps ?? HEAD_SETTINGS_DEFAULTS.steps,
    };
    const startedMs = performance.now();
    const { views } = await generateViews(
      { ...input, settings },
      {
        ...seeded(context, index),
        stage: '04-views',
        inference: pack?.inference ?? context.inference,
      },
    );
    const seconds = (performance.now() - startedMs) / 1000;
    out.push({ name: pack?.name ?? BASELINE, views, seconds });
  }
  return out;
}
