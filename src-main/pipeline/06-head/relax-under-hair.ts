/**
 * The skin without what makes its rays out of the head cross under hair: ears and lids lie flat, the openings of eyes and
 * mouth are drawn together. Everything else stays.
 * in: outer skin (N, 3), Head, m, and triangles, graph, where hair lies over it and around (N) in [0, 1] → out: (N, 3).
 */
import type { Points } from '../../camera/frames.ts';
import { boundaryLoops } from '../../mesh/boundary-loops.ts';
import { dilate } from '../../mesh/graph-filters.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import type { NeckCut } from '../../mesh/neck-cut.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { findFlanks, RELIEF_RINGS } from './find-relief.ts';
import { flattenRelief } from './flatten-relief.ts';
import { outwardDirections } from './outward-directions.ts';
import { EDGE, FULL } from './spread-hair.ts';

/** What remains of the openings of eyes and mouth under hair. */
const OPENING_SHARE = 0.1;
/** Rings around pockets that are spread with them, and passes until the narrow rings of lids lie flat; an ear takes fewer. */
const POCKET_RINGS = 5;
const POCKET_PASSES = 1500;
const RELIEF_PASSES = 120;

export type RelaxInput = {
  graph: VertexGraph;
  /** (N) in [0, 1]. */
  coverage: Float32Array;
  /** (N) 1 = hidden in M itself: lids, lips, nostrils and what lies behind them. */
  isFold: Float32Array;
  neck: NeckCut | null;
};

export function relaxUnderHair(
  { positionsHead, triangles }: TriangleMesh,
  { graph, coverage, isFold, neck }: RelaxInput,
  around: Float32Array,
): Points<'Head'> {
  const isRim = new Set(neck?.rim);
  const normals = vertexNormals({ positionsHead, triangles });
  const relief = findFlanks(graph, normals, outwardDirections(positionsHead));
  const touched = dilate(graph, coverage, RELIEF_RINGS);
  const pocketed = dilate(graph, isFold, POCKET_RINGS);
  // The border is smoothed too; where hair is thick its faces stay above those of the skin.
  const softness = relief.map((value, v) =>
    Math.max(
      Math.max(value, pocketed[v]!) * smoothstep(0, EDGE, touched[v]!),
      smoothstep(0, EDGE, around[v]!) * smoothstep(1, FULL, coverage[v]!),
    ),
  );
  const closed = positionsHead.slice();
  for (const loop of boundaryLoops({ positionsHead, triangles })) {
    for (const v of loop) softness[v] = 0;
    if (loop.some((v) => isRim.has(v)) || !loop.some((v) => coverage[v]! > EDGE)) continue;
    for (let k = 0; k < 3; k++) {
      const middle = loop.reduce((sum, v) => sum + positionsHead[v * 3 + k]!, 0) / loop.length;
      for (const v of loop) closed[v * 3 + k] = middle + OPENING_SHARE * (positionsHead[v * 3 + k]! - middle);
    }
  }
  // Behind lids and lips are pockets of many narrow rings, which take long to spread.
  const pockets = pocketed.map((value, v) => value * softness[v]!);
  const flat = flattenRelief(closed, graph, pockets, POCKET_PASSES);
  return flattenRelief(flat, graph, softness, RELIEF_PASSES);
}
