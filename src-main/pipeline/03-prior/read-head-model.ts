/**
 * `assets/head-model.bin` → {@link HeadModel}: decodes the array file and refuses what does not fit together, with the
 * actual sizes, so that the fit and the exporters may index without checks.
 */
import { StudioError } from '../../contract/errors.ts';
import { decodeArrayFile } from '../../tensor/array-file.ts';
import { LANDMARK_COUNT } from '../02-analyse/analysis.ts';
import type { HeadModel } from './head-model.ts';

/** The only version that this build reads. */
const VERSION = 1;

/** Throws StudioError `model-changed` when the file is not a head model or its arrays disagree. */
export function readHeadModel(bytes: Uint8Array): HeadModel {
  let model: HeadModel;
  try {
    // A Buffer's slice() shares memory where a Uint8Array's copies, so the decoder always gets a plain Uint8Array.
    model = decodeArrayFile(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as HeadModel;
    checkHeadModel(model);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError(
      {
        code: 'model-changed',
        message: `The head model cannot be used: ${message}.`,
        hint: 'Reinstall the studio, or put back the original assets/head-model.bin.',
      },
      { cause },
    );
  }
  return model;
}

function checkHeadModel(model: HeadModel): void {
  if (model.format !== 'head-model') throw new Error(`its format is ${JSON.stringify(model.format)}`);
  if (model.version !== VERSION) throw new Error(`its version is ${String(model.version)}, not ${VERSION}`);
  const { topology, landmarks } = model;
  const vertexCount = topology.vertexCount;
  const quadCount = topology.quadGroups.length;
  const shapeCount = model.expressionNames.length;
  checkLength('neutralHead', model.neutralHead, vertexCount * 3);
  checkLength('identity', model.identity, model.identityCount * vertexCount * 3);
  checkLength('expression', model.expression, shapeCount * vertexCount * 3);
  checkLength('regions', model.regions, vertexCount);
  checkLength('skinJoints', model.skinJoints, vertexCount * 4);
  checkLength('skinWeights', model.skinWeights, vertexCount * 4);
  checkLength('topology.mirror', topology.mirror, vertexCount);
  checkLength('topology.quads', topology.quads, quadCount * 4);
  checkLength('topology.quadUvs', topology.quadUvs, quadCount * 4);
  checkLength('landmarks.vertices', landmarks.vertices, LANDMARK_COUNT * 3);
  checkLength('landmarks.weights', landmarks.weights, LANDMARK_COUNT * 3);
  checkLength('landmarks.residualM', landmarks.residualM, LANDMARK_COUNT);
  checkIndices('topology.quads', topology.quads, vertexCount);
  checkIndices('topology.quadUvs', topology.quadUvs, topology.uvs.length / 2);
  checkIndices('topology.quadGroups', topology.quadGroups, topology.groups.length);
  checkIndices('topology.mirror', topology.mirror, vertexCount);
  checkIndices('landmarks.vertices', landmarks.vertices, vertexCount);
  checkIndices('regions', model.regions, model.regionNames.length);
  checkIndices('skinJoints', model.skinJoints, model.joints.length);
  for (const lod of model.lods ?? []) {
    checkLength(`lod ${lod.name} quadUvs`, lod.quadUvs, lod.quads.length);
    checkIndices(`lod ${lod.name} quads`, lod.quads, vertexCount);
    checkIndices(`lod ${lod.name} quadUvs`, lod.quadUvs, topology.uvs.length / 2);
  }
  for (const joint of model.joints) checkIndices(`joint ${joint.name}`, joint.vertices, vertexCount);
}

function checkLength(name: string, array: ArrayLike<number>, expected: number): void {
  if (array.length !== expected)
    throw new Error(`${name} holds ${array.length} values instead of ${expected}`);
}

function checkIndices(name: string, indices: ArrayLike<number>, limit: number): void {
  for (let i = 0; i < indices.length; i++) {
    if (!(indices[i]! < limit))
      throw new Error(`${name}[${i}] is ${indices[i]}, beyond the ${limit} that exist`);
  }
}
