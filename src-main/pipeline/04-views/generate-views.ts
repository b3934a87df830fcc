/**
 * Stage 04: N pictures of the head from all around (paper §3.2).
 *
 * In: photo, analysis, prior M, settings. Out: {@link Views}: N × (colour, coverage, head-frame normals, depth, photo
 * share), cameras from `camera/view-rig.ts`.
 * Method `reproject`, the baseline that needs no network (method.md §3): the photo is carried through M, given the hair's
 * volume, into every view; what it does not see comes from its mirror image, then from smooth filling on the surface.
 * Differs from the paper: nothing is invented, so the face keeps the photo's identity, and unseen sides are plain.
 * Longest uninterruptible piece: one view, about 0.2 s at 512 px; before the views hair and fill, about 1 s.
 */
import { viewRig } from '../../camera/view-rig.ts';
import { cancelled } from '../../contract/errors.ts';
import type { HeadSettings } from '../../contract/entities.ts';
import { resizeImage } from '../../image/resize-image.ts';
import type { Photo } from '../01-photo/photo.ts';
import type { Analysis } from '../02-analyse/analysis.ts';
import type { Prior } from '../03-prior/prior.ts';
import { PREVIEW_PX, type Stage } from '../stage.ts';
import { colourHead } from './colour-head.ts';
import { diffuseViews } from './diffusion/diffuse-views.ts';
import { tellsHair } from './hair-palette.ts';
import { hangHair } from './hang-hair.ts';
import { reprojectView } from './reproject-view.ts';
import type { View, Views } from './views.ts';

export type GenerateViewsInput = {
  photo: Photo;
  analysis: Analysis;
  prior: Prior;
  settings: Pick<HeadSettings, 'method' | 'steps' | 'views' | 'viewSizePx'>;
};

/** Shares of the stage's time before the first view, measured at 16 views of 512 px. */
const PREPARED = 0.15;

export const generateViews: Stage<GenerateViewsInput, Views> = async (input, context) => {
  const { settings } = input;
  const { photo, analysis, prior } = input;
  const shown = {
    image: photo.image,
    maskAlpha: analysis.mask.alpha,
    prior,
    viewSizePx: settings.viewSizePx,
  };
  const bare = colourHead(shown, (message) => context.log(message));
  const worn = hangHair(shown, bare);
  const head = worn ?? bare;
  const proxy = {
    proxy: head.mesh,
    hairShare: bare.colours.hairShare,
    isHairTold: tellsHair(bare.palette, bare.zone, bare.seen),
  };
  context.progress(PREPARED);
  if (settings.method === 'diffusion') {
    const progress = (fraction: number): void => context.progress(PREPARED + (1 - PREPARED) * fraction);
    const diffused = await diffuseViews(input, bare, worn, { ...context, progress });
    return { method: 'diffusion', ...diffused, ...proxy };
  }
  const views: View[] = [];
  for (const rig of viewRig(settings.views, settings.viewSizePx)) {
    await breathe();
    if (context.signal.aborted) throw cancelled();
    const view = reprojectView(head, rig);
    context.preview?.([{ view: views.length, image: resizeImage(view.image, PREVIEW_PX, PREVIEW_PX) }]);
    views.push(view);
    context.progress(PREPARED + ((1 - PREPARED) * views.length) / settings.views);
  }
  return { method: 'reproject', views, ...proxy };
};

/** Lets the event loop deliver a cancel message. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
