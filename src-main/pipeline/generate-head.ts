/**
 * The whole method, top to bottom: each line is one folder of this directory.
 * photo → analysis → head prior M → N views → surface → fitted head → texture → files (method.md §3).
 */
import type { HeadSettings } from '../contract/entities.ts';
import { readPhoto } from './01-photo/read-photo.ts';
import { analysePhoto } from './02-analyse/analyse-photo.ts';
import { fitPrior } from './03-prior/fit-prior.ts';
import { generateViews } from './04-views/generate-views.ts';
import { reconstructSurface } from './05-surface/reconstruct-surface.ts';
import { fitHead } from './06-head/fit-head.ts';
import { bakeTexture } from './07-texture/bake-texture.ts';
import type { ExportedFiles } from './08-export/exported-files.ts';
import { exportHead } from './08-export/export-head.ts';
import { placeEdits } from './place-edits.ts';
import type { RunStage } from './stage.ts';

/** What a stage is not given does not make it run again when it changes. The seed reaches stages by their context. */
const VIEW_SETTINGS = ['method', 'steps', 'views', 'viewSizePx'] as const;
const SURFACE_SETTINGS = ['surfaceMethod', 'surfaceResolution'] as const;
const HEAD_SETTINGS = ['hairMesh'] as const;
const TEXTURE_SETTINGS = ['textureSizePx', 'delight'] as const;

export async function generateHead(
  bytes: Uint8Array,
  settings: HeadSettings,
  run: RunStage,
): Promise<ExportedFiles> {
  const { crop, focalLength35Mm } = settings.photoEdits;
  const { pins, face, maskStrokes } = placeEdits(settings.photoEdits);
  const photo = await run('01-photo', readPhoto, { bytes, crop, focalLength35Mm });
  const analysis = await run('02-analyse', analysePhoto, { photo, face, maskStrokes });
  const prior = await run('03-prior', fitPrior, { photo, analysis, pins });
  const views = await run('04-views', generateViews, {
    photo,
    analysis,
    prior,
    settings: only(settings, VIEW_SETTINGS),
  });
  const surface = await run('05-surface', reconstructSurface, {
    prior,
    views,
    settings: only(settings, SURFACE_SETTINGS),
  });
  const head = await run('06-head', fitHead, {
    prior,
    views,
    surface,
    settings: only(settings, HEAD_SETTINGS),
  });
  const texture = await run('07-texture', bakeTexture, {
    photo,
    analysis,
    prior,
    views,
    head,
    settings: only(settings, TEXTURE_SETTINGS),
  });
  return run('08-export', exportHead, { photo, analysis, prior, views, surface, head, texture });
}

function only<K extends keyof HeadSettings>(
  settings: HeadSettings,
  keys: readonly K[],
): Pick<HeadSettings, K> {
  return Object.fromEntries(keys.map((key) => [key, settings[key]])) as Pick<HeadSettings, K>;
}
