/**
 * Method `diffusion` of stage 04: conditions from photo and M, joint denoising by the view pack, photo laid over the result.
 *
 * In: photo, analysis, prior, settings, and the coloured proxy head of method `reproject`, which lends detail and depth.
 * Out: N {@link View}s, and the side of the pictures that the network drew, px. Longest uninterruptible piece: one denoising step.
 */
import { viewRig } from '../../../camera/view-rig.ts';
import { checkpoint } from '../../checkpoint.ts';
import type { StageContext } from '../../stage.ts';
import type { GenerateViewsInput } from '../generate-views.ts';
import type { ProxyHead } from '../colour-head.ts';
import { reprojectView } from '../reproject-view.ts';
import type { WornHead } from '../hang-hair.ts';
import type { View } from '../views.ts';
import { composeView } from './compose-view.ts';
import { checkViewCount, conditionViews } from './condition-views.ts';
import { watchPlanes } from './draw-planes.ts';
import { readViewPack } from './read-view-pack.ts';
import { SAMPLE_DEFAULTS, sampleViews, VIEW_CHANNELS } from './sample-views.ts';
import { readHairRule, settleHair } from './settle-hair.ts';

/** Shares of the stage's time: conditions, denoising; composing has the rest. */
const CONDITIONED = 0.1;
const DENOISED = 0.8;

export async function diffuseViews(
  { photo, analysis, prior, settings }: GenerateViewsInput,
  proxy: ProxyHead,
  worn: WornHead | null,
  context: StageContext,
): Promise<{ views: View[]; drawnPx: number }> {
  const pack = await readViewPack(context.inference);
  checkViewCount(pack, settings.views);
  const size = pack.imageSizePx;
  const rig = viewRig(pack.views, settings.viewSizePx);
  const conditions = conditionViews({ photo, analysis, prior }, pack, proxy);
  await checkpoint(context, CONDITIONED);
  const generated = await sampleViews(
    conditions,
    pack,
    { ...SAMPLE_DEFAULTS, steps: settings.steps },
    {
      ...context,
      progress: (fraction) => context.progress(CONDITIONED + DENOISED * fraction),
      watch: watchPlanes(size, rig.keys(), context),
    },
  );
  const length = VIEW_CHANNELS * size * size;
  const hair = readHairRule(analysis.mask, prior, proxy, worn);
  if (hair.nape !== null) context.log(`hair hangs no lower than ${(hair.nape[1]! * 1000).toFixed(0)} mm`);
  const views: View[] = [];
  for (const [index, view] of rig.entries()) {
    const planes = generated.subarray(index * length, (index + 1) * length);
    const reprojected = reprojectView(worn ?? proxy, view);
    settleHair(planes, size, hair, reprojected);
    views.push(composeView(planes, size, reprojected, prior.photoCamera));
    await checkpoint(
      context,
      CONDITIONED + DENOISED + ((1 - CONDITIONED - DENOISED) * views.length) / rig.length,
    );
  }
  return { views, drawnPx: size };
}
