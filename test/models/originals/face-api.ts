/**
 * face-api.js' own face recognition network. Its Node build wants the whole of tfjs; it gets tfjs-core, and the few
 * methods that only the whole of tfjs adds to tensors.
 */
import * as tf from '@tensorflow/tfjs-core';
import { readPackageFiles } from '../../../tools/models/npm-package.ts';
import { startTensorflowJs } from './tensorflow-js.ts';

type Tensor = { data(): Promise<Float32Array> };
type FaceApi = {
  FaceRecognitionNet: new () => {
    loadFromWeightMap(weights: object): void;
    forwardInput(input: object): Tensor;
  };
  NetInput: new (tensors: object[]) => object;
};

/** (150, 150, 3) picture, 0…255 → 128 numbers. */
export async function runFaceApi(
  manifest: Uint8Array,
  weights: Uint8Array,
  image: Float32Array,
): Promise<Float32Array> {
  await startTensorflowJs();
  Object.assign(tf.Tensor.prototype, {
    ...Object.fromEntries(['as1D', 'as2D', 'as3D', 'as4D'].map((name) => [name, reshape])),
    div(this: tf.Tensor, divisor: number) {
      return tf.div(this, divisor);
    },
    mean(this: tf.Tensor, axes: number[]) {
      return tf.mean(this, axes);
    },
  });
  const [script] = await readPackageFiles('@vladmandic/face-api', ['dist/face-api.node-wasm.js']);
  const module: { exports: unknown } = { exports: {} };
  new Function('require', 'module', 'exports', Buffer.from(script!).toString('utf8'))(
    (name: string) => (name.startsWith('@tensorflow/') ? tf : {}),
    module,
    module.exports,
  );
  const faceApi = module.exports as FaceApi;
  const net = new faceApi.FaceRecognitionNet();
  const [group] = JSON.parse(Buffer.from(manifest).toString('utf8'));
  net.loadFromWeightMap(tf.io.decodeWeights(new Uint8Array(weights).buffer, group.weights));
  const result = net.forwardInput(new faceApi.NetInput([tf.tensor4d(image, [1, 150, 150, 3])]));
  return Float32Array.from(await result.data());
}

function reshape(this: tf.Tensor, ...dims: number[]): tf.Tensor {
  return tf.reshape(this, dims);
}
