/**
 * Views made anew or painted over: the flow of `generate-head.ts` up to stage 04, and from there to takes.
 * photo → analysis → head prior M → N views, as they are in use → takes of the edited ones.
 */
import type { HeadSettings } from '../contract/entities.ts';
import type { ViewScores } from '../contract/views.ts';
import { readPhoto } from './01-photo/read-photo.ts';
import { analysePhoto } from './02-analyse/analyse-photo.ts';
import { fitPrior } from './03-prior/fit-prior.ts';
import { layTakes, useTakes } from './04-views/edit/lay-takes.ts';
import { paintView } from './04-views/edit/paint-view.ts';
import type { PictureEdit, TakenView } from './04-views/edit/picture-edit.ts';
import { regenerateViews } from './04-views/edit/regenerate-views.ts';
import { generateViews } from './04-views/generate-views.ts';
import { scoreViews } from './04-views/score-views.ts';
import { encodePng } from './08-export/encode-png.ts';
import { pickSettings, VIEW_SETTINGS } from './pick-settings.ts';
import { placeEdits } from './place-edits.ts';
import type { RunStage } from './stage.ts';

export type EditedView = TakenView & { png: Uint8Array; scores: ViewScores };

/** `takes`: what is in use instead of generated views. */
export async function editViews(
  bytes: Uint8Array,
  settings: HeadSettings,
  run: RunStage,
  takes: readonly TakenView[],
  edit: PictureEdit,
): Promise<EditedView[]> {
  const { crop, focalLength35Mm } = settings.photoEdits;
  const { pins, face, maskStrokes } = placeEdits(settings.photoEdits);
  const photo = await run('01-photo', readPhoto, { bytes, crop, focalLength35Mm });
  const analysis = await run('02-analyse', analysePhoto, { photo, face, maskStrokes });
  const prior = await run('03-prior', fitPrior, { photo, analysis, pins });
  const chosen = pickSettings(settings, VIEW_SETTINGS);
  const generated = await run('04-views', generateViews, { photo, analysis, prior, settings: chosen });
  const present =
    takes.length === 0 ? generated : await run('04-views', layTakes, { generated, takes }, 'laid');
  const edited =
    edit.kind === 'paint'
      ? await run('04-views', paintView, { views: present.views, edit }, 'edited')
      : await run(
          '04-views',
          regenerateViews,
          { photo, analysis, prior, settings: chosen, views: present.views, edit },
          'edited',
        );
  const views = useTakes(present, edited);
  const only = edited.map(({ index }) => index);
  const scores = await run('04-views', scoreViews, { analysis, prior, views, only }, 'scores');
  return Promise.all(
    edited.map(async ({ index, view }, n) => ({
      index,
      view,
      png: await encodePng(view.image, { alpha: true }),
      scores: scores[n]!,
    })),
  );
}
