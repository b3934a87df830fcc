/**
 * Joints and skin weights of the fitted head, for posing eyes, jaw and neck in other programs.
 * in: model (joints by their vertices), prior's neutral and fitted rest positions (N, 3), Head, m → out: joint positions,
 * parents, and per vertex four joints with weights.
 * An eye turns about the centre of the *fitted* eyeball. Joints inside skull and neck are placed on the prior's neutral
 * head instead: the fitted skin may have gone out to the hair there, and a jaw joint does not follow hair.
 */
import type { Points } from '../../../camera/frames.ts';
import type { HeadTopology } from '../../../mesh/mesh.ts';
import { nameVertexGroups } from '../../../mesh/vertex-groups.ts';
import type { HeadRig, RigJoint } from '../rigging.ts';
import type { ModelForRig } from './model-of-prior.ts';

/** Null when the model has no joints. */
export function placeJoints(
  model: ModelForRig,
  topology: HeadTopology,
  neutralHead: Points<'Head'>,
  fittedRestHead: Points<'Head'>,
): HeadRig | null {
  if (model.joints.length === 0) return null;
  const groups = nameVertexGroups(topology);
  const joints = model.joints.map(({ name, parent, vertices }): RigJoint => {
    const isOfSkin = vertices.some((vertex) => groups[vertex] === 'skin');
    const from = isOfSkin ? neutralHead : fittedRestHead;
    return { name, parent, positionHead: meanPoint(from, vertices) };
  });
  return { joints, ...normaliseWeights(model) };
}

/** Sums of halves are off by a thousandth; and validators want joint 0 wherever the weight is 0. */
function normaliseWeights({
  skinJoints,
  skinWeights,
}: ModelForRig): Pick<HeadRig, 'skinJoints' | 'skinWeights'> {
  const joints = new Uint8Array(skinJoints.length);
  const weights = new Float32Array(skinWeights.length);
  for (let i = 0; i < weights.length; i += 4) {
    let sum = 0;
    for (let k = 0; k < 4; k++) sum += skinWeights[i + k]!;
    for (let k = 0; k < 4; k++) {
      // A vertex without weights hangs on the root.
      const weight = sum > 0 ? skinWeights[i + k]! / sum : k === 0 ? 1 : 0;
      weights[i + k] = weight;
      if (weights[i + k]! > 0 && sum > 0) joints[i + k] = skinJoints[i + k]!;
    }
  }
  return { skinJoints: joints, skinWeights: weights };
}

function meanPoint(points: Points<'Head'>, vertices: readonly number[]): [number, number, number] {
  const sum = [0, 0, 0];
  for (const vertex of vertices) {
    for (let axis = 0; axis < 3; axis++) sum[axis]! += points[vertex * 3 + axis]!;
  }
  return [sum[0]! / vertices.length, sum[1]! / vertices.length, sum[2]! / vertices.length];
}
