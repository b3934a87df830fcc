/**
 * How far hair stands off the bald head along its outline in the photo.
 *
 * In: positions and outward unit vectors (N, 3), head frame; scalp zone; photo and person mask around the head. Out: (N) thickness m
 * and (N) trust in [0, 1], 0 off the outline.
 * From vertices whose outward direction lies across the line of sight, walk outwards until the mask ends. Below the
 * hairline the mask holds shoulders and clothes too: there only pixels of the hair's colour count.
 */
import { cameraCentreHead, projectPoints } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import type { PhotoProbe } from '../../render/photo-probe.ts';
import { type HairPalette, isHairColour } from './hair-palette.ts';
import type { ScalpZone } from '../../render/scalp-zone.ts';

export type Rim = { thicknessM: Float32Array; trust: Float32Array };

type RimInput = {
  positionsHead: Points<'Head'>;
  outward: Float32Array;
  zone: ScalpZone;
  /** Photo around the bald head, with a margin for hair. */
  probe: PhotoProbe;
  /** (H, W) of the probe: 1 where the bald head shows an ear. */
  earPixels: Uint8Array;
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
/** Levels of the neck that hair hangs down through, from the lobe on; the last one lies on the shoulders. */
const LONG_HAIR_TOP_M = -0.02;
const LEVEL_M = 0.012;
const LONG_HAIR_LEVELS = 9;
/** Thinner than this, a level counts as bare. */
const HAIR_LEAST_M = 0.006;
/** Distance from skull and outline at which a pixel is surely neither skin nor background, m. */
const CLEAR_M = 0.004;
/** Height above the hairline from which no ear comes into the way, m. */
const ABOVE_EARS_M = 0.03;
/** The prior places ears to about this, m. */
const BEHIND_EAR_M = 0.007;

/** Thickness where hair grows. */
export function measureScalpRim(input: RimInput): Rim {
  // Ears are not hair: their thickness comes from around them.
  const isScalp = (i: number): boolean => input.zone.hairlineDistanceM[i]! >= 0 && input.zone.ear[i]! === 0;
  return measureRim(input, isScalp, { from: THINNEST_M, to: THICKEST_M }, () => true);
}

/** Thickness of hair that hangs beside the neck. */
export function measureLongRim(input: RimInput, palette: HairPalette): Rim {
  const { zone, positionsHead } = input;
  const isBehindJaw = (i: number): boolean =>
    zone.hairlineDistanceM[i]! < 0 && zone.ear[i]! === 0 && positionsHead[i * 3 + 2]! < LONG_HAIR_Z_M;
  const rim = measureRim(input, isBehindJaw, { from: 0, to: LONG_HAIR_MAX_M }, (colour) =>
    isHairColour(palette, colour),
  );
  cutWhereInterrupted(positionsHead, rim);
  return rim;
}

/**
 * Hair hangs from above: down each side, level by level, it ends where one level shows none, and never widens faster
 * than 45°. Without this rule collars and shoulders of the hair's colour grow like hair.
 */
function cutWhereInterrupted(p: Points<'Head'>, rim: Rim): void {
  for (const side of [-1, 1]) {
    let limitM = LONG_HAIR_MAX_M;
    for (let level = 0; level < LONG_HAIR_LEVELS; level++) {
      const top = LONG_HAIR_TOP_M - level * LEVEL_M;
      const inLevel: number[] = [];
      rim.trust.forEach((trust, i) => {
        const y = p[i * 3 + 1]!;
        const isLast = level === LONG_HAIR_LEVELS - 1;
        const isHere = y <= (level === 0 ? Infinity : top) && (isLast || y > top - LEVEL_M);
        if (trust > 0 && isHere && Math.sign(p[i * 3]!) === side) inLevel.push(i);
      });
      if (inLevel.length === 0) continue;
      if (level === LONG_HAIR_LEVELS - 1) limitM = 0;
      for (const i of inLevel) rim.thicknessM[i] = Math.min(limitM, rim.thicknessM[i]!);
      const widest = inLevel.reduce((max, i) => Math.max(max, rim.thicknessM[i]!), 0);
      limitM = widest < HAIR_LEAST_M ? 0 : widest + LEVEL_M;
    }
  }
}

/** (M, 3) sRGB [0, 1] of the mask's pixels that lie clear of the bald head and of the outline: hair, if anything is. */
export function collectRimColours(input: RimInput, rim: Rim): Float32Array {
  const out: number[] = [];
  const { zone, probe } = input;
  rim.trust.forEach((trust, i) => {
    // Well above the ears, which stand clear of the skull too.
    if (trust < 0.5 || zone.hairlineDistanceM[i]! < ABOVE_EARS_M) return;
    const path = tracePath(input, i, { from: CLEAR_M, to: rim.thicknessM[i]! - 2 * CLEAR_M });
    for (const pixel of path.pixels) out.push(...probe.colour.values.subarray(pixel * 3, pixel * 3 + 3));
  });
  return new Float32Array(out);
}

type Span = { from: number; to: number };

function measureRim(
  input: RimInput,
  include: (vertex: number) => boolean,
  span: Span,
  isHair: (colour: Float32Array) => boolean,
): Rim {
  const { positionsHead: p, outward, probe } = input;
  const [ex, ey, ez] = cameraCentreHead(probe.camera);
  const count = p.length / 3;
  const rim: Rim = { thicknessM: new Float32Array(count), trust: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    if (!include(i)) continue;
    const view = [ex - p[i * 3]!, ey - p[i * 3 + 1]!, ez - p[i * 3 + 2]!] as const;
    const dot = outward[i * 3]! * view[0] + outward[i * 3 + 1]! * view[1] + outward[i * 3 + 2]! * view[2];
    const cosine = Math.abs(dot) / Math.hypot(...view);
    if (cosine >= RIM_COSINE) continue;
    const { pixels, leftPhoto } = tracePath(input, i, span);
    const { steps, isOpen } = followHair(input, pixels, isHair);
    rim.thicknessM[i] = span.from + steps * STEP_M;
    rim.trust[i] = 1 - cosine / RIM_COSINE;
    // Cut off by the photo's edge: a lower bound only.
    if (leftPhoto && isOpen) rim.trust[i] = rim.trust[i]! * (rim.thicknessM[i]! > 0 ? 0.2 : 0);
  }
  return rim;
}

/**
 * Steps to the last pixel of hair before a gap. An ear in the way is no evidence: hair counts behind it only when the
 * person goes on for longer than an ear is wrongly placed.
 */
function followHair(
  input: RimInput,
  pixels: readonly number[],
  isHair: (colour: Float32Array) => boolean,
): { steps: number; isOpen: boolean } {
  const { probe, earPixels } = input;
  let steps = 0;
  let misses = 0;
  let doubtful = 0;
  for (let s = 0; s < pixels.length; s++) {
    const pixel = pixels[s]!;
    if (earPixels[pixel] === 1) {
      doubtful = BEHIND_EAR_M / STEP_M;
      misses = 0;
    } else if (
      probe.mask.values[pixel]! >= 0.5 &&
      isHair(probe.colour.values.subarray(pixel * 3, pixel * 3 + 3))
    ) {
      misses = 0;
      if (doubtful > 0) doubtful--;
      else steps = s;
    } else if (++misses > GAP_M / STEP_M) {
      return { steps, isOpen: false };
    }
  }
  return { steps, isOpen: true };
}

/** Pixels of the probe under the outward path of a vertex, a step apart, until the path leaves the photo. */
function tracePath(input: RimInput, vertex: number, span: Span): { pixels: number[]; leftPhoto: boolean } {
  const { positionsHead, outward, probe } = input;
  const { widthPx, heightPx } = probe.camera;
  const steps = Math.max(0, Math.floor((span.to - span.from) / STEP_M) + 1);
  const points = new Float32Array(steps * 3);
  for (let i = 0; i < points.length; i++) {
    const at = vertex * 3 + (i % 3);
    points[i] = positionsHead[at]! + (span.from + Math.floor(i / 3) * STEP_M) * outward[at]!;
  }
  const projected = projectPoints(probe.camera, points);
  const pixels: number[] = [];
  for (let s = 0; s < steps; s++) {
    const u = Math.floor(projected[s * 3]!);
    const v = Math.floor(projected[s * 3 + 1]!);
    if (u < 0 || v < 0 || u >= widthPx || v >= heightPx) return { pixels, leftPhoto: true };
    pixels.push(v * widthPx + u);
  }
  return { pixels, leftPhoto: false };
}
