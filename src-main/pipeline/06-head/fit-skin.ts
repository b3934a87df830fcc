/**
 * The skin without hair: the template follows the surface where that is skin, as smoothly as it can.
 * in: template (N, 3), Head, m, its graph, where the surface's place says something about the skin (N) in [0, 1], surface →
 * out: (N, 3).
 * A vertex keeps the offset that it had in M's own field: eyelids, lips and ears are finer than the grid, so what is
 * transferred is the *change* of the field along the normal, and a stiff displacement irons out the grid's noise. Under
 * hair and in folds nothing is known: there the skin follows what is around it.
 */
import type { Points } from '../../camera/frames.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import type { Surface } from '../05-surface/surface.ts';
import { sampleGrid } from './sample-grid.ts';
import { type DisplacementTargets, solveDisplacement } from './solve-displacement.ts';

/** Each round halves what is left of the change; bending costs this much against 1 per vertex. */
const ROUNDS = [6, 3, 2] as const;
/** Beyond this distance from the surface in M's field a vertex lies in a fold (lids, mouth, nostrils), m. */
const FOLD_M = 0.0025;
/** A face is guessed wrong by millimetres, not by more than this, m. */
const STEP_MAX_M = 0.012;
/** Change at which a vertex counts half: what is far off belongs to something else, a strand or a shoulder, m. */
const DOUBT_M = 0.006;
/** Pull to the template where nothing is known, against 1. */
const REST_WEIGHT = 0.002;

export type SkinInput = {
  positionsHead: Points<'Head'>;
  triangles: Uint32Array;
  graph: VertexGraph;
  /** (N) in [0, 1]. */
  trust: Float32Array;
  surface: Surface;
};

export function fitSkin({ positionsHead, triangles, graph, trust, surface }: SkinInput): Points<'Head'> {
  const count = trust.length;
  const { sdf, growth } = surface;
  const at = (values: Float32Array, p: Points<'Head'>, v: number): number =>
    sampleGrid(sdf, values, p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!, 0);
  const ownOffset = Float32Array.from(
    trust,
    (_, v) => at(sdf.values, positionsHead, v) + at(growth, positionsHead, v),
  );
  const data: DisplacementTargets = {
    targets: new Float64Array(count * 3),
    normals: new Float32Array(count * 3),
    acrossWeights: new Float64Array(count),
    pointWeights: new Float64Array(count).fill(REST_WEIGHT),
  };
  const u = new Float64Array(count * 3);
  const out = positionsHead.slice();
  for (const stiffness of ROUNDS) {
    data.normals.set(vertexNormals({ positionsHead: out, triangles }));
    for (let v = 0; v < count; v++) {
      const isFold = Math.abs(ownOffset[v]!) > FOLD_M;
      const left = ownOffset[v]! - at(sdf.values, out, v);
      data.acrossWeights[v] = isFold ? 0 : trust[v]! / (1 + (left / DOUBT_M) ** 2);
      const step = Math.min(Math.max(left, -STEP_MAX_M), STEP_MAX_M);
      for (let k = 0; k < 3; k++)
        data.targets[v * 3 + k] = isFold ? 0 : u[v * 3 + k]! + step * data.normals[v * 3 + k]!;
    }
    solveDisplacement(graph, data, stiffness, u);
    for (let i = 0; i < u.length; i++) out[i] = positionsHead[i]! + u[i]!;
  }
  return out;
}
