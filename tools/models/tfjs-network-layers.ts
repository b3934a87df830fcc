/**
 * TensorFlow operators that look at neighbouring pixels: convolutions, pooling, padding. · N H W C in → N H W C out.
 * A filter is H W in out; a depthwise one H W in multiplier, with output channel = in · multiplier count + multiplier.
 */
import type { Padding, Value, Window } from './channels-last.ts';
import { reshapeConstant, transposeConstant } from './constant.ts';
import type { TfContext, TfHandlers, TfNode } from './tfjs-graph.ts';

export const NETWORK_LAYERS: TfHandlers = {
  Conv2D: convolve,
  _FusedConv2D: convolve,
  DepthwiseConv2dNative: (context) => {
    const filter = context.constant(1);
    const [height = 0, width = 0, channels = 0, multiplier = 0] = filter.dims;
    const outChannels = channels * multiplier;
    const flat = reshapeConstant(filter, [height, width, outChannels]);
    const grouped = reshapeConstant(transposeConstant(flat, [2, 0, 1]), [outChannels, 1, height, width]);
    return context.emit.convolve(context.input(0), grouped, undefined, channels, readWindow(context.node));
  },
  Prelu: ({ emit, input, constant }) => emit.prelu(input(0), constant(1)),
  MaxPool: ({ emit, node, input }) =>
    emit.pool('MaxPool', input(0), spatial(node, 'ksize'), readWindow(node)),
  Pad: ({ emit, input, integers }) => emit.pad(input(0), integers(1)),
};

function convolve({ emit, node, input, constant }: TfContext): Value {
  const filter = transposeConstant(constant(1), [3, 2, 0, 1]);
  const fused = (node.attr.fused_ops?.list?.s ?? []).map(decodeText);
  const unknown = fused.find((name) => name !== 'BiasAdd' && name !== 'Prelu');
  if (unknown !== undefined) throw new Error(`${node.name}: fused operator ${unknown} is not supported`);
  const bias = fused.includes('BiasAdd') ? constant(2) : undefined;
  const result = emit.convolve(input(0), filter, bias, 1, readWindow(node));
  return fused.includes('Prelu') ? emit.prelu(result, constant(-1)) : result;
}

function readWindow(node: TfNode): Window {
  const dilations = node.attr.dilations ? spatial(node, 'dilations') : [1, 1];
  return { strides: spatial(node, 'strides'), padding: readPadding(node), dilations };
}

function readPadding(node: TfNode): Padding {
  const text = decodeText(node.attr.padding?.s ?? '');
  if (text === 'SAME') return 'same';
  if (text === 'VALID') return 'valid';
  throw new Error(`${node.name}: padding ${text} is not supported`);
}

/** The H and W entries of an attribute that has one entry an axis. */
function spatial(node: TfNode, attribute: string): number[] {
  const list = node.attr[attribute]?.list?.i;
  if (list?.length !== 4) throw new Error(`${node.name}: ${attribute} must have four entries`);
  return list.slice(1, 3);
}

/** Bytes are base64 in the JSON form of a GraphDef. */
function decodeText(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
