/**
 * Converts a TensorFlow Lite model with float weights. · file → the named values of the graph as emitted ONNX.
 * Numbers behind OPTION are the positions of fields in the options tables of TensorFlow's schema.fbs.
 * Covers what the MediaPipe face models and MobileFaceNet need; sparse weights and MediaPipe's attention operators are
 * refused. Compared with the TensorFlow Lite runtime on noise: at most 1e-5 of the range of the output apart.
 */
import { ChannelsLast } from './channels-last.ts';
import type { Padding, Value, Window } from './channels-last.ts';
import type { Constant } from './constant.ts';
import { toIntegers, transposeConstant } from './constant.ts';
import type { FlatTable } from './flatbuffer.ts';
import { OnnxGraph } from './onnx-graph.ts';
import type { ConvertedNetwork } from './tfjs-graph.ts';
import { readTfliteFile } from './tflite-file.ts';
import type { TfliteFile } from './tflite-file.ts';

const OPTION = {
  conv: { padding: 0, strideX: 1, strideY: 2, activation: 3, dilationX: 4, dilationY: 5 },
  depthwise: { padding: 0, strideX: 1, strideY: 2, activation: 4, dilationX: 5, dilationY: 6 },
  pool: { padding: 0, strideX: 1, strideY: 2, kernelX: 3, kernelY: 4, activation: 5 },
  binary: { activation: 0 },
  concat: { axis: 0, activation: 1 },
  resize: { alignCorners: 2, halfPixelCenters: 3 },
} as const;

type Context = {
  emit: ChannelsLast;
  name: string;
  inputs: readonly (Value | undefined)[];
  /** Of the first output, as the file states them. */
  outputDims: readonly number[];
  options: FlatTable | undefined;
  customOptions: Uint8Array;
};
type Handler = (context: Context) => Value;

const binary =
  (operator: string): Handler =>
  (context) =>
    activate(
      context,
      context.emit.binary(operator, input(context, 0), input(context, 1)),
      OPTION.binary.activation,
    );

const unary =
  (operator: string): Handler =>
  (context) =>
    context.emit.unary(operator, input(context, 0));

const pool =
  (operator: 'MaxPool' | 'AveragePool'): Handler =>
  (context) => {
    const { kernelX, kernelY, activation } = OPTION.pool;
    const kernel = [context.options?.int32(kernelY) ?? 0, context.options?.int32(kernelX) ?? 0];
    const window = readWindow(context.options, OPTION.pool);
    return activate(context, context.emit.pool(operator, input(context, 0), kernel, window), activation);
  };

