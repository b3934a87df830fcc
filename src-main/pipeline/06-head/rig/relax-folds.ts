/**
 * Turns back triangles of a patch that a move has folded over their neighbours.
 * in: base head without folds (N, 3), moved head (N, 3), Head, m, in place, triangles, graph → out: how many remain.
 * A patch that moves as one cannot fold, so the moves of such triangles' corners and of the rings
 * around them are averaged with those of their neighbours, more rings the longer it lasts. Along the mesh and not in
 * space, as in relax-tangles.ts: what closes stays closed. Lips that touch may cut each other for it.
 */
import type { Points } from '../../../camera/frames.ts';
import { flippedTriangles } from '../../../mesh/flipped-triangles.ts';
import { foldedTriangles } from '../../../mesh/folded-triangles.ts';
import { findSelfIntersections } from '../../../mesh/self-intersections.ts';
import { buildTriangleBvh } from '../../../mesh/triangle-bvh.ts';
import type { VertexGraph } from '../../../mesh/vertex-graph.ts';

const PASSES = 24;
/** One more ring is moved after this many passes. */
const PASSES_PER_RING = 6;

/** Flips lie in corners of eyes and mouth; more rings than this would open what is closed there. */
const FLIP_RINGS = 2;

/** All folds (folded-triangles.ts), unless the patch would cut itself more often for it: then nothing is moved. */
export function relaxFolds(
  base: Points<'Head'>,
  moved: Points<'Head'>,
  triangles: Uint32Array,
  graph: VertexGraph,
): number {
  const before = moved.slice();
  const find = (): number[] => foldedTriangles({ positionsHead: moved, triangles });
  const cuts = (positionsHead: Points<'Head'>): number =>
    findSelfIntersections(buildTriangleBvh({ positionsHead, triangles })).length;
  const first = find();
  if (first.length === 0) return 0;
  const left = turnBack({ base, moved, triangles, graph, find }, first, Infinity);
  if (cuts(moved) <= cuts(before)) return left;
  moved.set(before);
  return first.length;
}

/** Those alone that lie upside down (flipped-triangles.ts), and not creases; whoever asks looks for cuts, and what remains, afterwards. */
export function relaxFlips(
  base: Points<'Head'>,
  moved: Points<'Head'>,
  triangles: Uint32Array,
  graph: VertexGraph,
): void {
  const find = (): number[] => flippedTriangles(base, moved, triangles, graph);
  turnBack({ base, moved, triangles, graph, find }, find(), FLIP_RINGS);
}

type Patch = {
  base: Points<'Head'>;
  moved: Points<'Head'>;
  triangles: Uint32Array;
  graph: VertexGraph;
  find(): number[];
};

/** `first`: what `find` says before anything is moved. */
function turnBack({ base, moved, triangles, graph, find }: Patch, first: number[], ringsMax: number): number {
  const { offsets, neighbours } = graph;
  let folded = first;
  for (let pass = 0; folded.length > 0 && pass < PASSES; pass++) {
    const moving = new Set(folded.flatMap((t) => [...triangles.subarray(t * 3, t * 3 + 3)]));
    for (let ring = 0; ring < Math.min(pass / PASSES_PER_RING, ringsMax); ring++)
      for (const v of [...moving])
        for (let e = offsets[v]!; e < offsets[v + 1]!; e++) moving.add(neighbours[e]!);
    const places = [...moving].flatMap((v) => {
      const count = offsets[v + 1]! - offsets[v]!;
      return [0, 1, 2].map((k) => {
        const moveOf = (other: number): number => moved[other * 3 + k]! - base[other * 3 + k]!;
        let sum = 0;
        for (let e = offsets[v]!; e < offsets[v + 1]!; e++) sum += moveOf(neighbours[e]!);
        return base[v * 3 + k]! + (moveOf(v) + sum / count) / 2;
      });
    });
    [...moving].forEach((v, i) => moved.set(places.slice(i * 3, i * 3 + 3), v * 3));
    folded = find();
  }
  return folded.length;
}
