/**
 * Ends the template's neck in a plane.
 * in: positions (N, 3), Head, m, vertices to move, the neck's rim and its plane → out: (N, 3); the rim lies in the plane, and
 * what is within ZONE_M above it moves along the plane's normal, less the higher it is.
 * The template's own rim is a ring of edges, wavy by centimetres; the reconstructed surface ends in the plane.
 */
import type { Points } from '../../camera/frames.ts';
import { beyondCut, type NeckCut } from '../../mesh/neck-cut.ts';

/** Height over which the shortening is spread, m: below the jaw, and more than half of any rim's waviness. */
export const ZONE_M = 0.05;

export function levelNeck(
  positionsHead: Points<'Head'>,
  { rim, middle, plane }: NeckCut,
  mayMove: (vertex: number) => boolean,
): Points<'Head'> {
  const out = positionsHead.slice();
  const height = (v: number): number =>
    beyondCut(plane, positionsHead[v * 3]!, positionsHead[v * 3 + 1]!, positionsHead[v * 3 + 2]!);
  const angle = (v: number): number =>
    Math.atan2(positionsHead[v * 3]! - middle[0]!, positionsHead[v * 3 + 2]! - middle[2]!);
  const corners = rim.map((v) => ({ angle: angle(v), height: height(v) })).sort((a, b) => a.angle - b.angle);
  for (let v = 0; v < positionsHead.length / 3; v++) {
    const own = height(v);
    if (own <= -ZONE_M || !mayMove(v)) continue;
    const excess = rimHeight(corners, angle(v));
    const t = Math.min((own + ZONE_M) / (excess + ZONE_M), 1);
    const shift = rim.includes(v) ? own : excess * t * t * (3 - 2 * t);
    for (let k = 0; k < 3; k++) out[v * 3 + k] = out[v * 3 + k]! - shift * plane.normalHead[k]!;
  }
  return out;
}

/** Height of the rim at an angle around the neck, linear between its vertices. */
function rimHeight(corners: readonly { angle: number; height: number }[], angle: number): number {
  const after = corners.findIndex((corner) => corner.angle >= angle);
  const b = corners[after === -1 ? 0 : after]!;
  const a = corners[(after <= 0 ? corners.length : after) - 1]!;
  const turn = 2 * Math.PI;
  const span = (((b.angle - a.angle) % turn) + turn) % turn || turn;
  const along = ((((angle - a.angle) % turn) + turn) % turn) / span;
  return a.height + (b.height - a.height) * Math.min(along, 1);
}
