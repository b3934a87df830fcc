/**
 * The skin without hair: the template follows the surface where that is skin, as smoothly as it can.
 * in: template (N, 3), Head, m, its graph, where the surface's place says something about the skin (N) in [0, 1], how far
 * each vertex lies from M's own outside (N) m, the surface's distances → out: (N, 3).
 * A vertex keeps the offset that it had in M's own field: eyelids, lips and ears are finer than the grid, so what is
 * transferred is the *change* of the field along the normal, and a stiff displacement irons out the grid's noise. Under
 * hair and in folds nothing is known: there the skin follows what is around it, and fades to M (fit-proportions.ts).
 * Views that contradict each other are followed in that coarse part alone.
 */
import type { Points } from '../../camera/frames.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { askSurface, type SkinInput } from './ask-surface.ts';
import { fitProportions } from './fit-proportions.ts';
import { type DisplacementTargets, solveDisplacement } from './solve-displacement.ts';

/** Each round halves what is left of the change; bending costs this much against 1 per vertex. */
const ROUNDS = [6, 3, 2, 2] as const;
/** Change at which a vertex counts half, m. */
const HALF_M = 0.006;
/**
 * Pull to the change's coarse part where nothing is known, against 1: what is between known places follows them far in, a
 * skull under hair only beside the hairline. With the first everywhere skulls went on rising as foreheads do, up into the hair.
 */
const REST_WEIGHT = 0.002;
const REST_COVERED_WEIGHT = 0.02;

export function fitSkin(input: SkinInput): Points<'Head'> {
  const { doubt } = input;
  const coarse = fitProportions(input);
  if (doubt === 1) return coarse;
  return followSurface(input, coarse).map((value, i) => value + doubt * (coarse[i]! - value));
}

function followSurface(input: SkinInput, coarse: Points<'Head'>): Points<'Head'> {
  const { positionsHead, triangles, graph, covered } = input;
  const count = covered.length;
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
      const { step, share } = askSurface(input, out, data.normals, HALF_M, v);
      data.acrossWeights[v] = share;
      for (let k = 0; k < 3; k++)
        data.targets[v * 3 + k] =
          share > 0
            ? u[v * 3 + k]! + step * data.normals[v * 3 + k]!
            : coarse[v * 3 + k]! - positionsHead[v * 3 + k]!;
    }
    solveDisplacement(graph, data, stiffness, u);
    for (let i = 0; i < u.length; i++) out[i] = positionsHead[i]! + u[i]!;
  }
  return out;
}
