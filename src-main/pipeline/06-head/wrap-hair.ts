/**
 * The skin taken out to the hair: the template goes where the surface lies beyond it.
 * in: skin without hair (N, 3), Head, m, how far hair covers each vertex (N), surface → out: (N, 3).
 * First along the outward direction, then in rounds of nearest points with falling stiffness; between, the smoothest
 * displacement. Ears that hair hides lose their relief before; ears that show ride along.
 * Longest uninterruptible piece: one round, 0.4 s on one core.
 */
import type { Points } from '../../camera/frames.ts';
import { faceNormals } from '../../mesh/face-normals.ts';
import { beyondCut, type CutPlane, type NeckCut } from '../../mesh/neck-cut.ts';
import type { TriangleBvh } from '../../mesh/triangle-bvh.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { Surface } from '../05-surface/surface.ts';
import { checkpoint } from '../checkpoint.ts';
import type { StageContext } from '../stage.ts';
import { dilate, findRelief } from './find-relief.ts';
import { closeTargets, type Correspondence, shootTargets, startTargets } from './find-targets.ts';
import { flattenRelief } from './flatten-relief.ts';
import { outwardDirections } from './outward-directions.ts';
import { sampleGrid } from './sample-grid.ts';
import { solveDisplacement } from './solve-displacement.ts';
import { unfoldTriangles } from './unfold-triangles.ts';

/** Weight of bending against 1 per target: the first round irons out single rays, the last one shows locks of hair. */
const STIFFNESS = [4, 1, 0.4, 0.15] as const;
/** Distance from the neck's cut, m, from which the surface is rounded off towards it, and fully. */
const RIM_M = [0.02, 0.01] as const;

export type WrapInput = {
  bald: Points<'Head'>;
  triangles: Uint32Array;
  graph: VertexGraph;
  covered: Float32Array;
  neck: NeckCut | null;
  surface: Surface;
  /** Over the surface's triangles. */
  surfaceTree: TriangleBvh;
};

export async function wrapHair(
  { bald, triangles, graph, covered, neck, surface, surfaceTree }: WrapInput,
  context: StageContext,
): Promise<Points<'Head'>> {
  const count = covered.length;
  if (!covered.some((value) => value > 0)) return bald.slice();
  const distance = (points: Points<'Head'>, i: number): number =>
    sampleGrid(surface.sdf, surface.sdf.values, points[i * 3]!, points[i * 3 + 1]!, points[i * 3 + 2]!, 0);
  const depths = Float32Array.from(covered, (_, i) => -distance(bald, i));
  const normals = vertexNormals({ positionsHead: bald, triangles });
  const { buried, riding } = findRelief(graph, normals, outwardDirections(bald), covered, depths);
  if (neck !== null) letRimRide(riding, dilate(graph, covered), bald, neck.plane);
  const base = flattenRelief(
    bald,
    graph,
    buried.map((value, i) => value * covered[i]!),
  );
  const input: Correspondence = {
    surface: surfaceTree,
    faceNormals: faceNormals(surface.mesh),
    base,
    coverage: covered.map((value, i) => value * (1 - riding[i]!)),
    riding,
    outward: outwardDirections(base),
  };
  await checkpoint(context, 0.5);

  const targets = startTargets(count);
  const u = new Float64Array(count * 3);
  const wrapped = base.slice();
  for (const [round, stiffness] of STIFFNESS.entries()) {
    if (round === 0) shootTargets(input, (i) => distance(base, i) < 0, targets);
    else closeTargets(input, wrapped, vertexNormals({ positionsHead: wrapped, triangles }), targets);
    const steps = solveDisplacement(graph, targets, stiffness, u);
    for (let i = 0; i < u.length; i++) wrapped[i] = base[i]! + u[i]!;
    context.log(`wrap round ${round}: ${steps} steps`);
    await checkpoint(context, 0.5 + (0.4 * (round + 1)) / STIFFNESS.length);
  }
  const folded = unfoldTriangles(wrapped, triangles, graph, (vertex) => covered[vertex]! > 0);
  if (folded > 0) context.warn('wrap-folded', `${folded} triangles of the head's hair are folded.`);
  return wrapped;
}

/** Where the surface ends there is nothing to be drawn to: the rim of covered necks follows what is above it. */
function letRimRide(
  riding: Float32Array,
  touched: Float32Array,
  positions: Float32Array,
  plane: CutPlane,
): void {
  for (let i = 0; i < riding.length; i++) {
    const height = beyondCut(plane, positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!);
    riding[i] = Math.max(riding[i]!, touched[i]! * smoothstep(-RIM_M[0], -RIM_M[1], height));
  }
}
