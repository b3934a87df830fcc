/**
 * Stubble, freckles and clothes on top of the skin texture of one sample (linear RGB, in place). Noise is a function of
 * the place on the unmorphed body, so that it sticks to the skin and is the same in every view.
 */
import type { SkinPaint } from './scene.ts';

/** Cells per dm of the noise: stubble 1.2 mm, freckles 3 mm, cloth weave 2.5 mm. */
const STUBBLE_CELLS = 80;
const FRECKLE_CELLS = 30;
const WEAVE_CELLS = 40;

export function paintSkin(
  paint: SkinPaint,
  a: number,
  b: number,
  c: number,
  wa: number,
  wb: number,
  wc: number,
  albedo: Float64Array,
): void {
  const { rest, stubble, cloth } = paint;
  const x = wa * rest[a * 3]! + wb * rest[b * 3]! + wc * rest[c * 3]!;
  const y = wa * rest[a * 3 + 1]! + wb * rest[b * 3 + 1]! + wc * rest[c * 3 + 1]!;
  const z = wa * rest[a * 3 + 2]! + wb * rest[b * 3 + 2]! + wc * rest[c * 3 + 2]!;
  const clothShare = wa * cloth[a]! + wb * cloth[b]! + wc * cloth[c]!;
  if (clothShare > 0.5) {
    const weave = 0.85 + 0.3 * cellNoise(x * WEAVE_CELLS, y * WEAVE_CELLS, z * WEAVE_CELLS);
    const colour = clothColour(paint, Math.abs(x), y, z);
    for (let k = 0; k < 3; k++) albedo[k] = weave * colour[k]!;
    return;
  }
  if (paint.freckles > 0) {
    const spot = cellNoise(x * FRECKLE_CELLS, y * FRECKLE_CELLS, z * FRECKLE_CELLS);
    const dark = paint.freckles * Math.max(0, spot - 0.6) * 1.6;
    albedo[0] = albedo[0]! * (1 - 0.35 * dark);
    albedo[1] = albedo[1]! * (1 - 0.6 * dark);
    albedo[2] = albedo[2]! * (1 - 0.75 * dark);
  }
  const share = wa * stubble[a]! + wb * stubble[b]! + wc * stubble[c]!;
  if (share <= 0) return;
  const grain = cellNoise(x * STUBBLE_CELLS, y * STUBBLE_CELLS, z * STUBBLE_CELLS);
  const cover = Math.min(1, share * (0.6 + 0.8 * grain));
  for (let k = 0; k < 3; k++)
    albedo[k] = albedo[k]! * (1 - cover) + paint.stubbleColour[k]! * (0.6 + 0.8 * grain) * cover;
}

function clothColour(paint: SkinPaint, side: number, y: number, z: number): readonly number[] {
  const { opening } = paint;
  if (opening !== null && z > 0) {
    const climb = (y - opening.bottomY) / (opening.topY - opening.bottomY);
    if (side < opening.tieHalfWidth) return opening.tieColour;
    if (side < climb * opening.halfWidth) return paint.clothSecond;
    return paint.clothColour;
  }
  const isSecond = paint.stripes > 0 && (y * paint.stripes) % 1 > 0.5;
  return isSecond ? paint.clothSecond : paint.clothColour;
}

/** Trilinear value noise in [0, 1] on the integer grid. */
export function cellNoise(x: number, y: number, z: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const z0 = Math.floor(z);
  const fx = x - x0;
  const fy = y - y0;
  const fz = z - z0;
  let sum = 0;
  for (let k = 0; k < 8; k++) {
    const dx = k & 1;
    const dy = (k >> 1) & 1;
    const dz = k >> 2;
    sum += (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy) * (dz ? fz : 1 - fz) * hash(x0 + dx, y0 + dy, z0 + dz);
  }
  return sum;
}

/** Integer hash → [0, 1) (multipliers of Teschner et al. 2003, finished as in murmur3). */
function hash(x: number, y: number, z: number): number {
  let h = Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
