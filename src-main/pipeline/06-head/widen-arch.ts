/**
 * Teeth come out to where they can be seen in a smile.
 * in: topology, positions (N, 3), Head, m, in place → out: the front of both rows of teeth further forward and wider, the
 * tongue a little behind it.
 *
 * M's upper teeth lie 3 to 6 mm behind lips that smile, its lower ones further, and its tongue comes through these: from 30° on
 * the bag of the mouth showed beside the teeth. A row is wider by WIDER and further forward by FORWARD_M as far as a smile
 * shows it, to half of its depth; molars stay, because cheeks and the corners of a jaw are near them. The lower row goes
 * less than half as far, which leaves it behind the upper one as teeth bite.
 */
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { nameVertexGroups } from '../../mesh/vertex-groups.ts';
import { smoothstep } from '../../render/photo-probe.ts';

const WIDER = 0.16;
const FORWARD_M = 0.002;
/** The lower row's share of either. */
const LOWER_SHARE = 0.4;
/** Depth from the front of a row, of its whole depth, over which both fade out. */
const FRONT = [0.3, 0.9] as const;
/** m the tongue lies further back: its tip stood in the lower teeth. */
const TONGUE_BACK_M = 0.001;

export function widenArch(topology: HeadTopology, positions: Points<'Head'>): void {
  const groups = nameVertexGroups(topology);
  const members = (name: string): number[] => [...groups.keys()].filter((v) => groups[v] === name);
  bringForward(positions, members('teeth-upper'), 1);
  bringForward(positions, members('teeth-lower'), LOWER_SHARE);
  for (const v of members('tongue')) positions[v * 3 + 2]! -= TONGUE_BACK_M;
}

function bringForward(positions: Points<'Head'>, row: readonly number[], share: number): void {
  const z = row.map((v) => positions[v * 3 + 2]!);
  const [back, front] = [Math.min(...z), Math.max(...z)];
  const middle = row.reduce((sum, v) => sum + positions[v * 3]!, 0) / row.length;
  for (const v of row) {
    const depth = (front - positions[v * 3 + 2]!) / (front - back);
    const part = share * (1 - smoothstep(FRONT[0], FRONT[1], depth));
    positions[v * 3] = middle + (1 + part * WIDER) * (positions[v * 3]! - middle);
    positions[v * 3 + 2]! += part * FORWARD_M;
  }
}
