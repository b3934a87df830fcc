/**
 * Views made anew or painted over: the views of a head (`make-views.ts`), and from there to takes.
 * photo → analysis → head prior M → N views, as they are in use → takes of the edited ones.
 */
import type { HeadSettings } from '../contract/entities.ts';
import type { ViewScores } from '../contract/views.ts';
import { useTakes } from './04-views/edit/lay-takes.ts';
import { paintView } from './04-views/edit/paint-view.ts';
import type { PictureEdit, TakenView } from './04-views/edit/picture-edit.ts';
import { regenerateViews } from './04-views/edit/regenerate-views.ts';
import { scoreViews } from './04-views/score-views.ts';
import { encodePng } from './08-export/encode-png.ts';
import { makeViews } from './make-views.ts';
import { pickSettings, VIEW_SETTINGS } from './pick-settings.ts';
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
  const { photo, analysis, prior, views: present } = await makeViews(bytes, settings, run, takes);
  const edited =
    edit.kind === 'paint'
      ? await run('04-views', paintView, { views: present.views, edit }, 'edited')
      : await run(
          '04-views',
          regenerateViews,
          {
            photo,
            analysis,
            prior,
            settings: pickSettings(settings, VIEW_SETTINGS),
            views: present.views,
            edit,
          },
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
