/**
 * Where hair of generated views ends and what it has to have, as the photo says: one rule for new views and for views made anew.
 *
 * In: what the photo shows of hair ({@link HairRule}); planes (7, S, S) in [−1, 1] of a view as the pack made them, the same view by reprojection. Out: the
 * planes, changed.
 */
import type { Camera } from '../../../camera/camera.ts';
import type { Points } from '../../../camera/frames.ts';
import type { PortraitMask } from '../../02-analyse/analysis.ts';
import type { Prior } from '../../03-prior/prior.ts';
import type { ProxyHead } from '../colour-head.ts';
import { isHairKnown, type WornHead } from '../hang-hair.ts';
import type { View } from '../views.ts';
import { endHairNearHead, findHairEnd } from './limit-hair.ts';
import { wearHair } from './wear-hair.ts';

export type HairRule = {
  /** Hair that hangs beside face and neck; null where the photo shows none. */
  worn: WornHead | null;
  /** (3) m, Head: where hair that hangs down the nape ends; null where it does not. */
  nape: Points<'Head'> | null;
  photoCamera: Camera;
};

export function readHairRule(
  mask: PortraitMask,
  prior: Prior,
  proxy: ProxyHead,
  worn: WornHead | null,
): HairRule {
  const nape = findHairEnd(mask, prior, worn?.hanging ?? null, isHairKnown(proxy));
  return { worn, nape, photoCamera: prior.photoCamera };
}

export function settleHair(
  planes: Float32Array,
  sizePx: number,
  { worn, nape, photoCamera }: HairRule,
  reprojected: View,
): void {
  if (nape !== null) endHairNearHead(planes, sizePx, reprojected, nape);
  if (worn !== null) wearHair(planes, sizePx, worn, reprojected, photoCamera);
}
