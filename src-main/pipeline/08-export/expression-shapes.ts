/**
 * The head model's expression shapes, for rigging the fitted head (52 ARKit names in the model that is shipped).
 * in: prior (which model, expression weights of the photo) → out: (E, N, 3) m per unit weight, Head, names, weights; null
 * when the prior came from another model than the one in `assets/`, whose shapes would not fit its vertices.
 */
import type { Points } from '../../camera/frames.ts';
import { decodeArrayFile } from '../../tensor/array-file.ts';
import type { HeadModel } from '../03-prior/head-model.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { StageContext } from '../stage.ts';

export type ExpressionShapes = {
  names: string[];
  /** (E) in [0, 1]: the expression of the photo. */
  weights: Float32Array;
  /** (E, N, 3) m. */
  deltasHead: Float32Array;
};

const HEAD_MODEL_ASSET = 'head-model.bin';

export async function readExpressionShapes(
  prior: Prior,
  context: StageContext,
): Promise<ExpressionShapes | null> {
  const bytes = await context.readAsset(HEAD_MODEL_ASSET);
  const model = decodeArrayFile(bytes) as HeadModel;
  const { expressionNames, expression } = model;
  const length = expressionNames.length * prior.topology.vertexCount * 3;
  if (
    model.id !== prior.modelId ||
    expression.length !== length ||
    prior.expression.length !== expressionNames.length
  ) {
    context.log(`no expression shapes: the prior is of ${prior.modelId}, the shapes are of ${model.id}`);
    return null;
  }
  return { names: expressionNames, weights: prior.expression, deltasHead: expression };
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
