/** TensorFlow.js with its WebAssembly backend: what the graph and Keras models were made for. */
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, model as defineModel } from '@tensorflow/tfjs-layers';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

type ModelJson = tf.io.ModelJSON;

/** Once per process. */
export async function startTensorflowJs(): Promise<void> {
  if (tf.getBackend() === 'wasm') return;
  setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  // Otherwise it prints an advertisement for another backend.
  tf.env().set('IS_TEST', true);
  await tf.setBackend('wasm');
  await tf.ready();
}

/** The named outputs of a graph model for one (H, W, C) picture. */
export async function runGraphModel(
  modelJson: Uint8Array,
  weights: Uint8Array,
  image: Float32Array,
  dims: [number, number, number, number],
  outputs: readonly string[],
): Promise<Float32Array[]> {
  await startTensorflowJs();
  const json: ModelJson = JSON.parse(Buffer.from(modelJson).toString('utf8'));
  const model = await loadGraphModel({ load: async () => toArtifacts(json, weights) });
  const input = tf.tensor4d(image, dims);
  const results = [model.execute({ [model.inputs[0]!.name]: input }, [...outputs])].flat();
  return readAndDispose(results, [input, ...results], () => model.dispose());
}

/** The outputs of named layers of a Keras model for one (H, W, C) picture. */
export async function runLayersModel(
  json: ModelJson,
  weights: Uint8Array,
  image: Float32Array,
  dims: [number, number, number, number],
  layers: readonly string[],
): Promise<Float32Array[]> {
  await startTensorflowJs();
  const model = await loadLayersModel({ load: async () => toArtifacts(json, weights) });
  const tapped = defineModel({
    inputs: model.inputs,
    outputs: layers.map((name) => model.getLayer(name).output as SymbolicTensor),
  });
  const input = tf.tensor4d(image, dims);
  const results = [tapped.predict(input)].flat();
  return readAndDispose(results, [input, ...results], () => model.dispose());
}

async function readAndDispose(
  results: tf.Tensor[],
  tensors: tf.Tensor[],
  end: () => void,
): Promise<Float32Array[]> {
  const values = await Promise.all(results.map(async (result) => Float32Array.from(await result.data())));
  tensors.forEach((tensor) => tensor.dispose());
  end();
  return values;
}

function toArtifacts(json: ModelJson, weights: Uint8Array): tf.io.ModelArtifacts {
  return {
    ...json,
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
    weightData: new Uint8Array(weights).buffer,
  };
}
