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
  const coverage = new Map<number, number>();
  const segments = pointsPx.length === 1 ? [[pointsPx[0]!, pointsPx[0]!] as const] : pairs(pointsPx);
  for (const [a, b] of segments) {
    const left = Math.max(0, Math.floor(Math.min(a[0], b[0]) - radiusPx));
    const right = Math.min(widthPx - 1, Math.ceil(Math.max(a[0], b[0]) + radiusPx));
    const top = Math.max(0, Math.floor(Math.min(a[1], b[1]) - radiusPx));
    const bottom = Math.min(heightPx - 1, Math.ceil(Math.max(a[1], b[1]) + radiusPx));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const distance = distanceToSegment(x + 0.5, y + 0.5, a, b) / radiusPx;
        const share = Math.min(1, Math.max(0, (1 - distance) / (1 - HARD_SHARE)));
        const at = y * widthPx + x;
        if (share > (coverage.get(at) ?? 0)) coverage.set(at, share);
      }
    }
  }
  // Once per stroke: where its discs overlap it is not painted twice.
  const target = keep ? 255 : 0;
  for (const [at, share] of coverage) alpha[at] = Math.round(alpha[at]! * (1 - share) + target * share);
}

function pairs(points: MaskStroke['pointsPx']): (readonly [[number, number], [number, number]])[] {
  return points.slice(1).map((point, index) => [points[index]!, point] as const);
}

function distanceToSegment(x: number, y: number, a: readonly number[], b: readonly number[]): number {
  const [dx, dy] = [b[0]! - a[0]!, b[1]! - a[1]!];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((x - a[0]!) * dx + (y - a[1]!) * dy) / squared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - a[0]! - t * dx, y - a[1]! - t * dy);
}
