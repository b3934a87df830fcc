/**
 * Converts a Keras model in TensorFlow.js form, up to the layers that are asked for.
 * · model topology + weights → the values of named layers as emitted ONNX.
 * Format: `model_config.config.layers` of model.json; weights are named `<layer>/<weight>`. Channels last.
 */
import { z } from 'zod';
import { ChannelsLast } from './channels-last.ts';
import type { Value } from './channels-last.ts';
import type { Constant } from './constant.ts';
import { transposeConstant } from './constant.ts';
import { OnnxGraph } from './onnx-graph.ts';
import type { ConvertedNetwork } from './tfjs-graph.ts';
import type { Weights } from './tfjs-weights.ts';

const pair = z.tuple([z.number(), z.number()]);
const padding = z.enum(['same', 'valid']);
const named = { name: z.string(), inbound_nodes: z.array(z.array(z.tuple([z.string()]).rest(z.unknown()))) };

const layerSchema = z.discriminatedUnion('class_name', [
  z.object({
    ...named,
    class_name: z.literal('InputLayer'),
    config: z.object({
      batch_input_shape: z.tuple([z.null(), z.number().nullable(), z.number().nullable(), z.number()]),
    }),
  }),
  z.object({
    ...named,
    class_name: z.literal('Conv2D'),
    config: z.object({ strides: pair, dilation_rate: pair, padding, activation: z.literal('linear') }),
  }),
  z.object({
    ...named,
    class_name: z.literal('BatchNormalization'),
    config: z.object({ axis: z.literal(3), epsilon: z.number() }),
  }),
  z.object({
    ...named,
    class_name: z.literal('Activation'),
    config: z.object({ activation: z.literal('relu') }),
  }),
  z.object({
    ...named,
    class_name: z.enum(['MaxPooling2D', 'AveragePooling2D']),
    config: z.object({ pool_size: pair, strides: pair, padding }),
  }),
  z.object({ ...named, class_name: z.literal('Concatenate'), config: z.object({ axis: z.number() }) }),
  z.object({ ...named, class_name: z.literal('Add'), config: z.looseObject({}) }),
  z.object({
    ...named,
    class_name: z.literal('UpSampling2D'),
    config: z.object({ size: pair, interpolation: z.literal('nearest') }),
  }),
  // The last two are UpscalerJS' own.
  z.object({ ...named, class_name: z.literal('MultiplyBeta'), config: z.object({ beta: z.number() }) }),
  z.object({ ...named, class_name: z.literal('PixelShuffle2x'), config: z.object({ scale: z.literal(2) }) }),
]);
type Layer = z.infer<typeof layerSchema>;

const topologySchema = z.object({
  model_config: z.object({ config: z.object({ layers: z.array(z.looseObject({ name: z.string() })) }) }),
});

/** Layers after `lastLayer` are not looked at, so they may be of any kind. `sidePx`: of a network that takes any picture. */
export function convertKerasLayers(
  name: string,
  topology: unknown,
  weights: Weights,
  lastLayer: string,
  sidePx?: number,
): ConvertedNetwork {
  const { layers } = topologySchema.parse(topology).model_config.config;
  const end = layers.findIndex((layer) => layer.name === lastLayer);
  if (end < 0) throw new Error(`${name} has no layer '${lastLayer}'`);
  const emit = new ChannelsLast(new OnnxGraph(name));
  const values = new Map<string, Value>();
  const value = (layerName: string): Value => {
    const found = values.get(layerName);
    if (!found) throw new Error(`${name} has no layer '${layerName}' before '${lastLayer}'`);
    return found;
  };
  for (const layer of layers.slice(0, end + 1).map((raw) => layerSchema.parse(raw))) {
    const inputs = (layer.inbound_nodes[0] ?? []).map(([source]) => value(source));
    values.set(layer.name, convertLayer(emit, layer, inputs, weights, sidePx));
  }
  return { emit, value };
}

function convertLayer(
  emit: ChannelsLast,
  layer: Layer,
  inputs: Value[],
  weights: Weights,
  sidePx: number | undefined,
): Value {
  const weight = (suffix: string) => weights.get(`${layer.name}/${suffix}`);
  const [first] = inputs;
  if (layer.class_name === 'InputLayer') {
    const [, rows, columns, channels] = layer.config.batch_input_shape;
    const [height, width] = [rows ?? sidePx, columns ?? sidePx];
    if (height === undefined || width === undefined) throw new Error(`${layer.name} has no size`);
    return emit.image('image', height, width, channels);
  }
  if (!first) throw new Error(`layer ${layer.name} has no input`);
  switch (layer.class_name) {
    case 'Conv2D': {
      const { strides, padding, dilation_rate: dilations } = layer.config;
      const filter = transposeConstant(required(weight('kernel'), layer.name), [3, 2, 0, 1]);
      return emit.convolve(first, filter, weight('bias'), 1, { strides, padding, dilations });
    }
    case 'BatchNormalization':
      return normalise(emit, first, layer.config.epsilon, weight);
    case 'Activation':
      return emit.unary('Relu', first);
    case 'MaxPooling2D':
      return emit.pool('MaxPool', first, layer.config.pool_size, layer.config);
    case 'AveragePooling2D':
      return emit.pool('AveragePool', first, layer.config.pool_size, layer.config);
    case 'Concatenate':
      return emit.concat(inputs, layer.config.axis);
    case 'Add':
      return inputs.slice(1).reduce((sum, input) => emit.binary('Add', sum, input), first);
    case 'MultiplyBeta': {
      const beta = emit.graph.scalar(layer.config.beta);
      return emit.map(first, (value) => emit.graph.add('Mul', [value, beta]));
    }
    case 'UpSampling2D':
      return emit.repeat(first, layer.config.size);
    case 'PixelShuffle2x':
      return emit.depthToSpace(first, layer.config.scale);
  }
}

/** Keras leaves out gamma or beta where the layer was made without scale or centre. */
function normalise(
  emit: ChannelsLast,
  value: Value,
  epsilon: number,
  weight: (suffix: string) => Constant | undefined,
): Value {
  const { graph } = emit;
  const mean = required(weight('moving_mean'), 'moving_mean');
  const variance = required(weight('moving_variance'), 'moving_variance');
  const [channels = 0] = mean.dims;
  const [gamma, beta] = [weight('gamma'), weight('beta')];
  const planes = graph.add(
    'BatchNormalization',
    [
      emit.planes(value),
      gamma ? graph.constantAsFloats(gamma) : graph.floats(new Float32Array(channels).fill(1)),
      beta ? graph.constantAsFloats(beta) : graph.floats(new Float32Array(channels)),
      graph.constantAsFloats(mean),
      graph.constantAsFloats(variance),
    ],
    { epsilon: { float: epsilon } },
  );
  return { dims: value.dims, planes };
}

function required(constant: Constant | undefined, what: string): Constant {
  if (!constant) throw new Error(`no weight for ${what}`);
  return constant;
}
