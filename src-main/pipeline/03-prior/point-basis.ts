/**
 * Rows of the head model at chosen surface points, so that a fit touches 478 points and not the whole mesh.
 * HeadModel + (M, 3) vertices and weights → neutral (M, 3) m and basis (M, 3, K + E) m per unit, head frame.
 *
 * The coefficient axis is innermost (the model stores it outermost): a Jacobian row is then three runs of memory.
 */
import type { HeadModel } from './head-model.ts';

export type PointBasis = {
  count: number;
  identityCount: number;
  expressionCount: number;
  /** (M, 3) m, head frame. */
  neutralHead: Float64Array;
  /** (M, 3, K + E) m per unit coefficient, identity first. */
  basis: Float64Array;
};

/** Points at barycentric positions: `vertices` and `weights` are (M, 3). */
export function gatherPointBasis(
  model: HeadModel,
  vertices: ArrayLike<number>,
  weights: ArrayLike<number>,
): PointBasis {
  const count = vertices.length / 3;
  const identityCount = model.identityCount;
  const expressionCount = model.expressionNames.length;
  const width = identityCount + expressionCount;
  const stride = model.topology.vertexCount * 3;
  const neutralHead = new Float64Array(count * 3);
  const basis = new Float64Array(count * 3 * width);
  for (let point = 0; point < count; point++) {
    for (let corner = 0; corner < 3; corner++) {
      const weight = weights[point * 3 + corner]!;
      if (weight === 0) continue;
      const from = vertices[point * 3 + corner]! * 3;
      for (let axis = 0; axis < 3; axis++) {
        neutralHead[point * 3 + axis]! += weight * model.neutralHead[from + axis]!;
        const row = (point * 3 + axis) * width;
        for (let k = 0; k < identityCount; k++) {
          basis[row + k]! += weight * model.identity[k * stride + from + axis]!;
        }
        for (let e = 0; e < expressionCount; e++) {
          basis[row + identityCount + e]! += weight * model.expression[e * stride + from + axis]!;
        }
      }
    }
  }
  return { count, identityCount, expressionCount, neutralHead, basis };
}

/** Points at single vertices. */
export function gatherVertexBasis(model: HeadModel, vertices: ArrayLike<number>): PointBasis {
  const corners = new Uint32Array(vertices.length * 3);
  const weights = new Float64Array(vertices.length * 3);
  for (let i = 0; i < vertices.length; i++) {
    corners.fill(vertices[i]!, i * 3, i * 3 + 3);
    weights[i * 3] = 1;
  }
  return gatherPointBasis(model, corners, weights);
}

/** (M, 3) m, head frame: the points for coefficients (K + E). */
export function evaluatePoints(points: PointBasis, coefficients: Float64Array): Float64Array {
  const width = points.identityCount + points.expressionCount;
  const out = new Float64Array(points.count * 3);
  for (let row = 0; row < out.length; row++) {
    let sum = points.neutralHead[row]!;
    const base = row * width;
    for (let k = 0; k < width; k++) sum += points.basis[base + k]! * coefficients[k]!;
    out[row] = sum;
  }
  return out;
}
