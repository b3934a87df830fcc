/**
 * Stages 01 to 04, the part of the method that a head and an edit of its views share: photo → analysis → head prior M → N views.
 * `takes`: used instead of the generated views.
 */
import type { HeadSettings } from '../contract/entities.ts';
import { readPhoto } from './01-photo/read-photo.ts';
import type { Photo } from './01-photo/photo.ts';
import { analysePhoto } from './02-analyse/analyse-photo.ts';
import type { Analysis } from './02-analyse/analysis.ts';
import { fitPrior } from './03-prior/fit-prior.ts';
import type { Prior } from './03-prior/prior.ts';
import { layTakes } from './04-views/edit/lay-takes.ts';
import type { TakenView } from './04-views/edit/picture-edit.ts';
import { generateViews } from './04-views/generate-views.ts';
import type { Views } from './04-views/views.ts';
import { pickSettings, VIEW_SETTINGS } from './pick-settings.ts';
import { placeEdits } from './place-edits.ts';
import type { RunStage } from './stage.ts';

export type MadeViews = { photo: Photo; analysis: Analysis; prior: Prior; views: Views };

export async function makeViews(
  bytes: Uint8Array,
  settings: HeadSettings,
  run: RunStage,
  takes: readonly TakenView[],
): Promise<MadeViews> {
  const { headModel } = settings;
  const { crop, focalLength35Mm } = settings.photoEdits;
  const { pins, face, maskStrokes } = placeEdits(settings.photoEdits);
  const photo = await run('01-photo', readPhoto, { bytes, crop, focalLength35Mm });
  const analysis = await run('02-analyse', analysePhoto, { photo, face, maskStrokes });
  const prior = await run('03-prior', fitPrior, { photo, analysis, pins, headModel });
  const generated = await run('04-views', generateViews, {
    photo,
    analysis,
    prior,
    settings: pickSettings(settings, VIEW_SETTINGS),
  });
  const views =
    takes.length === 0 ? generated : await run('04-views', layTakes, { generated, takes }, 'laid');
  return { photo, analysis, prior, views };
}
