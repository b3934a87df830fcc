/**
 * Runs a model as its makers do: source files of the pinned package, original runtime. · model id → outputs by the
 * names and in the order that models/manifest.json gives them. The oracle for the converted models.
 */
import { REFINED_LANDMARKS, IRIS_DEPTH_LANDMARKS } from '../../../tools/models/attention-landmarks.ts';
import { toFloat32 } from '../../../tools/models/constant.ts';
import { readModelSource } from '../../../tools/models/build-model.ts';
import { MODEL_RECIPES } from '../../../tools/models/model-recipes.ts';
import type { SourcePackage } from '../../../tools/models/npm-package.ts';
import { runBundle } from '../../../tools/models/nsfwjs-bundle.ts';
import { readTfliteFile } from '../../../tools/models/tflite-file.ts';
import { FACE, PERSON, RIGHT_EYE, drawPortrait, toPlanes } from '../portrait.ts';
import { runFaceApi } from './face-api.ts';
import { runGraphModel, runLayersModel } from './tensorflow-js.ts';
import { runTflite } from './tflite-runtime.ts';

type Outputs = Record<string, Float32Array>;
type Original = {
  /** Besides the package of the model itself. */
  runtime?: SourcePackage;
  /** (H, W, 3) picture in the range that the model wants. */
  picture(): Float32Array;
  run(files: readonly Uint8Array[], picture: Float32Array): Promise<Outputs>;
};

const TFLITE = '@tensorflow/tfjs-tflite';
const plusMinusOne = (rgb: Float32Array) => rgb.map((value) => value / 127.5 - 1);
const unit = (rgb: Float32Array) => rgb.map((value) => value / 255);
/** Runs a TensorFlow Lite file; `names` maps outputs of the manifest to outputs of the file. */
const tflite =
  (names: Record<string, string>, length?: number) =>
  async ([model]: readonly Uint8Array[], picture: Float32Array): Promise<Outputs> => {
    const results = await runTflite(model!, picture);
    return Object.fromEntries(
      Object.entries(names).map(([name, source]) => [name, results.get(source)!.slice(0, length)]),
    );
  };

export const ORIGINALS: Readonly<Record<string, Original>> = {
  'face-detection-short': {
    runtime: TFLITE,
    picture: () => plusMinusOne(drawPortrait(128, PERSON)),
    run: tflite({ boxes: 'regressors', scores: 'classificators' }),
  },
  'face-detection-full': {
    runtime: TFLITE,
    picture: () => plusMinusOne(drawPortrait(192, PERSON)),
    run: tflite({ boxes: 'reshaped_regressor_face_4', scores: 'reshaped_classifier_face_4' }),
  },
  'face-landmarks-468': {
    runtime: TFLITE,
    picture: () => unit(drawPortrait(192, FACE)),
    run: tflite({ landmarks: 'conv2d_21', face: 'conv2d_31' }),
  },
  'face-landmarks-478': {
    picture: () => unit(drawPortrait(192, FACE)),
    run: async ([model, weights], picture) => {
      const names = ['mesh_identity', 'lips', 'left_eye', 'right_eye', 'left_iris', 'right_iris'];
      const outputs = [...names.map((name) => `output_${name}:0`), 'conv_faceflag:0'];
      const results = await runGraphModel(model!, weights!, picture, [1, 192, 192, 3], outputs);
      return { landmarks: overwriteLandmarks(results), face: results[6]! };
    },
  },
  iris: {
    picture: () => unit(drawPortrait(64, RIGHT_EYE)),
    run: async ([model, weights], picture) => {
      const [points] = await runGraphModel(model!, weights!, picture, [1, 64, 64, 3], ['Identity:0']);
      return { points: points! };
    },
  },
  'portrait-mask': {
    runtime: TFLITE,
    picture: () => unit(drawPortrait(256, PERSON)),
    run: async ([model], picture) => ({ mask: await runPortraitMask(model!, picture) }),
  },
  'face-reid-128': {
    picture: () => drawPortrait(150, FACE),
    run: async ([manifest, weights], picture) => ({
      descriptor: await runFaceApi(manifest!, weights!, picture),
    }),
  },
  'face-arc-192': {
    runtime: TFLITE,
    picture: () => drawPortrait(112, FACE).map((value) => (value - 127.5) / 128),
    run: tflite({ descriptor: 'embeddings' }, 192),
  },
  'inception-features': {
    picture: () => unit(drawPortrait(299, PERSON)),
    run: async ([model, ...shards], picture) => {
      const weights = Buffer.concat(shards.map((shard) => Buffer.from(String(runBundle(shard)), 'base64')));
      const json = runBundle(model!) as Parameters<typeof runLayersModel>[0];
      const layers = ['mixed0', 'mixed2', 'mixed4'];
      const results = await runLayersModel(json, weights, picture, [1, 299, 299, 3], layers);
      const planes = results.map((rows, k) => toPlanes(rows, [256, 288, 768][k]!));
      return {
        mixed0: planes[0]!,
        mixed2: planes[1]!,
        mixed4: planes[2]!,
        pooled: meanOfPlanes(planes[2]!, 768),
      };
    },
  },
  'esrgan-2x': {
    picture: () => drawPortrait(144, PERSON),
    run: async ([model, weights], picture) => {
      const json = JSON.parse(Buffer.from(model!).toString('utf8')) as Parameters<typeof runLayersModel>[0];
      const [rows] = await runLayersModel(json, weights!, picture, [1, 144, 144, 3], ['SR']);
      return { enlarged: toPlanes(rows!, 3) };
    },
  },
};

