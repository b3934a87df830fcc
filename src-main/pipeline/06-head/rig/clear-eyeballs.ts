/**
 * Lids stay outside of the eyeball: what would cut into it is pushed out along its radius, and its neighbours a little.
 * in: rest head and moved head (N, 3), Head, m, a slit with an eyeball → out: the moved head in place.
 * At rest the rolled-in rim of the lids lies inside the ball; that is hidden and stays. The ball is taken as it is, cornea
 * included: its radius is read off its own vertices, by the angle from its axis.
 */
import type { Points } from '../../../camera/frames.ts';
import type { VertexGraph } from '../../../mesh/vertex-graph.ts';
import type { FaceSlit } from './face-slits.ts';

/** Lids pass this far outside of the ball, m. */
const CLEAR_M = 0.0004;
/** A push is carried on to the neighbours this often, each time to their mean. */
const SPREADING_PASSES = 3;
/** Steps of the profile, from the middle of the cornea to the back of the ball. */
const PROFILE_STEPS = 36;

export type Eyeball = {
  centre: readonly [number, number, number];
  axis: readonly [number, number, number];
  /** (PROFILE_STEPS + 1) m by the angle from the axis, 0 to π. */
  profile: Float64Array;
};

export function measureEyeball(positions: Points<'Head'>, vertices: readonly number[]): Eyeball {
  const centre = ([0, 1, 2] as const).map((axis) => {
    const values = vertices.map((v) => positions[v * 3 + axis]!);
    // The middle of the box: a mean would lean to the cornea, where the vertices are. The bulge is undone below.
    return (Math.min(...values) + Math.max(...values)) / 2;
  }) as [number, number, number];
  const radius = Math.max(...vertices.map((v) => Math.abs(positions[v * 3]! - centre[0])));
  const back = Math.min(...vertices.map((v) => positions[v * 3 + 2]!));
  centre[2] = back + radius;
  const profile = new Float64Array(PROFILE_STEPS + 1);
  const axis = [0, 0, 1] as const;
  for (const v of vertices) {
    const { distance, angle } = polar(positions, v, { centre, axis });
    const step = Math.round((angle / Math.PI) * PROFILE_STEPS);
    profile[step] = Math.max(profile[step]!, distance);
  }
  for (let step = 0; step <= PROFILE_STEPS; step++) if (profile[step] === 0) profile[step] = radius;
  return { centre, axis, profile };
}

/** m outside (positive) or inside of the ball. */
export function gapToEyeball(positions: Points<'Head'>, vertex: number, ball: Eyeball): number {
  const { distance, angle } = polar(positions, vertex, ball);
  const place = (angle / Math.PI) * PROFILE_STEPS;
  const step = Math.min(Math.floor(place), PROFILE_STEPS - 1);
  const t = place - step;
  return distance - (ball.profile[step]! * (1 - t) + ball.profile[step + 1]! * t);
}

export function clearEyeball(
  rest: Points<'Head'>,
  moved: Points<'Head'>,
  slit: FaceSlit,
  graph: VertexGraph,
  ball: Eyeball,
): void {
  const lids = [...slit.upper.shown, ...slit.lower.shown];
  let push = new Map<number, number>();
  for (const v of lids) {
    const wanted = Math.min(gapToEyeball(rest, v, ball), CLEAR_M);
    const isInFront = moved[v * 3 + 2]! > ball.centre[2];
    push.set(v, isInFront ? Math.max(0, wanted - gapToEyeball(moved, v, ball)) : 0);
  }
  if ([...push.values()].every((value) => value === 0)) return;
  for (let pass = 0; pass < SPREADING_PASSES; pass++) {
    const next = new Map<number, number>();
    for (const v of lids) {
      let [sum, count] = [0, 0];
      for (let e = graph.offsets[v]!; e < graph.offsets[v + 1]!; e++) {
        sum += push.get(graph.neighbours[e]!) ?? 0;
        count++;
      }
      next.set(v, Math.max(push.get(v)!, count === 0 ? 0 : sum / count));
    }
    push = next;
  }
  for (const [v, length] of push) {
    if (length === 0) continue;
    const { arm, distance } = polar(moved, v, ball);
    for (let k = 0; k < 3; k++) moved[v * 3 + k] = moved[v * 3 + k]! + (length * arm[k]!) / distance;
  }
}

function polar(
  p: Points<'Head'>,
  vertex: number,
  { centre, axis }: Pick<Eyeball, 'centre' | 'axis'>,
): { arm: number[]; distance: number; angle: number } {
  const arm = centre.map((value, k) => p[vertex * 3 + k]! - value);
  const distance = Math.hypot(...arm) || 1e-9;
  const cosine = arm.reduce((sum, value, k) => sum + value * axis[k]!, 0) / distance;
  return { arm, distance, angle: Math.acos(Math.min(Math.max(cosine, -1), 1)) };
}
