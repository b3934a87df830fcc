import { expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { createImage } from '../../../src-main/image/image.ts';
import type { PortraitMask } from '../../../src-main/pipeline/02-analyse/analysis.ts';
import { endHairAtMouth, showsLongHair } from '../../../src-main/pipeline/04-views/diffusion/limit-hair.ts';
import type { View } from '../../../src-main/pipeline/04-views/views.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const SIZE_PX = 320;
const head = makeSyntheticHead(40, 56);
const { prior, analysis } = takePortrait(head, portraitCamera(0, SIZE_PX));

/** The portrait's mask and a curtain of this width, m, on one side of the head, down to the picture's lower border. */
function maskWithCurtain(widthM: number, side: 1 | -1): PortraitMask {
  const { mask } = analysis;
  const alpha = mask.alpha.slice();
  const xs = [...head.positionsHead].filter((_, i) => i % 3 === 0);
  const edge = side * Math.max(...xs);
  const ends = projectPoints(prior.photoCamera, Float32Array.of(edge, 0, 0, edge + side * widthM, 0, 0));
  const [from, to] = [ends[0]!, ends[3]!].sort((a, b) => a - b) as [number, number];
  for (let y = SIZE_PX / 4; y < SIZE_PX; y++)
    for (let x = Math.floor(from - 20); x < to; x++) if (widthM > 0) alpha[y * SIZE_PX + x] = 255;
  return { ...mask, alpha };
}

it('finds hair beside the jaw on either side, and none where the mask ends at the head', () => {
  expect(showsLongHair(maskWithCurtain(0, 1), prior)).toBe(false);
  expect(showsLongHair(maskWithCurtain(0.04, 1), prior)).toBe(true);
  expect(showsLongHair(maskWithCurtain(0.04, -1), prior)).toBe(true);
});

it('ends a tail below the mouth at the outline of the reprojection and keeps hair above', () => {
  const sizePx = 64;
  const camera = rigCamera(90, 0, 4 * sizePx);
  const image = createImage(camera.widthPx, camera.heightPx);
  const isHead = (x: number): boolean => x >= 24 && x < 40;
  for (let i = 0; i < camera.widthPx * camera.heightPx; i++)
    image.rgbaSrgb[i * 4 + 3] = isHead(Math.floor((i % camera.widthPx) / 4)) ? 255 : 0;
  const planes = new Float32Array(7 * sizePx * sizePx).fill(1);
  endHairAtMouth(planes, sizePx, { image, camera } as View, prior);
  const coverage = (x: number, y: number): number => planes[(3 * sizePx + y) * sizePx + x]!;
  expect([coverage(32, 4), coverage(4, 4)]).toEqual([1, 1]);
  expect([coverage(32, 60), coverage(22, 60), coverage(4, 60), coverage(21, 60)]).toEqual([1, 1, -1, -1]);
  expect(planes.subarray(0, 3 * sizePx * sizePx).every((value) => value === 1)).toBe(true);
});
