/**
 * Which way "out of the head" is, smoothly, everywhere.
 * in: (N, 3) positions, Head, m → out: (N, 3) unit directions away from the medial line of head and neck, and how far
 * from that line each position is.
 * Vertex normals would do for a bald skull, but they cross behind the ears and in the nape, where hair must go straight out.
 */
import type { Points } from '../../camera/frames.ts';
import type { NeckCut } from '../../mesh/neck-cut.ts';

/** The line runs from the middle of the brain straight down; m, Head, as in the mean head of the template. */
const LINE_TOP_Y = 0.025;
const LINE_Z = 0.005;
/** Below this height, m, rays turn towards the neck's cut. */
const TURN_Y = -0.02;

export function outwardDirections(positionsHead: Points<'Head'>): Points<'Head'> {
  const out = new Float32Array(positionsHead.length);
  for (let i = 0; i < positionsHead.length; i += 3) {
    const x = positionsHead[i]!;
    const y = Math.max(0, positionsHead[i + 1]! - LINE_TOP_Y);
    const z = positionsHead[i + 2]! - LINE_Z;
    const length = Math.hypot(x, y, z) || 1;
    out.set([x / length, y / length, z / length], i);
  }
  return out;
}

export type MedialRays = {
  /** (N, 3) m, on the line. */
  origins: Points<'Head'>;
  /** (N, 3) unit. */
  directions: Points<'Head'>;
  /** (N) m from the line. */
  radii: Float32Array;
};

/**
 * Rays from that line through each position: position = origin + radius · direction. From the ears down they turn, as far
 * as the neck's cut is tilted, so that the lowest ones run along it and reach all hair that the cut has left.
 */
export function medialRays(positionsHead: Points<'Head'>, neck: NeckCut | null): MedialRays {
  const count = positionsHead.length / 3;
  const origins = new Float32Array(count * 3);
  const directions = new Float32Array(count * 3);
  const radii = new Float32Array(count);
  const [, normalY, normalZ] = neck?.plane.normalHead ?? [0, 1, 0];
  const slope = -normalZ / normalY;
  const lowest = neck === null ? -Infinity : neck.middle[1]! - slope * (neck.middle[2]! - LINE_Z);
  for (let v = 0; v < count; v++) {
    const [x, y, z] = [positionsHead[v * 3]!, positionsHead[v * 3 + 1]!, positionsHead[v * 3 + 2]!];
    const rise = slope * (z - LINE_Z);
    // The ray's slope grows linearly with the depth at which it leaves the line: level = y − rise · (TURN − level) / span.
    const share = rise / (TURN_Y - lowest);
    const level = (y - share * TURN_Y) / (1 - share);
    const turned = y > TURN_Y ? y : level < lowest ? y - rise : level;
    const origin = [0, Math.min(turned, LINE_TOP_Y), LINE_Z];
    const ray = [x, y - origin[1]!, z - LINE_Z];
    radii[v] = Math.hypot(...ray);
    origins.set(origin, v * 3);
    directions.set(
      ray.map((value) => value / (radii[v]! || 1)),
      v * 3,
    );
  }
  return { origins, directions, radii };
}
