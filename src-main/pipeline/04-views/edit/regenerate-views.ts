/**
 * Some views made anew by the view pack, all others held in the joint denoising.
 *
 * In: photo, analysis, prior, the present views (of either method), what to make anew. Out: the new views. The network's
 * 128 px are put together with the present view by bands (`compose-view.ts`): where the network answers what was there,
 * the view comes out as it was, so that the border of a mask does not show. Under a mask that was painted, the photo's own
 * pixels give way too; a view made anew as a whole keeps them.
 * Differs from the paper, which always makes all views.
 * Longest uninterruptible piece: one denoising step.
 */
import { viewRig } from '../../../camera/view-rig.ts';
import type { HeadSettings } from '../../../contract/entities.ts';
import { createSeededRandom } from '../../../tensor/seeded-random.ts';
import { checkpoint } from '../../checkpoint.ts';
import type { Stage } from '../../stage.ts';
import { colourHead } from '../colour-head.ts';
import { composeView } from '../diffusion/compose-view.ts';
import { checkViewCount, conditionViews } from '../diffusion/condition-views.ts';
import { readPlanes, watchPlanes } from '../diffusion/draw-planes.ts';
import { readViewPack } from '../diffusion/read-view-pack.ts';
import { SAMPLE_DEFAULTS, sampleViews, VIEW_CHANNELS } from '../diffusion/sample-views.ts';
import { readHairRule, settleHair } from '../diffusion/settle-hair.ts';
import type { GenerateViewsInput } from '../generate-views.ts';
import { hangHair } from '../hang-hair.ts';
import { reprojectView } from '../reproject-view.ts';
import type { View } from '../views.ts';
import { blendView } from './blend-view.ts';
import { featherMask, keepForNetwork } from './feather-mask.ts';
import { matchBorder } from './match-border.ts';
import type { PictureEdit, TakenView } from './picture-edit.ts';
import { readMask } from './read-picture.ts';

export type RegenerateInput = Omit<GenerateViewsInput, 'settings'> & {
  settings: Pick<HeadSettings, 'steps' | 'views' | 'viewSizePx'>;
  views: readonly View[];
  edit: Extract<PictureEdit, { kind: 'regenerate' }>;
};

/** Shares of the stage's time: conditions, denoising; composing has the rest. */
const CONDITIONED = 0.15;
const DENOISED = 0.75;

export const regenerateViews: Stage<RegenerateInput, TakenView[]> = async (input, context) => {
  const { photo, analysis, prior, settings, views, edit } = input;
  const pack = await readViewPack(context.inference);
  checkViewCount(pack, views.length);
  const size = pack.imageSizePx;
  const plane = size * size;
  const { viewSizePx } = settings;
  const { alpha: maskAlpha } = analysis.mask;
  const shown = { image: photo.image, maskAlpha, prior, viewSizePx };
  const proxy = colourHead(shown, context.log);
  const worn = hangHair(shown, proxy);
  const conditions = conditionViews(input, pack, proxy);
  const masks = await readMasks(edit, viewSizePx);
  const kept = new Float32Array(views.length * plane).fill(1);
  for (const [index, mask] of masks) {
    const own = kept.subarray(index * plane, (index + 1) * plane);
    if (mask === null) own.fill(0);
    else own.set(keepForNetwork(mask, viewSizePx, size));
  }
  const clean = new Float32Array(views.length * VIEW_CHANNELS * plane);
  views.forEach((view, index) => clean.set(readPlanes(view, size), index * VIEW_CHANNELS * plane));
  await checkpoint(context, CONDITIONED);
  const generated = await sampleViews(
    conditions,
    pack,
    { ...SAMPLE_DEFAULTS, steps: settings.steps },
    {
      ...context,
      random: createSeededRandom(Uint32Array.of(edit.seed, ...SEED_WORDS)),
      progress: (fraction) => context.progress(CONDITIONED + DENOISED * fraction),
      watch: watchPlanes(size, edit.views, context),
    },
    { clean, kept, strength: edit.strength },
  );
  const length = VIEW_CHANNELS * plane;
  const rig = viewRig(views.length, viewSizePx);
  const hair = readHairRule(analysis.mask, prior, proxy, worn);
  return edit.views.map((index) => {
    const present = views[index]!;
    const mask = masks.get(index)!;
    const planes = generated.subarray(index * length, (index + 1) * length);
    const reprojected = reprojectView(worn ?? proxy, rig[index]!);
    settleHair(planes, size, hair, reprojected);
    if (mask === null) {
      const { overPhoto: _, ...view } = composeView(planes, size, present, prior.photoCamera);
      return { index, view };
    }
    matchBorder(
      planes,
      clean.subarray(index * length, (index + 1) * length),
      kept.subarray(index * plane, (index + 1) * plane),
      size,
    );
    const photoless = { ...present, photoWeight: new Uint8Array(present.photoWeight.length) };
    return { index, view: blendView(present, composeView(planes, size, photoless, prior.photoCamera), mask) };
  });
};

/** The seed's companions in the generator's state: any, but always the same. */
const SEED_WORDS = [0x9e3779b9, 0x243f6a88, 0xb7e15162] as const;

/** Per view that is made anew the share of it (S, S) in [0, 1], 0 outside of what was painted; null = all of it. */
async function readMasks(
  edit: RegenerateInput['edit'],
  sizePx: number,
): Promise<Map<number, Float32Array | null>> {
  const masks = new Map<number, Float32Array | null>(edit.views.map((view) => [view, null]));
  for (const { view, picture } of edit.masks)
    masks.set(view, featherMask(await readMask(picture, sizePx), sizePx));
  return masks;
}
