/**
 * Stage 06: the template wrapped on the reconstructed surface: quads, texture layout, eyes and teeth for the artist.
 * in: prior M (template as estimated from the photo), surface with its grid → out: template positions (N, 3), Head, m, and
 * the mean distance of the skin from the surface. Beyond the paper, which stops at a surface.
 *
 * Where the surface is M's own shape (face, ears, neck) the template stays: it is finer than the grid. Where the views
 * grew the surface (hair) the skin goes out to it: first along the outward direction, then in rounds of nearest points
 * with falling stiffness. Everything between follows the smoothest displacement. Hair is part of the skin here.
 * Longest uninterruptible piece: one round, 0.4 s on one core.
 */
import type { HeadSettings } from '../../contract/entities.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../mesh/triangle-bvh.ts';
import { faceNormals } from '../../mesh/face-normals.ts';
import { labelSets } from '../../mesh/mesh-checks.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { beyondCut, type CutPlane, findNeckCut } from '../../mesh/neck-cut.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { buildVertexGraph } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { Views } from '../04-views/views.ts';
import type { Surface } from '../05-surface/surface.ts';
import { checkpoint } from '../checkpoint.ts';
import type { Stage } from '../stage.ts';
import { carryParts } from './carry-parts.ts';
import { closeTargets, type Correspondence, shootTargets, startTargets } from './find-targets.ts';
import { dilate, findRelief, smoothstep } from './find-relief.ts';
import { flattenRelief } from './flatten-relief.ts';
import type { FittedHead } from './head.ts';
import { levelNeck } from './level-neck.ts';
import { outwardDirections } from './outward-directions.ts';
import { sampleGrid } from './sample-grid.ts';
import { solveDisplacement } from './solve-displacement.ts';
import { unfoldTriangles } from './unfold-triangles.ts';

export type FitHeadInput = {
  prior: Prior;
  views: Views;
  surface: Surface;
  settings: Pick<HeadSettings, 'hairMesh'>;
};

/** Growth of the surface, m, at which a vertex begins to follow it, and fully does. */
const COVERED_FROM = 0.0018;
const COVERED_TO = 0.0045;
/** Weight of bending against 1 per target: the first round irons out single rays, the last one shows locks of hair. */
const STIFFNESS = [4, 1, 0.4, 0.15] as const;
/** Distance from the neck's cut, m, from which the surface is rounded off towards it, and fully. */
const RIM_M = [0.02, 0.01] as const;
/** Skin deeper than this in M's own solid is an inner part (nostrils, lids, mouth) and has no place on the surface. */
const HIDDEN_M = 0.003;

export const fitHead: Stage<FitHeadInput, FittedHead> = async ({ prior, surface }, context) => {
  const { topology } = prior;
  const count = topology.vertexCount;
  const { triangles } = triangulateTopology(topology);
  const parts = labelSets(triangles, 3, count);
  const skin = largestSkinPart(topology, parts);
  const neck = findNeckCut({ positionsHead: prior.positionsHead, triangles });
  const positionsHead =
    neck === null
      ? prior.positionsHead
      : levelNeck(prior.positionsHead, neck, (vertex) => parts[vertex] === skin);
  const graph = buildVertexGraph({ positionsHead, triangles });
  const distance = (i: number): number => sampleAt(surface, surface.sdf.values, positionsHead, i);
  const outerSkin = skinVertices(topology);
  const growth = Float32Array.from({ length: count }, (_, i) =>
    parts[i] === skin && outerSkin[i] ? sampleAt(surface, surface.growth, positionsHead, i) : 0,
  );
  const covered = growth.map((value) => smoothstep(COVERED_FROM, COVERED_TO, Math.abs(value)));
  await checkpoint(context, 0.1);

  const normals = vertexNormals({ positionsHead, triangles });
  const depths = Float32Array.from({ length: count }, (_, i) => -distance(i));
  const outward = outwardDirections(positionsHead);
  const { buried, riding } = findRelief(graph, normals, outward, covered, depths);
  if (neck !== null) letRimRide(riding, dilate(graph, covered), positionsHead, neck.plane);
  const base = flattenRelief(
    positionsHead,
    graph,
    buried.map((value, i) => value * covered[i]!),
  );
  const coverage = covered.map((value, i) => value * (1 - riding[i]!));
  const input: Correspondence = {
    surface: buildTriangleBvh(surface.mesh),
    faceNormals: faceNormals(surface.mesh),
    base,
    coverage,
    riding,
    outward: outwardDirections(base),
  };
  await checkpoint(context, 0.25);

  const targets = startTargets(count);
  const u = new Float64Array(count * 3);
  const wrapped = base.slice();
  for (const [round, stiffness] of STIFFNESS.entries()) {
    if (round === 0) shootTargets(input, (i) => sampleAt(surface, surface.sdf.values, base, i) < 0, targets);
    else closeTargets(input, wrapped, vertexNormals({ positionsHead: wrapped, triangles }), targets);
    const steps = solveDisplacement(graph, targets, stiffness, u);
    for (let i = 0; i < u.length; i++) wrapped[i] = base[i]! + u[i]!;
    context.log(`wrap round ${round}: ${steps} steps`);
    await checkpoint(context, 0.25 + (0.6 * (round + 1)) / STIFFNESS.length);
  }
  const folded = unfoldTriangles(wrapped, triangles, graph, (vertex) => covered[vertex]! > 0);
  if (folded > 0)
    context.warn('wrap-folded', `${folded} triangles of the head's skin are folded under the hair.`);
  carryParts(parts, skin, positionsHead, wrapped);
  await checkpoint(context, 0.95);

  const isOnSurface = (i: number): boolean =>
    parts[i] === skin && (coverage[i]! > 0 || distance(i) > -HIDDEN_M);
  const meanDistanceMm = 1000 * meanDistance(input.surface, wrapped, isOnSurface);
  context.progress(1);
  return { topology, positionsHead: wrapped, meanDistanceMm };
};

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

/** (N) 1 for vertices of the group `skin`, without the inside of the mouth; all where no group has that name. */
function skinVertices({ vertexCount, quads, quadGroups, groups }: HeadTopology): Uint8Array {
  const group = groups.indexOf('skin');
  const isSkin = new Uint8Array(vertexCount).fill(group === -1 ? 1 : 0);
  quads.forEach((vertex, corner) => {
    if (quadGroups[corner >> 2] === group) isSkin[vertex] = 1;
  });
  return isSkin;
}

/** Component of the group `skin`, or the largest one of a template that names its groups otherwise. */
function largestSkinPart({ quads, quadGroups, groups }: HeadTopology, parts: Uint32Array): number {
  const sizes = new Map<number, number>();
  const skinGroup = groups.indexOf('skin');
  for (let q = 0; q < quadGroups.length; q++) {
    if (skinGroup !== -1 && quadGroups[q] !== skinGroup) continue;
    const part = parts[quads[q * 4]!]!;
    sizes.set(part, (sizes.get(part) ?? 0) + 1);
  }
  return [...sizes].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

function sampleAt({ sdf }: Surface, values: Float32Array, positions: Float32Array, i: number): number {
  return sampleGrid(sdf, values, positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!, 0);
}

function meanDistance(
  surface: Correspondence['surface'],
  positions: Float32Array,
  counts: (vertex: number) => boolean,
): number {
  const hit = makeSurfacePoint();
  let sum = 0;
  let number = 0;
  for (let i = 0; i < positions.length / 3; i++) {
    if (!counts(i)) continue;
    closestPoint(surface, positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!, Infinity, hit);
    sum += hit.distance;
    number++;
  }
  return number === 0 ? 0 : sum / number;
}