const HANDLERS: Readonly<Record<string, Handler>> = {
  ADD: binary('Add'),
  SUB: binary('Sub'),
  MUL: binary('Mul'),
  ABS: unary('Abs'),
  RELU: unary('Relu'),
  LOGISTIC: unary('Sigmoid'),
  MAX_POOL_2D: pool('MaxPool'),
  AVERAGE_POOL_2D: pool('AveragePool'),
  /** Half floats to floats: a constant stays a half float until the runtime opens the ONNX file. */
  DEQUANTIZE: (context) => input(context, 0),
  /** Filter: out H W in. */
  CONV_2D: (context) => {
    const filter = transposeConstant(constant(context, 1), [0, 3, 1, 2]);
    const window = readWindow(context.options, OPTION.conv);
    const result = context.emit.convolve(input(context, 0), filter, context.inputs[2]?.constant, 1, window);
    return activate(context, result, OPTION.conv.activation);
  },
  /** Filter: 1 H W out. */
  DEPTHWISE_CONV_2D: (context) => {
    const filter = transposeConstant(constant(context, 1), [3, 0, 1, 2]);
    const groups = input(context, 0).dims[3]!;
    const window = readWindow(context.options, OPTION.depthwise);
    const result = context.emit.convolve(
      input(context, 0),
      filter,
      context.inputs[2]?.constant,
      groups,
      window,
    );
    return activate(context, result, OPTION.depthwise.activation);
  },
  /** MediaPipe's own operator: a transposed convolution with bias. Options: padding, stride x, stride y, int32 each. */
  'CUSTOM:Convolution2DTransposeBias': (context) => {
    const { emit, customOptions, outputDims } = context;
    const options = new DataView(customOptions.buffer, customOptions.byteOffset, customOptions.byteLength);
    const filter = transposeConstant(constant(context, 1), [3, 0, 1, 2]);
    const planes = emit.graph.add(
      'ConvTranspose',
      [
        emit.planes(input(context, 0)),
        emit.graph.constant(filter),
        emit.graph.constant(constant(context, 2)),
      ],
      {
        strides: [options.getInt32(8, true), options.getInt32(4, true)],
        output_shape: outputDims.slice(1, 3),
        auto_pad: 'SAME_UPPER',
      },
    );
    return { dims: outputDims, planes };
  },
  PRELU: (context) => context.emit.prelu(input(context, 0), constant(context, 1)),
  HARD_SWISH: ({ emit, ...context }) =>
    emit.map(input(context, 0), (name) => {
      const gate = emit.graph.add('HardSigmoid', [name], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
      return emit.graph.add('Mul', [name, gate]);
    }),
  PAD: (context) => context.emit.pad(input(context, 0), toIntegers(constant(context, 1))),
  RESHAPE: (context) => context.emit.reshape(input(context, 0), context.outputDims),
  CONCATENATION: (context) => {
    const values = context.inputs.map((_, k) => input(context, k));
    const axis = context.options?.int32(OPTION.concat.axis) ?? 0;
    return activate(context, context.emit.concat(values, axis), OPTION.concat.activation);
  },
  RESIZE_BILINEAR: (context) => {
    const [heightPx = 0, widthPx = 0] = toIntegers(constant(context, 1));
    const isSet = (field: number) => context.options?.uint8(field) === 1;
    const { alignCorners, halfPixelCenters } = OPTION.resize;
    const corners = isSet(alignCorners) ? 'align_corners' : 'asymmetric';
    const coordinates = isSet(halfPixelCenters) ? 'half_pixel' : corners;
    return context.emit.resizeBilinear(input(context, 0), heightPx, widthPx, coordinates);
  },
};

export function convertTflite(name: string, bytes: Uint8Array): ConvertedNetwork {
  const file = readTfliteFile(bytes);
  useOnePicture(file);
  const emit = new ChannelsLast(new OnnxGraph(name));
  const values = new Map<number, Value>();
  file.tensors.forEach((tensor, k) => {
    if (tensor.constant) values.set(k, emit.constant(tensor.constant));
  });
  const [imageIndex = 0] = file.inputs;
  const [, height = 0, width = 0, channels = 0] = file.tensors[imageIndex]!.dims;
  values.set(imageIndex, emit.image('image', height, width, channels));

  for (const { operator, inputs, outputs, options, customOptions } of file.operators) {
    const handler = HANDLERS[operator];
    if (!handler) throw new Error(`${name}: operator ${operator} is not supported`);
    const [outputIndex = 0] = outputs;
    const outputDims = file.tensors[outputIndex]!.dims;
    const context = {
      emit,
      name: operator,
      inputs: inputs.map((k) => values.get(k)),
      outputDims,
      options,
      customOptions,
    };
    const result = handler(context);
    if (result.dims.join() !== outputDims.join()) {
      throw new Error(
        `${name}: ${operator} gave [${result.dims.join(', ')}], the file says [${outputDims.join(', ')}]`,
      );
    }
    values.set(outputIndex, result);
  }

  const byName = new Map(file.outputs.map((k) => [file.tensors[k]!.name, values.get(k)]));
  return {
    emit,
    value: (output) => {
      const found = byName.get(output);
      if (!found) throw new Error(`${name} has no output '${output}', only ${[...byName.keys()].join(', ')}`);
      return found;
    },
  };
}

/** A network that was exported for several pictures at once runs on one when the first axis of every activation is 1. */
function useOnePicture({ tensors, inputs, operators }: TfliteFile): void {
  const batch = tensors[inputs[0] ?? 0]?.dims[0] ?? 1;
  const activations = new Set([...inputs, ...operators.flatMap((operator) => operator.outputs)]);
  for (const k of activations) {
    const { dims } = tensors[k]!;
    if (dims[0] === batch) dims[0] = 1;
  }
}

function input(context: Pick<Context, 'name' | 'inputs'>, k: number): Value {
  const value = context.inputs[k];
  if (!value) throw new Error(`${context.name} has no input ${k}`);
  return value;
}

function constant(context: Context, k: number): Constant {
  const found = input(context, k).constant;
  if (!found) throw new Error(`${context.name}: input ${k} is not a constant`);
  return found;
}

type WindowFields = {
  padding: number;
  strideX: number;
  strideY: number;
  dilationX?: number;
  dilationY?: number;
};

function readWindow(options: FlatTable | undefined, fields: WindowFields): Window {
  const read = (field: number | undefined) => (field === undefined ? 1 : (options?.int32(field, 1) ?? 1));
  const padding: Padding = options?.uint8(fields.padding) === 1 ? 'valid' : 'same';
  return {
    padding,
    strides: [read(fields.strideY), read(fields.strideX)],
    dilations: [read(fields.dilationY), read(fields.dilationX)],
  };
}

/** enum ActivationFunctionType: 0 none, 1 ReLU, 3 ReLU6. */
function activate({ emit, options, name }: Context, value: Value, field: number): Value {
  const activation = options?.uint8(field) ?? 0;
  if (activation === 0) return value;
  if (activation === 1) return emit.unary('Relu', value);
  if (activation === 3) return emit.relu6(value);
  throw new Error(`${name}: activation ${activation} is not supported`);
}
