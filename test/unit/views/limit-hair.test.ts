import { expect, it } from 'vitest';
import { cameraCentreHead, projectPoints } from '../../../src-main/camera/camera.ts';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { createImage } from '../../../src-main/image/image.ts';
import type { PortraitMask } from '../../../src-main/pipeline/02-analyse/analysis.ts';
import {
  endHairNearHead,
  findHairEnd,
  showsLongHair,
} from '../../../src-main/pipeline/04-views/diffusion/limit-hair.ts';
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

/** Where hair ends that the photo shows none of. */
const MOUTH = findHairEnd(analysis.mask, prior, null, false)!;

it('ends hair at the mouth without any beside the jaw, else where the photo shows its end, or not at all', () => {
  const long = maskWithCurtain(0.04, 1);
  expect(findHairEnd(long, prior, null, false)).toBeNull();
  // Of another colour than this hair's: a hood, a collar.
  expect(findHairEnd(long, prior, null, true)).toEqual(MOUTH);
  expect(findHairEnd(long, prior, { endM: null, lowestM: -0.12 }, true)).toBeNull();
  expect(findHairEnd(long, prior, { endM: null, lowestM: -0.02 }, true)).toBeNull();
  expect(findHairEnd(analysis.mask, prior, { endM: null, lowestM: -0.02 }, true)).toEqual(MOUTH);
  const bob = findHairEnd(long, prior, { endM: -0.095, lowestM: -0.095 }, true)!;
  expect(bob[1]).toBeCloseTo(-0.095);
  expect(bob[1]!).toBeLessThan(MOUTH[1]! - 0.01);
  expect(bob[2]!).toBeLessThan(-0.03);
});

it('finds hair beside the jaw on either side, and none where the mask ends at the head', () => {
  expect(showsLongHair(maskWithCurtain(0, 1), prior)).toBe(false);
  expect(showsLongHair(maskWithCurtain(0.04, 1), prior)).toBe(true);
  expect(showsLongHair(maskWithCurtain(0.04, -1), prior)).toBe(true);
});

it('ends hair near the outline of the reprojection, nearer at the mouth than at the crown', () => {
  const sizePx = 64;
  const camera = rigCamera(90, 0, 4 * sizePx);
  const image = createImage(camera.widthPx, camera.heightPx);
  const isHead = (x: number): boolean => x >= 24 && x < 40;
  for (let i = 0; i < camera.widthPx * camera.heightPx; i++)
    image.rgbaSrgb[i * 4 + 3] = isHead(Math.floor((i % camera.widthPx) / 4)) ? 255 : 0;
  const planes = new Float32Array(7 * sizePx * sizePx).fill(1);
  endHairNearHead(planes, sizePx, { image, camera } as View, MOUTH);
  const coverage = (x: number, y: number): number => planes[(3 * sizePx + y) * sizePx + x]!;
  const widthAt = (y: number): number =>
    [...Array(sizePx).keys()].reduce((sum, x) => sum + (coverage(x, y) + 1) / 2, 0);
  const pxPerM = camera.focalPx[1] / 4 / Math.hypot(...cameraCentreHead(camera));
  // The outline of a reduced picture is soft, which costs an eighth of a pixel a side.
  expect(Math.abs(widthAt(60) - 16 - 2 * 0.007 * pxPerM)).toBeLessThan(0.3);
  expect(widthAt(4)).toBeGreaterThan(widthAt(60) + 2);
  expect(widthAt(4)).toBeLessThan(16 + 2 * 0.04 * pxPerM);
  expect(planes.subarray(0, 3 * sizePx * sizePx).every((value) => value === 1)).toBe(true);
});

it('ends hair softly: its outline moves with the reprojection by fractions of a pixel', () => {
  const sizePx = 64;
  const camera = rigCamera(90, 0, 4 * sizePx);
  const coverageBeside = (right: number): number => {
    const image = createImage(camera.widthPx, camera.heightPx);
    for (let i = 0; i < camera.widthPx * camera.heightPx; i++)
      image.rgbaSrgb[i * 4 + 3] = i % camera.widthPx < right ? 255 : 0;
    const planes = new Float32Array(7 * sizePx * sizePx).fill(1);
    endHairNearHead(planes, sizePx, { image, camera } as View, MOUTH);
    const row = planes.subarray((3 * sizePx + 60) * sizePx, (3 * sizePx + 61) * sizePx);
    return row.reduce((sum, value) => sum + (value + 1) / 2, 0);
  };
  const widths = [128, 129, 130, 131, 132].map(coverageBeside);
  widths.slice(1).forEach((width, i) => {
    expect(width - widths[i]!).toBeGreaterThan(0.05);
    expect(width - widths[i]!).toBeLessThan(0.6);
  });
  expect(widths[4]! - widths[0]!).toBeCloseTo(1, 5);
});
