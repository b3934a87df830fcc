/**
 * Hair that hangs, or stands far off the back of the head, is kept in generated views only as far as the photo shows some beside the jaw.
 *
 * In: photo's mask, M with the camera of the photo, planes (V, 7, S, S) in [−1, 1] as the pack made them, the same views by reprojection. Out:
 * the planes, with coverage ended near the reprojection's outline where the photo shows none: 7 mm off it at the mouth and below, 27 mm off it at the crown.
 *
 * A photo from the front does not tell a pony tail from short hair, and the pack's guess is that of its training people, of whom
 * many wear one: five of ten held-back portraits of people with short hair got a tail at the nape. What no photo shows and nobody asked
 * for is left away.
 */
import { cameraCentreHead, projectPoints } from '../../../camera/camera.ts';
import type { Points } from '../../../camera/frames.ts';
import { resizeImage } from '../../../image/resize-image.ts';
import type { PortraitMask } from '../../02-analyse/analysis.ts';
import type { Prior } from '../../03-prior/prior.ts';
import type { HangingHair } from '../find-hanging.ts';
import type { View } from '../views.ts';

/** Heights above the chin at which the photo is asked, m: from the mouth to the nose. Lower ones meet shoulders and collars. */
const LEVELS_M = [0.04, 0.05, 0.06, 0.07] as const;
const LEVEL_HALF_M = 0.006;
/** All of these distances from M's outline belong to the person where hair hangs there, m. */
const BESIDE_M = [0.008, 0.014, 0.02] as const;
/** Share of the levels on one side that must show hair. */
const SHOWN_SHARE = 0.5;
/** The chin is the lowest point of M's front: this near to the middle, and to the foremost point, m. */
const FRONT_HALF_WIDTH_M = 0.02;
const FRONT_DEPTH_M = 0.04;
/** Hair may stand off the reprojection's outline by this at the mouth, and by this more per metre of height above it, m. */
const MARGIN_M = 0.007;
const MARGIN_PER_M = 0.12;

type Head = Pick<Prior, 'positionsHead' | 'photoCamera'>;

/** Whether the photo shows something of the person beside the jaw, between mouth and nose, on either side of M. */
export function showsLongHair(mask: PortraitMask, { positionsHead, photoCamera }: Head): boolean {
  const pixels = projectPoints(photoCamera, positionsHead);
  const chin = chinHeight(positionsHead);
  const [upX, upY] = upOnPhoto(photoCamera);
  const across = [-upY, upX] as const;
  const shown = [0, 0];
  for (const level of LEVELS_M) {
    const ends: [number, number] = [-1, -1];
    const along = [Infinity, -Infinity];
    for (let v = 0; v < positionsHead.length / 3; v++) {
      if (Math.abs(positionsHead[v * 3 + 1]! - chin - level) > LEVEL_HALF_M) continue;
      const t = pixels[v * 3]! * across[0] + pixels[v * 3 + 1]! * across[1];
      if (t < along[0]!) [along[0], ends[0]] = [t, v];
      if (t > along[1]!) [along[1], ends[1]] = [t, v];
    }
    ends.forEach((v, side) => {
      if (v < 0) return;
      const pxPerM = photoCamera.focalPx[0] / pixels[v * 3 + 2]!;
      const isPerson = BESIDE_M.every((metres) => {
        const step = (side === 0 ? -1 : 1) * metres * pxPerM;
        return isMasked(mask, pixels[v * 3]! + step * across[0], pixels[v * 3 + 1]! + step * across[1]);
      });
      if (isPerson) shown[side]!++;
    });
  }
  return Math.max(...shown) >= SHOWN_SHARE * LEVELS_M.length;
}

/** Ends coverage near the outline of the reprojected view, softly over one pixel. planes (7, S, S) are changed; `nape`: {@link findHairEnd}. */
export function endHairNearHead(
  planes: Float32Array,
  sizePx: number,
  reprojected: View,
  nape: Points<'Head'>,
): void {
  const { image, camera } = reprojected;
  const { rgbaSrgb } = resizeImage(image, sizePx, sizePx);
  const scale = sizePx / camera.heightPx;
  const mouth = projectPoints(camera, nape)[1]! * scale;
  const margin = (MARGIN_M * camera.focalPx[1] * scale) / Math.hypot(...cameraCentreHead(camera));
  const coverage = planes.subarray(3 * sizePx * sizePx, 4 * sizePx * sizePx);
  for (let y = 0; y < sizePx; y++) {
    const reachPx = margin + MARGIN_PER_M * Math.max(0, mouth - y);
    for (let x = 0; x < sizePx; x++) {
      const i = y * sizePx + x;
      if (coverage[i] === -1) continue;
      const within = reachPx + 0.5 - distanceTo(rgbaSrgb, sizePx, x, y, reachPx + 1);
      coverage[i] = Math.min(coverage[i]!, 2 * Math.min(1, Math.max(0, within)) - 1);
    }
  }
}