/** All packages that running the original of a model reads. */
export function packagesOf(modelId: string): SourcePackage[] {
  const recipe = MODEL_RECIPES.find(({ id }) => id === modelId)!;
  const { runtime } = ORIGINALS[modelId]!;
  return runtime ? [recipe.package, runtime] : [recipe.package];
}

export async function runOriginal(modelId: string): Promise<Outputs> {
  const recipe = MODEL_RECIPES.find(({ id }) => id === modelId)!;
  const original = ORIGINALS[modelId]!;
  return original.run(await readModelSource(recipe), original.picture());
}

/** What MediaPipe's LandmarksRefinementCalculator does, part after part. */
function overwriteLandmarks([
  mesh,
  lips,
  rightEye,
  leftEye,
  rightIris,
  leftIris,
]: Float32Array[]): Float32Array {
  const landmarks = new Float32Array(478 * 3);
  landmarks.set(mesh!);
  const write = (indices: readonly number[], xy: Float32Array, z?: number) =>
    indices.forEach((landmark, k) => {
      landmarks.set(xy.subarray(2 * k, 2 * k + 2), 3 * landmark);
      if (z !== undefined) landmarks[3 * landmark + 2] = z;
    });
  const meanZ = (indices: readonly number[]) =>
    indices.reduce((sum, landmark) => sum + mesh![3 * landmark + 2]!, 0) / indices.length;
  write(REFINED_LANDMARKS.lips, lips!);
  write(REFINED_LANDMARKS.rightEye, rightEye!);
  write(REFINED_LANDMARKS.leftEye, leftEye!);
  write(REFINED_LANDMARKS.rightIris, rightIris!, meanZ(IRIS_DEPTH_LANDMARKS.rightIris));
  write(REFINED_LANDMARKS.leftIris, leftIris!, meanZ(IRIS_DEPTH_LANDMARKS.leftIris));
  return landmarks;
}

/**
 * The runtime has not got MediaPipe's last two operators but one, so it runs the file without them; the transposed
 * convolution (2 × 2 filter, stride 2: every pixel becomes four of its own) and the sigmoid are done here.
 */
async function runPortraitMask(model: Uint8Array, picture: Float32Array): Promise<Float32Array> {
  const { tensors, operators } = readTfliteFile(model);
  const [upscale] = operators.slice(-2);
  const [featureIndex = 0, filterIndex = 0, biasIndex = 0] = upscale!.inputs;
  const cut = keepOperators(model, operators.length - 2, featureIndex);
  const features = (await runTflite(cut, picture)).get(tensors[featureIndex]!.name)!;
  const [, side = 0, , channels = 0] = tensors[featureIndex]!.dims;
  const floats = (k: number) => {
    const source = tensors[operators.find((operator) => operator.outputs[0] === k)!.inputs[0]!]!;
    return toFloat32(source.constant!);
  };
  const [filter, bias] = [floats(filterIndex), floats(biasIndex)];
  return Float32Array.from({ length: 4 * side * side }, (_, k) => {
    const [row, column] = [Math.floor(k / (2 * side)), k % (2 * side)];
    const feature = ((row >> 1) * side + (column >> 1)) * channels;
    const tap = ((row & 1) * 2 + (column & 1)) * channels;
    let sum = bias[0]!;
    for (let c = 0; c < channels; c++) sum += features[feature + c]! * filter[tap + c]!;
    return 1 / (1 + Math.exp(-sum));
  });
}

/** A copy of a TensorFlow Lite file that ends after `count` operators, with one tensor as its output. */
function keepOperators(model: Uint8Array, count: number, outputTensor: number): Uint8Array {
  const copy = model.slice();
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  const follow = (at: number) => at + view.getUint32(at, true);
  const field = (table: number, k: number) =>
    follow(table + view.getUint16(table - view.getInt32(table, true) + 4 + 2 * k, true));
  const subgraph = follow(field(follow(0), 2) + 4);
  view.setUint32(field(subgraph, 3), count, true);
  view.setInt32(field(subgraph, 2) + 4, outputTensor, true);
  return copy;
}

function meanOfPlanes(planes: Float32Array, channels: number): Float32Array {
  const pixels = planes.length / channels;
  return Float32Array.from(
    { length: channels },
    (_, c) => planes.subarray(c * pixels, (c + 1) * pixels).reduce((sum, value) => sum + value, 0) / pixels,
  );
}
