/**
 * The whole method, top to bottom: each line is one folder of this directory, the first four of them in `make-views.ts`.
 * photo → analysis → head prior M → N views → surface → fitted head → texture → files (method.md §3).
 */
import type { HeadSettings } from '../contract/entities.ts';
import type { HeadModelRights } from '../contract/studio-settings.ts';
import type { HeadView } from '../contract/views.ts';
import type { TakenView } from './04-views/edit/picture-edit.ts';
import { scoreViews } from './04-views/score-views.ts';
import { shapeOfViews } from './04-views/shape-of-views.ts';
import { reconstructSurface } from './05-surface/reconstruct-surface.ts';
import { fitHead } from './06-head/fit-head.ts';
import { rigHead } from './06-head/rig/rig-head.ts';
import { bakeTexture } from './07-texture/bake-texture.ts';
import type { ExportedFiles } from './08-export/exported-files.ts';
import { exportHead } from './08-export/export-head.ts';
import { makeViews } from './make-views.ts';
import { pickSettings } from './pick-settings.ts';
import type { RunStage } from './stage.ts';

const SURFACE_SETTINGS = ['surfaceMethod', 'surfaceResolution'] as const;
const HEAD_SETTINGS = ['hairMesh'] as const;
const TEXTURE_SETTINGS = ['textureSizePx', 'delight', 'superResolution'] as const;

export type GeneratedHead = Omit<ExportedFiles, 'texturePercents'> & {
  views: Omit<HeadView, 'takeId'>[];
  headModel: HeadModelRights;
};

/** `takes`: used instead of the generated views. */
export async function generateHead(
  bytes: Uint8Array,
  settings: HeadSettings,
  run: RunStage,
  takes: readonly TakenView[] = [],
): Promise<GeneratedHead> {
  const { photo, analysis, prior, views } = await makeViews(bytes, settings, run, takes);
  const scores = await run('04-views', scoreViews, { analysis, prior, views }, 'scores');
  const surface = await run('05-surface', reconstructSurface, {
    prior,
    views: shapeOfViews(views),
    settings: pickSettings(settings, SURFACE_SETTINGS),
  });
  const head = await run('06-head', fitHead, {
    prior,
    views,
    surface,
    settings: pickSettings(settings, HEAD_SETTINGS),
  });
  const rigging = await run('06-head', rigHead, { prior, head }, 'rig');
  const texture = await run('07-texture', bakeTexture, {
    photo,
    analysis,
    prior,
    views,
    head,
    settings: pickSettings(settings, TEXTURE_SETTINGS),
  });
  const { texturePercents, ...files } = await run('08-export', exportHead, {
    photo,
    analysis,
    prior,
    views,
    surface,
    head,
    rigging,
    texture,
  });
  const rig = views.views.map(({ azimuthDeg, elevationDeg }, index) => ({
    azimuthDeg,
    elevationDeg,
    scores: scores[index]!,
    texturePercent: texturePercents[index]!,
  }));
  const { modelId: id, modelLicence: licence, modelCredits: credits } = prior;
  return { ...files, views: rig, headModel: { id, licence, credits } };
}
