/**
 * The skin without hair: the template follows the surface where that is skin, as smoothly as it can.
 * in: template (N, 3), Head, m, its graph, where the surface's place says something about the skin (N) in [0, 1], how far
 * each vertex lies from M's own outside (N) m, the surface's distances → out: (N, 3).
 * A vertex keeps the offset that it had in M's own field: eyelids, lips and ears are finer than the grid, so what is
 * transferred is the *change* of the field along the normal, and a stiff displacement irons out the grid's noise. Under
 * hair and in folds nothing is known: there the skin follows what is around it.
 */
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import type { SignedDistanceGrid } from '../05-surface/surface.ts';
import { FOLD_M } from './model-offsets.ts';
import { sampleGrid } from './sample-grid.ts';
import { type DisplacementTargets, solveDisplacement } from './solve-displacement.ts';

/** Each round halves what is left of the change; bending costs this much against 1 per vertex. */
const ROUNDS = [6, 3, 2, 2] as const;
/** A face is guessed wrong by millimetres, a neck by this much, m. */
const STEP_MAX_M = 0.02;
/** Change at which a vertex counts half: what is far off belongs to something else, a strand or a shoulder, m. */
const DOUBT_M = 0.006;
/**
 * Pull to the template where nothing is known, against 1: what is between known places follows them far in, a skull
 * under hair only beside the hairline. With the first everywhere skulls went on rising as foreheads do, up into the hair.
 */
const REST_WEIGHT = 0.002;
const REST_COVERED_WEIGHT = 0.02;

export type SkinInput = {
  positionsHead: Points<'Head'>;
  triangles: Uint32Array;
  graph: VertexGraph;
  /** (N) in [0, 1]. */
  trust: Float32Array;
  /** (N) in [0, 1]: under hair. */
  covered: Float32Array;
  /** (N) m, from M's own outside. */
  ownOffset: Float32Array;
  sdf: SignedDistanceGrid;
};

export function fitSkin(input: SkinInput): Points<'Head'> {
  const { positionsHead, triangles, graph, trust, covered, ownOffset, sdf } = input;
  const count = trust.length;
  const distance = (p: Points<'Head'>, v: number): number =>
    sampleGrid(sdf, sdf.values, p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!, 0);
  const data: DisplacementTargets = {
    targets: new Float64Array(count * 3),
    normals: new Float32Array(count * 3),
    acrossWeights: new Float64Array(count),
    pointWeights: Float64Array.from(
      covered,
      (share) => REST_WEIGHT + share * (REST_COVERED_WEIGHT - REST_WEIGHT),
    ),
  };
  const u = new Float64Array(count * 3);
  const out = positionsHead.slice();
  for (const stiffness of ROUNDS) {
    data.normals.set(vertexNormals({ positionsHead: out, triangles }));
    for (let v = 0; v < count; v++) {
      const isUnknown = trust[v] === 0 || Math.abs(ownOffset[v]!) > FOLD_M;
      const left = ownOffset[v]! - distance(out, v);
      data.acrossWeights[v] = isUnknown ? 0 : trust[v]! / (1 + (left / DOUBT_M) ** 2);
      const step = Math.min(Math.max(left, -STEP_MAX_M), STEP_MAX_M);
      for (let k = 0; k < 3; k++)
        data.targets[v * 3 + k] = isUnknown ? 0 : u[v * 3 + k]! + step * data.normals[v * 3 + k]!;
    }
    solveDisplacement(graph, data, stiffness, u);
    for (let i = 0; i < u.length; i++) out[i] = positionsHead[i]! + u[i]!;
  }
  return out;
}
