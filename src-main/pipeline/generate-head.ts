/**
 * The whole method, top to bottom: each line is one folder of this directory.
 * photo → analysis → head prior M → N views → surface → fitted head → texture → files (method.md §3).
 */
import type { HeadSettings } from '../contract/entities.ts';
import type { HeadView } from '../contract/views.ts';
import { readPhoto } from './01-photo/read-photo.ts';
import { analysePhoto } from './02-analyse/analyse-photo.ts';
import { fitPrior } from './03-prior/fit-prior.ts';
import { layTakes } from './04-views/edit/lay-takes.ts';
import type { TakenView } from './04-views/edit/picture-edit.ts';
import { generateViews } from './04-views/generate-views.ts';
import { scoreViews } from './04-views/score-views.ts';
import { reconstructSurface } from './05-surface/reconstruct-surface.ts';
import { fitHead } from './06-head/fit-head.ts';
import { bakeTexture } from './07-texture/bake-texture.ts';
import type { ExportedFiles } from './08-export/exported-files.ts';
import { exportHead } from './08-export/export-head.ts';
import { pickSettings, VIEW_SETTINGS } from './pick-settings.ts';
import { placeEdits } from './place-edits.ts';
import type { RunStage } from './stage.ts';

const SURFACE_SETTINGS = ['surfaceMethod', 'surfaceResolution'] as const;
const HEAD_SETTINGS = ['hairMesh'] as const;
const TEXTURE_SETTINGS = ['textureSizePx', 'delight'] as const;

export type GeneratedHead = ExportedFiles & { views: Omit<HeadView, 'takeId'>[] };

/** `takes`: used instead of the generated views. */
export async function generateHead(
  bytes: Uint8Array,
  settings: HeadSettings,
  run: RunStage,
  takes: readonly TakenView[] = [],
): Promise<GeneratedHead> {
  const { crop, focalLength35Mm } = settings.photoEdits;
  const { pins, face, maskStrokes } = placeEdits(settings.photoEdits);
  const photo = await run('01-photo', readPhoto, { bytes, crop, focalLength35Mm });
  const analysis = await run('02-analyse', analysePhoto, { photo, face, maskStrokes });
  const prior = await run('03-prior', fitPrior, {
    photo,
    analysis,
    pins,
    headModel: settings.headModel,
  });
  const generated = await run('04-views', generateViews, {
    photo,
    analysis,
    prior,
    settings: pickSettings(settings, VIEW_SETTINGS),
  });
  const views =
    takes.length === 0 ? generated : await run('04-views', layTakes, { generated, takes }, 'laid');
  const scores = await run('04-views', scoreViews, { analysis, prior, views }, 'scores');
  const surface = await run('05-surface', reconstructSurface, {
    prior,
    views,
    settings: pickSettings(settings, SURFACE_SETTINGS),
  });
  const head = await run('06-head', fitHead, {
    prior,
    views,
    surface,
    settings: pickSettings(settings, HEAD_SETTINGS),
  });
  const texture = await run('07-texture', bakeTexture, {
    photo,
    analysis,
    prior,
    views,
    head,
    settings: pickSettings(settings, TEXTURE_SETTINGS),
  });
  const files = await run('08-export', exportHead, { photo, analysis, prior, views, surface, head, texture });
  const rig = views.views.map(({ azimuthDeg, elevationDeg }, index) => ({
    azimuthDeg,
    elevationDeg,
    scores: scores[index]!,
  }));
  return { ...files, views: rig };
}
