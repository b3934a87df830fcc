/** The conditions of a pack's own views, as generating and regenerating views need them. */
import { viewRig } from '../../../camera/view-rig.ts';
import { StudioError } from '../../../contract/errors.ts';
import type { GenerateViewsInput } from '../generate-views.ts';
import type { ColouredHead } from '../reproject-view.ts';
import type { ViewPack } from './read-view-pack.ts';
import { type Conditions, createConditionSurface, renderConditions } from './render-conditions.ts';

/** `proxy` is used by packs that were trained on it. */
export function conditionViews(
  { photo, analysis, prior }: Omit<GenerateViewsInput, 'settings'>,
  pack: ViewPack,
  proxy: ColouredHead | null,
): Conditions {
  const size = pack.imageSizePx;
  return renderConditions({
    image: photo.image,
    maskAlpha: analysis.mask.alpha,
    photoCamera: prior.photoCamera,
    positionsHead: prior.positionsHead,
    surface: createConditionSurface(prior.topology, prior.positionsHead),
    proxy: pack.prior === 'proxy' ? proxy : null,
    cameras: viewRig(pack.views, size).map(({ camera }) => camera),
    sizePx: size,
  });
}

/** Throws StudioError `bad-request`. */
export function checkViewCount(pack: ViewPack, views: number): void {
  if (views === pack.views) return;
  throw new StudioError({
    code: 'bad-request',
    message: `The view pack makes ${pack.views} views, not ${views}.`,
    hint: `Set the number of views to ${pack.views}, or choose the method "reproject".`,
    stage: '04-views',
  });
}
