/**
 * How far hair stands off the bald head along its outline in the photo.
 *
 * In: positions and outward unit vectors (N, 3), head frame; scalp zone; photo, person mask, camera. Out: (N) thickness m
 * and (N) trust in [0, 1], 0 off the outline.
 * From vertices whose outward direction lies across the line of sight, walk outwards until the mask ends. Below the
 * hairline the mask holds shoulders and clothes too: there only pixels of the hair's colour count.
 */
import { type Camera, cameraCentreHead, projectPoints } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import type { ImageRgba } from '../../image/image.ts';
import { type HairPalette, hairShareOf } from './hair-palette.ts';
import type { ScalpZone } from './scalp-zone.ts';

export type OutlinePhoto = {
  image: ImageRgba;
  /** (H, W) uint8 of the photo's size, 255 = person. */
  maskAlpha: Uint8Array;
  camera: Camera;
  palette: HairPalette | null;
};

export type Rim = { thicknessM: Float32Array; trust: Float32Array };

type RimInput = {
  positionsHead: Points<'Head'>;
  outward: Float32Array;
  zone: ScalpZone;
  photo: OutlinePhoto;
};

/** M may stick out of the mask by a centimetre where the skull was guessed too large. */
const THINNEST_M = -0.012;
/** Hair stands off at most a hand's breadth; beyond it the mask shows something else. */
const THICKEST_M = 0.1;
/** Less than half a pixel of a 512 px portrait. */
const STEP_M = 0.001;
/** Gaps in the mask that the walk steps over: curls, holes of the segmentation. */
const GAP_M = 0.006;
/** |cosine| between outward direction and line of sight below which a vertex forms the outline. */
const RIM_COSINE = 0.35;
/** Long hair is looked for behind this plane, m (in front of it lie jaw and throat), and farther out only to here. */
const LONG_HAIR_Z_M = 0.03;
const LONG_HAIR_MAX_M = 0.07;

export function measureRim(input: RimInput): Rim {
  const { positionsHead: p, outward, zone, photo } = input;
  const [ex, ey, ez] = cameraCentreHead(photo.camera);
  const count = p.length / 3;
  const rim: Rim = { thicknessM: new Float32Array(count), trust: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const isScalp = zone.hairlineDistanceM[i]! >= 0;
    // Ears are not hair: their thickness comes from around them.
    if (zone.ear[i]! > 0 || (!isScalp && p[i * 3 + 2]! > LONG_HAIR_Z_M)) continue;
    const direction = outward.subarray(i * 3, i * 3 + 3);
    const view = [ex - p[i * 3]!, ey - p[i * 3 + 1]!, ez - p[i * 3 + 2]!] as const;
    const dot = direction[0]! * view[0] + direction[1]! * view[1] + direction[2]! * view[2];
    const cosine = Math.abs(dot) / Math.hypot(...view);
    if (cosine >= RIM_COSINE) continue;
    const { lengthM, leftPhoto } = walkOut(p.subarray(i * 3, i * 3 + 3), direction, photo, isScalp);
    rim.thicknessM[i] = isScalp ? lengthM : Math.max(0, lengthM);
    rim.trust[i] = 1 - cosine / RIM_COSINE;
    // Cut off by the photo's edge: a lower bound only.
    if (leftPhoto) rim.trust[i] = rim.trust[i]! * (lengthM > 0 ? 0.2 : 0);
  }
  return rim;
}

function walkOut(
  from: Float32Array,
  direction: Float32Array,
  photo: OutlinePhoto,
  isScalp: boolean,
): { lengthM: number; leftPhoto: boolean } {
  const { camera, maskAlpha, image, palette } = photo;
  const thickest = isScalp ? THICKEST_M : LONG_HAIR_MAX_M;
  const steps = Math.round((thickest - THINNEST_M) / STEP_M);
  const walk = new Float32Array((steps + 1) * 3);
  for (let s = 0; s <= steps; s++) {
    for (let axis = 0; axis < 3; axis++) {
      walk[s * 3 + axis] = from[axis]! + (THINNEST_M + s * STEP_M) * direction[axis]!;
    }
  }
  const pixels = projectPoints(camera, walk);
  const isHair = (pixel: number): boolean => {
    if (maskAlpha[pixel]! < 128) return false;
    if (isScalp) return true;
    const colour = [0, 1, 2].map((c) => image.rgbaSrgb[pixel * 4 + c]! / 255);
    return palette !== null && hairShareOf(palette, colour) > 0.5;
  };
  let lengthM = THINNEST_M;
  for (let s = 0; s <= steps; s++) {
    const t = THINNEST_M + s * STEP_M;
    const u = Math.floor(pixels[s * 3]!);
    const v = Math.floor(pixels[s * 3 + 1]!);
    if (u < 0 || v < 0 || u >= camera.widthPx || v >= camera.heightPx) return { lengthM, leftPhoto: true };
    if (isHair(v * camera.widthPx + u)) lengthM = t;
    // Inside M's own outline the neck may show before the hair beside it begins.
    else if (t - Math.max(lengthM, isScalp ? THINNEST_M : 0) > GAP_M) break;
  }
  return { lengthM, leftPhoto: false };
}
