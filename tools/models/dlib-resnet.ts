/**
 * Builds dlib's face recognition network (dlib_face_recognition_resnet_model_v1) from the weights that face-api.js
 * carries; they come without a graph. · weights → 150 px picture, RGB 0…255 → 128 numbers.
 * Architecture: dlib `dnn_face_recognition_ex.cpp` (anet_type): 7×7/2 convolution, 3×3/2 max pooling, then residual
 * blocks of two 3×3 convolutions with 32, 64, 128 and 256 channels; blocks whose name ends in `down` halve the picture,
 * their shortcut is a 2×2 mean with zero channels added; mean over the picture; a matrix to 128 numbers.
 * dlib's batch normalisation is already an affine (`scale/weights`, `scale/biases`) after every convolution:
 * (w·x + b)·s + β = (s·w)·x + (s·b + β). The codes of w stay 8-bit, s is multiplied in when the model opens.
 */
import type { Constant } from './constant.ts';
import { toFloat32, transposeConstant } from './constant.ts';
import { OnnxGraph } from './onnx-graph.ts';
import type { Weights } from './tfjs-weights.ts';

/** dlib's training mean, RGB of 0…255 (`input_rgb_image_sized` of the network). */
const MEAN_RGB = [122.782, 117.001, 104.298];
/** dlib divides by 256, but the weights of face-api.js were measured with its own division by 255. */
const PIXEL_SCALE = 1 / 255;
const SIDE_PX = 150;

/** Name, and channels where the block halves the picture. The stem leaves 35 × 35 px with 32 channels. */
const BLOCKS: readonly { name: string; down?: { from: number; to: number } }[] = [
  { name: 'conv32_1' },
  { name: 'conv32_2' },
  { name: 'conv32_3' },
  { name: 'conv64_down', down: { from: 32, to: 64 } },
  { name: 'conv64_1' },
  { name: 'conv64_2' },
  { name: 'conv64_3' },
  { name: 'conv128_down', down: { from: 64, to: 128 } },
  { name: 'conv128_1' },
  { name: 'conv128_2' },
  { name: 'conv256_down', down: { from: 128, to: 256 } },
  { name: 'conv256_1' },
  { name: 'conv256_2' },
  { name: 'conv256_down_out', down: { from: 256, to: 256 } },
];
const STEM_SIDE_PX = 35;

export function buildDlibResnet(weights: Weights): OnnxGraph {
  const graph = new OnnxGraph('face-reid-128');
  const convolve = (value: string, name: string, stride: 1 | 2) =>
    addConvolution(graph, weights, value, name, stride);

  const image = graph.input('image', [1, 3, SIDE_PX, SIDE_PX]);
  const centred = graph.add('Sub', [image, graph.floats(MEAN_RGB, [1, 3, 1, 1])]);
  let value = graph.add('Mul', [centred, graph.scalar(PIXEL_SCALE)]);
  value = graph.add('Relu', [convolve(value, 'conv32_down', 2)]);
  value = graph.add('MaxPool', [value], { kernel_shape: [3, 3], strides: [2, 2] });

  let sidePx = STEM_SIDE_PX;
  for (const { name, down } of BLOCKS) {
    const inner = graph.add('Relu', [convolve(value, `${name}/conv1`, down ? 2 : 1)]);
    let residual = convolve(inner, `${name}/conv2`, 1);
    let shortcut = value;
    if (down) {
      // A 3×3/2 convolution without padding is one pixel short of the 2×2 mean where the side is even.
      const convolvedSidePx = Math.floor((sidePx - 3) / 2) + 1;
      sidePx = Math.floor(sidePx / 2);
      residual = padEnd(graph, residual, [0, 0, sidePx - convolvedSidePx, sidePx - convolvedSidePx]);
      shortcut = graph.add('AveragePool', [value], { kernel_shape: [2, 2], strides: [2, 2] });
      shortcut = padEnd(graph, shortcut, [0, down.to - down.from, 0, 0]);
    }
    value = graph.add('Relu', [graph.add('Add', [shortcut, residual])]);
  }

  const mean = graph.add('ReduceMean', [value], { axes: [2, 3], keepdims: 0 });
  const matrix = requireWeight(weights, 'fc');
  graph.output('descriptor', graph.add('MatMul', [mean, graph.constant(matrix)]), [1, 128]);
  return graph;
}

/** Stride 1 keeps the size, stride 2 has no padding. */
function addConvolution(
  graph: OnnxGraph,
  weights: Weights,
  value: string,
  name: string,
  stride: 1 | 2,
): string {
  const filter = transposeConstant(requireWeight(weights, `${name}/conv/filters`), [3, 2, 0, 1]);
  const [channels = 0] = filter.dims;
  const scale = toFloat32(requireWeight(weights, `${name}/scale/weights`));
  const shift = toFloat32(requireWeight(weights, `${name}/scale/biases`));
  const bias = toFloat32(requireWeight(weights, `${name}/conv/bias`));
  const scaledFilter = graph.add('Mul', [graph.constant(filter), graph.floats(scale, [channels, 1, 1, 1])]);
  const scaledBias = graph.floats(bias.map((b, k) => b * scale[k]! + shift[k]!));
  return graph.add('Conv', [value, scaledFilter, scaledBias], {
    strides: [stride, stride],
    ...(stride === 1 ? { auto_pad: 'SAME_UPPER' } : {}),
  });
}

/** Zeros behind the end of each of the four axes. */
function padEnd(graph: OnnxGraph, value: string, amounts: readonly number[]): string {
  if (amounts.every((amount) => amount === 0)) return value;
  return graph.add('Pad', [value, graph.int64s([0, 0, 0, 0, ...amounts])]);
}

function requireWeight(weights: Weights, name: string): Constant {
  const found = weights.get(name);
  if (!found) throw new Error(`no weight '${name}'`);
  return found;
}
