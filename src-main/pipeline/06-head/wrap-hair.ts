/**
 * The skin taken out to the hair.
 * in: skin without hair (N, 3), Head, m, where hair lies over it (N), surface → out: (N, 3) of the shell, which sinks into
 * the skin at its border, and (N, 3) of the skin with the hair modelled into it.
 *
 * The shell is a height field over the medial line of the head: every vertex keeps its ray out of the head and is given a
 * radius. So it cannot fold wherever its rays do not cross; ears, lids and lips, whose rays do, are relaxed before. The
 * radius is that of the outermost place of the surface on the ray, smoothed: where curls let a ray through between them, what
 * lies deeper counts little, and the shell becomes their hull. Where the surface is smooth it keeps its waves.
 * Longest uninterruptible piece: the rays, 0.3 s on one core.
 */
import type { Points } from '../../camera/frames.ts';
import { dilate, soften } from '../../mesh/graph-filters.ts';
import type { NeckCut } from '../../mesh/neck-cut.ts';
import { buildTriangleBvh, type TriangleBvh } from '../../mesh/triangle-bvh.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { vertexAreas } from '../../mesh/vertex-areas.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { checkpoint } from '../checkpoint.ts';
import type { StageContext } from '../stage.ts';
import { bridgeCraters } from './bridge-craters.ts';
import { findHull } from './find-hull.ts';
import { medialRays } from './outward-directions.ts';
import { relaxUnderHair } from './relax-under-hair.ts';
import { shootInwards } from './shoot-inwards.ts';
import { slideBorder } from './slide-border.ts';
import { EDGE, FULL } from './spread-hair.ts';
import { unfoldTriangles } from './unfold-triangles.ts';

/** Hair stands off the head by less than this, m: rays begin there. */
export const REACH_M = 0.12;
/** Rings around the hair in which the shell's border lies. */
const AROUND_RINGS = 2;
/** How far an ear raises the hair around it, rings. */
const MOUND_RINGS = 6;
/** Rings around an ear under hair in which craters of the surface are bridged, and of the soft border of that. */
const AROUND_EAR_RINGS = 4;
const AROUND_EAR_SOFT = 2;
/** Depth of the border below the skin, m, and of coverage until it is reached: more than skin sags between vertices. */
const DIP_M = 0.0025;
const DIP_WIDTH = 0.2;
/**
 * Least height of the shell above the skin where coverage is full, m: nearer, the two would flicker through each other; and
 * of that per m² of a vertex, as the faces of the two do not lie above each other: 1.6 mm on the crown.
 */
const CLEAR_M = 0.0012;
const CLEAR_PER_M2 = 8;

export type WrapInput = {
  bald: Points<'Head'>;
  triangles: Uint32Array;
  graph: VertexGraph;
  /** (N) in [0, 1]. */
  coverage: Float32Array;
  /** (N) in [0, 1]: M's ears. */
  ears: Float32Array;
  /** [0, 1]: how far the views contradict each other; craters over ears are theirs then, and not the hair's. */
  doubt: number;
  /** The outer skin. */
  isOuter: Uint8Array;
  /** (N) 1 = hidden in M itself: lids, lips, nostrils and what lies behind them. */
  isFold: Float32Array;
  neck: NeckCut | null;
  /** Over the surface's triangles. */
  surfaceTree: TriangleBvh;
};

export type WrappedHair = {
  /** (N, 3) m, Head; means something around the hair only. */
  shellHead: Points<'Head'>;
  /** (N, 3) m, Head. */
  skinHead: Points<'Head'>;
};

export async function wrapHair(input: WrapInput, context: StageContext): Promise<WrappedHair> {
  const { bald, triangles, graph, coverage, ears, doubt, isOuter, neck, surfaceTree } = input;
  const around = dilate(graph, coverage, AROUND_RINGS).map((value, v) => value * isOuter[v]!);
  if (!around.some((value) => value > EDGE)) return { shellHead: bald.slice(), skinHead: bald.slice() };
  const outer = triangles.filter((_, k) => {
    const first = k - (k % 3);
    return [0, 1, 2].every((corner) => isOuter[triangles[first + corner]!] === 1);
  });
  const skinMesh = { positionsHead: bald, triangles: outer };
  const relaxed = relaxUnderHair(skinMesh, input, around);
  const base = slideBorder(relaxed, graph, coverage, new Set(neck?.rim));
  const rays = medialRays(base, neck);
  const isAround = (v: number): boolean => around[v]! > 0;
  const skin = shootInwards(rays, buildTriangleBvh(skinMesh), REACH_M, isAround);
  await checkpoint(context, 0.6);
  const hair = shootInwards(rays, surfaceTree, REACH_M, isAround);
  await checkpoint(context, 0.7);

  const areas = vertexAreas({ positionsHead: base, triangles });
  const skinRadii = skin.radii.map((radius, v) => (Number.isNaN(radius) ? rays.radii[v]! : radius));
  const clear = skinRadii.map((radius, v) => radius + CLEAR_M + CLEAR_PER_M2 * areas[v]!);
  const isThick = coverage.map((value) => smoothstep(EDGE, FULL, value));
  const hidden = ears.map((value, v) => value * isThick[v]!);
  const overEars = soften(graph, dilate(graph, hidden, AROUND_EAR_RINGS), AROUND_EAR_SOFT);
  const radii = bridgeCraters({
    positionsHead: base,
    graph,
    radii: hair.radii.map((radius, v) => (Number.isNaN(radius) ? clear[v]! : radius)),
    isHair: (v) => coverage[v]! > EDGE,
    where: overEars.map((value, v) => doubt * value * isThick[v]!),
  }).map((radius, v) => (Number.isNaN(hair.radii[v]!) ? Number.NaN : radius));
  const hull = findHull(graph, areas, rays.radii, clear, { ...hair, radii });
  // M's ears may stand out of the hair over them: they raise it as a mound, not as their own relief.
  const pierced = hull.map((radius, v) => (coverage[v]! > EDGE ? Math.max(0, clear[v]! - radius) : 0));
  const mound = soften(graph, dilate(graph, pierced, MOUND_RINGS), MOUND_RINGS);
  await checkpoint(context, 0.85);

  const shellHead = bald.slice();
  const skinHead = bald.slice();
  for (let v = 0; v < around.length; v++) {
    if (!isAround(v)) continue;
    // Ears stand out of the relaxed head, hollows are filled by it: the lower of both is inside.
    const low = Math.min(rays.radii[v]!, skinRadii[v]!);
    const risen = 1 - (1 - Math.min(1, Math.max(0, (coverage[v]! - EDGE) / (FULL - EDGE)))) ** 2;
    const dip = DIP_M * smoothstep(EDGE, EDGE - DIP_WIDTH, coverage[v]!);
    const radius = low - dip + risen * (Math.max(hull[v]! + mound[v]!, clear[v]!) - low);
    for (let k = 0; k < 3; k++) {
      const at = v * 3 + k;
      shellHead[at] = rays.origins[at]! + radius * rays.directions[at]!;
      skinHead[at] = bald[at]! + risen * (shellHead[at]! - bald[at]!);
    }
  }
  const folded = unfoldTriangles(skinHead, outer, graph, (v) => coverage[v]! > EDGE);
  context.log(`hair modelled into the skin: ${folded} triangles are folded`);
  return { shellHead, skinHead };
}
