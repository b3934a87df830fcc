/**
 * Which way "out of the head" is, smoothly, everywhere.
 * in: (N, 3) positions, Head, m → out: (N, 3) unit directions away from the medial line of head and neck.
 * Vertex normals would do for a bald skull, but they cross behind the ears and in the nape, where hair must go straight out.
 */
import type { Points } from '../../camera/frames.ts';

/** The line runs from the middle of the brain straight down; m, Head, as in the mean head of the template. */
const LINE_TOP_Y = 0.025;
const LINE_Z = 0.005;

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
