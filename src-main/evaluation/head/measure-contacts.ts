/**
 * Does the fitted head cut itself, at rest and in each of its shapes, and do lids and lips meet where they should?
 * prior, fitted head, its rigging → counts of pairs of triangles, widest gaps in mm; and which shape is worst.
 * Skin is the groups `skin` and `mouth`: one surface. Pairs of skin with eyeballs, teeth or tongue are counted apart: the
 * rolled-in rim of the lids and the gums lie inside of each other by design and cannot be seen.
 */
import { selectQuads } from '../../mesh/append-shell.ts';
import { flippedTriangles } from '../../mesh/flipped-triangles.ts';
import { foldedTriangles } from '../../mesh/folded-triangles.ts';
import { findSelfIntersections } from '../../mesh/self-intersections.ts';
import { buildTriangleBvh, refitTriangleBvh } from '../../mesh/triangle-bvh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { buildVertexGraph } from '../../mesh/vertex-graph.ts';
import type { Prior } from '../../pipeline/03-prior/prior.ts';
import type { FittedHead } from '../../pipeline/06-head/head.ts';
import { type FaceSlit, findFaceSlits } from '../../pipeline/06-head/rig/face-slits.ts';
import { readModelOfPrior } from '../../pipeline/06-head/rig/model-of-prior.ts';
import { widestGap } from '../../pipeline/06-head/rig/part-sheets.ts';
import { rigHead } from '../../pipeline/06-head/rig/rig-head.ts';
import { skinTriangles } from '../../pipeline/06-head/rig/skin-patches.ts';
import type { StageContext } from '../../pipeline/stage.ts';

export type HeadContacts = {
  numbers: {
    selfIntersectionsFitted: number;
    selfIntersectionsNeutral: number;
    selfIntersectionsWorstShape: number;
    /** Of 52. */
    selfIntersectingShapes: number;
    flippedTriangles: number;
    /** Triangles that the 52 shapes turn over, all together. */
    flippedInShapes: number;
    partsCutSkinNeutral: number;
    /** The same of the hair's shell. */
    hairSelfIntersections: number;
    hairFlippedTriangles: number;
    blinkGapMm: number;
    mouthCloseGapMm: number;
  };
  worstShape: string;
};

/** Shapes that mean something only together with an open jaw (ARKit). */
const WITH_JAW_OPEN = new Set(['mouthClose', 'tongueOut']);
const CLOSES: Record<string, FaceSlit['name']> = {
  eyeBlinkLeft: 'left-lids',
  eyeBlinkRight: 'right-lids',
  mouthClose: 'lips',
};

/** Null for a prior of a user's own head model, which has no shapes. */
export async function measureContacts(
  prior: Prior,
  head: FittedHead,
  context: StageContext,
): Promise<HeadContacts | null> {
  const model = await readModelOfPrior(prior, context);
  const rigging = await rigHead({ prior, head }, context);
  if (model === null || rigging === null) return null;
  const { shapes, restHead } = rigging;
  const { triangles, triangleGroups } = triangulateTopology(head.topology);
  const isSkin = Uint8Array.from(triangleGroups, (group) =>
    ['skin', 'mouth'].includes(head.topology.groups[group]!) ? 1 : 0,
  );
  const rest = buildTriangleBvh({ positionsHead: restHead, triangles });
  const cuts = (positions: Float32Array, skins: number): number =>
    findSelfIntersections(refitTriangleBvh(rest, positions), (a, b) => isSkin[a]! + isSkin[b]! === skins)
      .length / 2;
  const deltaOf = (name: string): Float32Array => {
    const at = shapes.names.indexOf(name) * restHead.length;
    return shapes.deltasHead.subarray(at, at + restHead.length);
  };
  const slits = new Map(findFaceSlits(model).map((slit) => [slit.name, slit]));
  const gaps = new Map<string, number>();
  const graph = buildVertexGraph({ positionsHead: restHead, triangles });
  const skin = skinTriangles(head.topology);
  let flippedInShapes = 0;
  const perShape = shapes.names.map((name) => {
    const delta = deltaOf(name);
    const jaw = WITH_JAW_OPEN.has(name) ? deltaOf('jawOpen') : null;
    const moved = restHead.map((value, i) => value + delta[i]! + (jaw === null ? 0 : jaw[i]!));
    const slit = slits.get(CLOSES[name]!);
    if (slit !== undefined) gaps.set(name, 1000 * widestGap(moved, slit));
    flippedInShapes += flippedTriangles(restHead, moved, skin, graph).length;
    return cuts(moved, 2);
  });
  const worst = Math.max(...perShape);
  return {
    numbers: {
      selfIntersectionsFitted: cuts(head.positionsHead, 2),
      selfIntersectionsNeutral: cuts(restHead, 2),
      selfIntersectionsWorstShape: worst,
      selfIntersectingShapes: perShape.filter((count) => count > 0).length,
      flippedTriangles: foldedTriangles({ positionsHead: restHead, triangles }).filter((t) => isSkin[t] === 1)
        .length,
      flippedInShapes,
      partsCutSkinNeutral: cuts(restHead, 1),
      ...hairContacts(head),
      blinkGapMm: Math.max(gaps.get('eyeBlinkLeft') ?? 0, gaps.get('eyeBlinkRight') ?? 0),
      mouthCloseGapMm: gaps.get('mouthClose') ?? 0,
    },
    worstShape: worst === 0 ? 'none' : shapes.names[perShape.indexOf(worst)]!,
  };
}

function hairContacts({
  topology,
  hair,
}: FittedHead): Pick<HeadContacts['numbers'], 'hairSelfIntersections' | 'hairFlippedTriangles'> {
  if (hair === null) return { hairSelfIntersections: 0, hairFlippedTriangles: 0 };
  const { triangles } = triangulateTopology(selectQuads(topology, hair.quads, 'hair'));
  const shell = { positionsHead: hair.positionsHead, triangles };
  return {
    hairSelfIntersections: findSelfIntersections(buildTriangleBvh(shell)).length / 2,
    hairFlippedTriangles: foldedTriangles(shell).length,
  };
}