/**
 * The back of the neck at the height at which hair ends, m, or null where it hangs on. In: hair that the photo shows beside face and neck
 * (find-hanging.ts). Where it ends above the mouth, or there is none, the end is at the mouth: at the nape, where hair hangs, not at the lips.
 * `isKnown`: whether the hair's colour is known; else what the mask shows beside the jaw may be hair (`showsLongHair`).
 */
export function findHairEnd(
  mask: PortraitMask,
  head: Head,
  hanging: Pick<HangingHair, 'endM' | 'lowestM'> | null,
  isKnown: boolean,
): Points<'Head'> | null {
  const chin = chinHeight(head.positionsHead);
  const mouth = chin + LEVELS_M[0];
  const isShort = !showsLongHair(mask, head);
  if (hanging === null) return isKnown || isShort ? findNape(head, mouth) : null;
  const { endM, lowestM } = hanging;
  // A collar may hide where it ends: what does not get to the chin does not hang down the nape.
  const end = endM ?? (isShort && lowestM > chin ? lowestM : null);
  return end === null ? null : findNape(head, Math.min(mouth, end));
}

export function findNape({ positionsHead }: Pick<Head, 'positionsHead'>, heightM: number): Points<'Head'> {
  let back = 0;
  for (let i = 0; i < positionsHead.length; i += 3) {
    if (Math.abs(positionsHead[i + 1]! - heightM) < LEVEL_HALF_M)
      back = Math.min(back, positionsHead[i + 2]!);
  }
  return Float32Array.of(0, heightM, back);
}

/** By shape, as a prior names no landmarks and the artist's own head model has other vertices. */
function chinHeight(positionsHead: Points<'Head'>): number {
  let front = -Infinity;
  for (let i = 2; i < positionsHead.length; i += 3) front = Math.max(front, positionsHead[i]!);
  let chin = Infinity;
  for (let i = 0; i < positionsHead.length; i += 3) {
    const isFront =
      Math.abs(positionsHead[i]!) < FRONT_HALF_WIDTH_M && positionsHead[i + 2]! > front - FRONT_DEPTH_M;
    if (isFront) chin = Math.min(chin, positionsHead[i + 1]!);
  }
  return chin;
}

/** Unit direction on the photo, px, in which the head's up axis points. */
function upOnPhoto(camera: Prior['photoCamera']): readonly [number, number] {
  const ends = projectPoints(camera, Float32Array.of(0, 0, 0, 0, 0.05, 0));
  const [x, y] = [ends[3]! - ends[0]!, ends[4]! - ends[1]!];
  const length = Math.hypot(x, y);
  return [x / length, y / length];
}

function isMasked(mask: PortraitMask, u: number, v: number): boolean {
  const [x, y] = [Math.floor(u), Math.floor(v)];
  return x >= 0 && y >= 0 && x < mask.widthPx && y < mask.heightPx && mask.alpha[y * mask.widthPx + x]! > 127;
}

/** Distance, px, from a pixel's centre to the outline of what is covered: Infinity where none lies within `reachPx`. */
function distanceTo(
  rgbaSrgb: Uint8ClampedArray,
  sizePx: number,
  x: number,
  y: number,
  reachPx: number,
): number {
  const reach = Math.ceil(reachPx);
  let nearest = Infinity;
  for (let v = Math.max(0, y - reach); v <= Math.min(sizePx - 1, y + reach); v++) {
    for (let u = Math.max(0, x - reach); u <= Math.min(sizePx - 1, x + reach); u++) {
      const alpha = rgbaSrgb[(v * sizePx + u) * 4 + 3]!;
      // Half a pixel's coverage puts the outline through its centre.
      if (alpha > 127) nearest = Math.min(nearest, Math.hypot(u - x, v - y) - alpha / 255 + 0.5);
    }
  }
  return nearest;
}
