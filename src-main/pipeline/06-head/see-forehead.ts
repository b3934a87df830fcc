/**
 * Where the photo shows a bare forehead: hair hangs from above, so that below it there is none either.
 * in: positions (N, 3), Head, m, signed distance to the hairline (N) m, how far hair grows at each vertex by the photo (N) → out: (N) in
 * [0, 1], 1 = skin by the photo, down to below the eyes. The photo tells hair from skin by both of their colours, views by what the whole face
 * looks like, half of which may be in the shade.
 */
import type { Points } from '../../camera/frames.ts';
import { smoothstep } from '../../render/photo-probe.ts';

/** Distances to the hairline, m: the photo's colours decide there (04-views/fill-colours.ts), brows begin below. */
const BAND_M = [-0.02, -0.005] as const;
/** … down to which what hangs from there would be seen: lower lids lie at −0.055. */
const BELOW_M = [-0.07, -0.06] as const;
/** The front of the head (z, Head), m, softly. */
const FRONT_M = [0.05, 0.06] as const;
/** Half width of the part of the band above a vertex, m. */
const BESIDE_M = 0.005;
/** The mean of hair in it up to which that part is skin, and from which nothing is said. */
const SKIN_SHARE = [0.1, 0.3] as const;

export function seeForehead(
  positionsHead: Points<'Head'>,
  hairlineDistanceM: Float32Array,
  hairShare: Float32Array,
): Float32Array {
  const x = (v: number): number => positionsHead[v * 3]!;
  const z = (v: number): number => positionsHead[v * 3 + 2]!;
  const vertices = [...hairlineDistanceM.keys()].filter((v) => z(v) > FRONT_M[0]);
  const band = vertices.filter((v) => hairlineDistanceM[v]! > BAND_M[0] && hairlineDistanceM[v]! < BAND_M[1]);
  const out = new Float32Array(hairlineDistanceM.length);
  for (const v of vertices) {
    const distance = hairlineDistanceM[v]!;
    const place = smoothstep(...FRONT_M, z(v)) * smoothstep(...BELOW_M, distance);
    if (place === 0 || distance >= BAND_M[1]) continue;
    const above = band.filter((other) => Math.abs(x(other) - x(v)) < BESIDE_M);
    if (above.length === 0) continue;
    const share =
      distance > BAND_M[0]
        ? hairShare[v]!
        : above.reduce((sum, other) => sum + hairShare[other]!, 0) / above.length;
    out[v] = place * (1 - smoothstep(...SKIN_SHARE, share));
  }
  return out;
}
