/**
 * Stage 06: the template wrapped on the reconstructed surface: quads, texture layout, eyes and teeth for the artist.
 * in: prior M (template as estimated from the photo), views (colours), surface with its grid → out: template positions
 * (N, 3), Head, m, hair as a shell of its own, and the mean distance from the surface. Beyond the paper, which stops at a
 * surface.
 *
 * Skin follows the surface's change smoothly and keeps M's finer relief (fit-skin.ts); where hair covers it, it stays
 * bald and a copy of its faces goes out to the hair (wrap-hair.ts, cut-hair.ts). With `hairMesh` off that copy *is* the
 * skin. M's own lips cut each other by half a millimetre when they are closed; here they part (rig/part-sheets.ts).
 * Longest uninterruptible piece: one round of a wrap, 0.4 s on one core.
 */
import type { Points } from '../../camera/frames.ts';
import type { HeadSettings } from '../../contract/entities.ts';
import { labelSets } from '../../mesh/mesh-checks.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { beyondCut, type CutPlane, findNeckCut } from '../../mesh/neck-cut.ts';
import {
  buildTriangleBvh,
  closestPoint,
  makeSurfacePoint,
  type TriangleBvh,
} from '../../mesh/triangle-bvh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { buildVertexGraph, type VertexGraph } from '../../mesh/vertex-graph.ts';
import { vertexAreas } from '../../mesh/vertex-areas.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { Views } from '../04-views/views.ts';
import type { Surface } from '../05-surface/surface.ts';
import { checkpoint } from '../checkpoint.ts';
import type { Stage } from '../stage.ts';
import type { SkinInput } from './ask-surface.ts';
import { carryParts } from './carry-parts.ts';
import { cutHair } from './cut-hair.ts';
import { distancesTo } from './distances-to.ts';
import { findHair, type Hair, NECK_Y_M } from './find-hair.ts';
import { findFeatures } from './find-features.ts';
import { findEars } from './find-relief.ts';
import { fitSkin } from './fit-skin.ts';
import type { FittedHead } from './head.ts';
import { levelNeck } from './level-neck.ts';
import { findModelOffsets, FOLD_M } from './model-offsets.ts';
import { type MedialRays, medialRays, outwardDirections } from './outward-directions.ts';
import { findFaceSlits } from './rig/face-slits.ts';
import { type ModelForRig, readModelOfPrior } from './rig/model-of-prior.ts';
import { separateSheets } from './rig/part-sheets.ts';
import { relaxFolds } from './rig/relax-folds.ts';
import { relaxTangles } from './rig/relax-tangles.ts';
import { findSkinPatches, skinTriangles } from './rig/skin-patches.ts';
import { rejoinNeck } from './rejoin-neck.ts';
import { sampleGrid } from './sample-grid.ts';
import { shootInwards } from './shoot-inwards.ts';
import { type HairPlaces, spreadHair } from './spread-hair.ts';
import { warpFolds } from './warp-folds.ts';
import { widenArch } from './widen-arch.ts';
import { REACH_M, wrapHair } from './wrap-hair.ts';

export type FitHeadInput = {
  prior: Prior;
  views: Views;
  surface: Surface;
  settings: Pick<HeadSettings, 'hairMesh'>;
};

/** The surface beside hair is smeared by it: up to the first of these distances it says nothing about the skin, cells. */
const HAIR_BORDER_CELLS = [2, 4] as const;
/** `Surface.denied` from which views that no network made are doubted, and fully. */
const DENIED = [0.015, 0.05] as const;
/** Distance from the neck's cut, m, over which the surface begins to say something about the skin. */
const NECK_M = [0.002, 0.008] as const;
/** Skin deeper than this in M's own solid is an inner part (nostrils, lids, mouth) and has no place on the surface. */
const HIDDEN_M = 0.003;

