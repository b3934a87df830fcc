/**
 * The fitted head's shapes, joints and weights: part `rig` of stage 06.
 * in: prior (which head model, the photo's expression), fitted head → out: shapes of this face, head at rest, joints,
 * levels of detail; null when the prior came from another model (a user's own) whose vertices are others.
 * Longest uninterruptible piece: all that comes before the first shape, 0.6 s; a shape takes 0.1 s.
 */
import type { Prior } from '../../03-prior/prior.ts';
import { checkpoint } from '../../checkpoint.ts';
import type { Stage } from '../../stage.ts';
import type { FittedHead } from '../head.ts';
import type { HeadRigging } from '../rigging.ts';
import { carryExpressions } from './carry-expressions.ts';
import { readModelOfPrior } from './model-of-prior.ts';
import { placeJoints } from './place-joints.ts';

export type RigHeadInput = { prior: Prior; head: FittedHead };

export const rigHead: Stage<RigHeadInput, HeadRigging | null> = async ({ prior, head }, context) => {
  const model = await readModelOfPrior(prior, context);
  if (model === null) {
    context.log(`no shapes and no joints: the prior is of ${prior.modelId}`);
    return null;
  }
  const { restHead, deltasHead } = await carryExpressions(
    model,
    head.positionsHead,
    prior.expression,
    (fraction) => checkpoint(context, fraction),
  );
  context.progress(1);
  return {
    shapes: { names: model.expressionNames, weights: prior.expression, deltasHead },
    restHead,
    rig: placeJoints(model, head.topology, prior.neutralHead, restHead),
    lods: model.lods ?? [],
  };
};
