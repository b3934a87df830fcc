/**
 * The head model's expression shapes, for rigging the fitted head (52 ARKit names in the model that is shipped).
 * in: model and prior (expression weights of the photo) → out: (E, N, 3) m per unit weight, Head, names, weights.
 */
import type { Points } from '../../camera/frames.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { ModelForExport } from './model-of-prior.ts';

export type ExpressionShapes = {
  names: string[];
  /** (E) in [0, 1]: the expression of the photo. */
  weights: Float32Array;
  /** (E, N, 3) m. */
  deltasHead: Float32Array;
};

export function expressionShapes(model: ModelForExport, prior: Prior): ExpressionShapes {
  return { names: model.expressionNames, weights: prior.expression, deltasHead: model.expression };
}

/** (N, 3) the head with all expression weights at 0: what shapes are added to. */
export function withoutExpression(positionsHead: Points<'Head'>, shapes: ExpressionShapes): Points<'Head'> {
  const out = Float64Array.from(positionsHead);
  shapes.weights.forEach((weight, shape) => {
    if (weight === 0) return;
    for (let i = 0; i < out.length; i++)
      out[i] = out[i]! - weight * shapes.deltasHead[shape * out.length + i]!;
  });
  return Float32Array.from(out);
}