export const fitHead: Stage<FitHeadInput, FittedHead> = async (
  { prior, views, surface, settings },
  context,
) => {
  const { topology } = prior;
  const count = topology.vertexCount;
  const { triangles } = triangulateTopology(topology);
  const parts = labelSets(triangles, 3, count);
  const skin = largestSkinPart(topology, parts);
  const neck = findNeckCut({ positionsHead: prior.positionsHead, triangles });
  const levelled = (positions: Points<'Head'>): Points<'Head'> =>
    neck === null ? positions : levelNeck(positions, neck, (vertex) => parts[vertex] === skin);
  const template = levelled(prior.positionsHead);
  const graph = buildVertexGraph({ positionsHead: template, triangles });
  const isOuter = skinVertices(topology).map((flag, i) => (flag === 1 && parts[i] === skin ? 1 : 0));
  const ofModel = findModelOffsets(template, triangles, surface);
  const growth = Float32Array.from(isOuter, (outer, i) =>
    outer === 0 ? 0 : sampleAt(surface, surface.growth, template, i),
  );
  const outward = outwardDirections(template);
  const hairEvidence = findHair({
    positionsHead: template,
    outward,
    graph,
    growth,
    distances: ofModel.distance,
    surfaceHead: ofModel.surfaceHead,
    views: views.views,
    hairShare: views.hairShare ?? null,
    isHairTold: views.isHairTold ?? false,
  });
  const surfaceTree = buildTriangleBvh(surface.mesh);
  const ears = findEars(graph, vertexNormals({ positionsHead: template, triangles }), outward);
  const areas = vertexAreas({ positionsHead: template, triangles });
  // The shell sinks into the skin at the neck's end too: hair that is cut there shows no inside.
  const isRim = new Set(neck?.rim);
  const { coverage, hiding } = spreadHair({
    positionsHead: template,
    graph,
    areas,
    hair: hairEvidence,
    ears,
    isOuter: Uint8Array.from(isOuter, (outer, i) => (isRim.has(i) ? 0 : outer)),
    ...findFeatures(template, ofModel.offset, (v) => parts[v] === skin),
    ...outside(medialRays(template, neck), surfaceTree, hairEvidence),
  });
  // What hangs free hides the skin behind it from all views; a wide neck that hair does not reach is a neck.
  const covered = hairEvidence.covered.map(
    (value, i) => isOuter[i]! * Math.max(hiding[i]!, template[i * 3 + 1]! < NECK_Y_M ? 0 : value),
  );
  await checkpoint(context, 0.15);

  const hairy = [...covered.keys()].filter((v) => covered[v]! > 0);
  const border = HAIR_BORDER_CELLS.map((cells) => cells * surface.fusedSpacing);
  const besideHair = distancesTo(template, hairy, border[1]!);
  const trust = besideHair.map(
    (distance, i) =>
      isOuter[i]! *
      hairEvidence.bare[i]! *
      smoothstep(border[0]!, border[1]!, distance) *
      (1 - ears[i]!) *
      aboveNeck(template, i, neck?.plane),
  );
  const doubt = views.method === 'diffusion' ? 1 : smoothstep(DENIED[0], DENIED[1], surface.denied);
  const asked: SkinInput = {
    positionsHead: template,
    triangles,
    graph,
    trust,
    covered,
    ownOffset: ofModel.offset,
    sdf: surface.sdf,
    doubt,
  };
  const fitted = levelled(fitSkin(asked));
  const bald = neck === null ? fitted : rejoinNeck(asked, fitted, neck.plane);
  warpFolds({
    template,
    wrapped: bald,
    areas,
    isOuter: (v) => isOuter[v] === 1,
    isFold: (v) => parts[v] === skin && -ofModel.offset[v]! > FOLD_M,
  });
  carryParts(parts, skin, template, bald);
  widenArch(topology, bald);
  const model = await readModelOfPrior(prior, context);
  if (model !== null) partSkin(model, template, bald, graph);
  await checkpoint(context, 0.4);

  const { shellHead, skinHead } = await wrapHair(
    {
      bald,
      triangles,
      graph,
      coverage,
      ears,
      doubt,
      isOuter: Uint8Array.from(isOuter),
      isFold: ofModel.offset.map((offset) => (-offset > FOLD_M ? 1 : 0)),
      neck,
      surfaceTree,
    },
    context,
  );
  // What is too little for a shell is no lump of the skin either: a patch of a cropped head's temple, for one.
  const found = cutHair({ topology, graph, shellHead, coverage });
  const withHair = found === null ? bald : skinHead;
  const hair = settings.hairMesh ? found : null;
  const positionsHead = hair === null ? withHair : bald;
  if (positionsHead === skinHead) carryParts(parts, skin, bald, skinHead);
  await checkpoint(context, 0.95);

  const isShown = (i: number): boolean =>
    isOuter[i] === 1 &&
    (coverage[i]! > 0.5 || sampleAt(surface, surface.sdf.values, template, i) > -HIDDEN_M);
  const meanDistanceMm = 1000 * meanDistance(surfaceTree, withHair, isShown);
  context.progress(1);
  return { topology, positionsHead, hair, meanDistanceMm };
};

/** Lips that cut each other give way, and so does what the fit tangled: nostrils, the bag of the mouth. */
function partSkin(
  model: ModelForRig,
  template: Points<'Head'>,
  bald: Points<'Head'>,
  graph: VertexGraph,
): void {
  const clean = template.slice();
  for (const slit of findFaceSlits(model)) {
    separateSheets(clean, slit);
    separateSheets(bald, slit);
  }
  const skin = skinTriangles(model.topology);
  for (const triangles of [...findSkinPatches(model).map((patch) => patch.triangles), skin])
    relaxTangles(clean, bald, buildTriangleBvh({ positionsHead: template, triangles }));
  relaxFolds(clean, bald, skin, graph);
}

/** How far outside of the template the surface's outermost place is, along rays out of the head, and its colour. */
function outside(
  rays: MedialRays,
  surfaceTree: TriangleBvh,
  { unlikeSkinAt }: Hair,
): Pick<HairPlaces, 'heights' | 'cosines' | 'unlikeSkinOutside'> {
  const { origins, directions, radii } = rays;
  const found = shootInwards(rays, surfaceTree, REACH_M, () => true);
  const radiusOf = (v: number): number => (Number.isNaN(found.radii[v]!) ? radii[v]! : found.radii[v]!);
  const places = directions.map((value, i) => origins[i]! + radiusOf(Math.floor(i / 3)) * value);
  return {
    heights: radii.map((own, v) => found.radii[v]! - own),
    cosines: found.cosines,
    unlikeSkinOutside: unlikeSkinAt(places),
  };
}

/** [0, 1]: 0 at the neck's cut, where the surface is rounded off. */
function aboveNeck(positions: Float32Array, i: number, plane: CutPlane | undefined): number {
  if (plane === undefined) return 1;
  const beyond = beyondCut(plane, positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!);
  return smoothstep(NECK_M[0], NECK_M[1], -beyond);
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
  bvh: TriangleBvh,
  positions: Float32Array,
  counts: (vertex: number) => boolean,
): number {
  const hit = makeSurfacePoint();
  let sum = 0;
  let number = 0;
  for (let i = 0; i < positions.length / 3; i++) {
    if (!counts(i)) continue;
    closestPoint(bvh, positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!, Infinity, hit);
    sum += hit.distance;
    number++;
  }
  return number === 0 ? 0 : sum / number;
}
