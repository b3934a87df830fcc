/**
 * The artist's brush on the portrait mask.
 * mask (H, W) uint8, strokes px of the same picture → mask (H, W) uint8; the input is not changed.
 *
 * A stroke is a line of discs; its edge fades over the outer part of the radius, so that it does not show as a step in the
 * outline. Strokes apply in the order in which they were painted.
 */
import type { MaskStroke } from '../../contract/entities.ts';
import type { PortraitMask } from './analysis.ts';

/** Part of the radius that is painted in full; the rest fades. The window previews a hard edge half way. */
const HARD_SHARE = 0.7;
/** Squares of distances that differ by less than this share leave it to the distance itself on which side of an edge they are. */
const ROUNDING = 1e-9;

export function retouchMask(mask: PortraitMask, strokes: readonly MaskStroke[]): PortraitMask {
  if (strokes.length === 0) return mask;
  const alpha = Uint8Array.from(mask.alpha);
  for (const stroke of strokes) paintStroke({ ...mask, alpha }, stroke);
  return { ...mask, alpha };
}

function paintStroke(
  { widthPx, heightPx, alpha }: PortraitMask,
  { keep, radiusPx, pointsPx }: MaskStroke,
): void {
  const segments = (pointsPx.length === 1 ? [[pointsPx[0]!, pointsPx[0]!] as const] : pairs(pointsPx)).map(
    ([a, b]) => ({
      a,
      b,
      top: Math.max(0, Math.floor(Math.min(a[1], b[1]) - radiusPx)),
      bottom: Math.min(heightPx - 1, Math.ceil(Math.max(a[1], b[1]) + radiusPx)),
    }),
  );
  const first = segments.reduce((least, { top }) => Math.min(least, top), heightPx);
  const last = segments.reduce((most, { bottom }) => Math.max(most, bottom), -1);
  const target = keep ? 255 : 0;
  const shares = new Float64Array(widthPx);
  for (let y = first; y <= last; y++) {
    shares.fill(0);
    for (const { a, b, top, bottom } of segments)
      if (y >= top && y <= bottom) coverRow(shares, y + 0.5, a, b, radiusPx);
    // Once per stroke: where its discs overlap it is not painted twice.
    for (let x = 0; x < widthPx; x++) {
      const share = shares[x]!;
      if (share === 0) continue;
      const at = y * widthPx + x;
      alpha[at] = Math.round(alpha[at]! * (1 - share) + target * share);
    }
  }
}

function pairs(points: MaskStroke['pointsPx']): (readonly [[number, number], [number, number]])[] {
  return points.slice(1).map((point, index) => [points[index]!, point] as const);
}

/** shares (W) [0, 1] of the row of pixels whose centres lie at `y` become no less than what the line from a to b paints. */
function coverRow(
  shares: Float64Array,
  y: number,
  a: readonly [number, number],
  b: readonly [number, number],
  radiusPx: number,
): void {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const squared = dx * dx + dy * dy;
  const left = Math.max(0, Math.floor(Math.min(a[0], b[0]) - radiusPx));
  const right = Math.min(shares.length - 1, Math.ceil(Math.max(a[0], b[0]) + radiusPx));
  const fullSquare = (HARD_SHARE * radiusPx) ** 2 * (1 - ROUNDING);
  const endSquare = radiusPx ** 2 * (1 + ROUNDING);
  for (let x = left; x <= right; x++) {
    const before = shares[x]!;
    if (before === 1) continue;
    const [fromX, fromY] = [x + 0.5 - a[0], y - a[1]];
    const along = squared === 0 ? 0 : (fromX * dx + fromY * dy) / squared;
    const t = Math.min(1, Math.max(0, along));
    const [offX, offY] = [fromX - t * dx, fromY - t * dy];
    const square = offX * offX + offY * offY;
    if (square >= endSquare) continue;
    if (square <= fullSquare) {
      shares[x] = 1;
      continue;
    }
    const share = (1 - Math.hypot(offX, offY) / radiusPx) / (1 - HARD_SHARE);
    shares[x] = Math.max(before, Math.min(1, share));
  }
}
