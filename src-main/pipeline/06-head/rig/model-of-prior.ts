/**
 * The head model whose shapes, joints and levels of detail fit the prior's vertices: the one in `assets/`.
 * in: prior → out: model; null when the prior came from another model (a user's own), whose vertices are others.
 */
import { decodeArrayFile } from '../../../tensor/array-file.ts';
import type { HeadModel } from '../../03-prior/head-model.ts';
import type { Prior } from '../../03-prior/prior.ts';
import type { StageContext } from '../../stage.ts';

/** What contact and shapes need of the model; its statistics have done their work. */
export type ModelForRig = Omit<HeadModel, 'identity' | 'identityCount' | 'credits' | 'licence'>;

const HEAD_MODEL_ASSET = 'head-model.bin';

export async function readModelOfPrior(prior: Prior, context: StageContext): Promise<ModelForRig | null> {
  const model = decodeArrayFile(await context.readAsset(HEAD_MODEL_ASSET)) as ModelForRig;
  const length = model.expressionNames.length * prior.topology.vertexCount * 3;
  if (
    model.id !== prior.modelId ||
    model.expression.length !== length ||
    prior.expression.length !== model.expressionNames.length
  )
    return null;
  return model;
}
