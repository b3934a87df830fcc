/**
 * Emits the operators of a channels-last network (TensorFlow: N H W C) as channels-first ONNX (N C H W).
 * · A Value has the dims of the source; its data may exist as `rows` (source order), as `planes` (N C H W, only for
 * four axes) or both. An operator asks for the order that it needs, and a Transpose is written only where a value is
 * asked for in the other order, so convolutional parts run without any.
 * Shared by the TensorFlow.js graph, TensorFlow Lite and Keras converters.
 */
import type { Constant } from './constant.ts';
import { reshapeConstant, transposeConstant } from './constant.ts';
import type { Attributes, OnnxGraph } from './onnx-graph.ts';

export type Value = { dims: readonly number[]; rows?: string; planes?: string; constant?: Constant };

/** `same` is TensorFlow's: as much as needed, the odd pixel at the end. */
export type Padding = 'same' | 'valid';
export type Window = { strides: readonly number[]; padding: Padding; dilations?: readonly number[] };

const PLANES_FROM_ROWS = [0, 3, 1, 2];
const ROWS_FROM_PLANES = [0, 2, 3, 1];
/** Where a source axis lies among N C H W. */
const PLANE_AXIS = [0, 2, 3, 1];

export class ChannelsLast {
  readonly graph: OnnxGraph;

  constructor(graph: OnnxGraph) {
    this.graph = graph;
  }

  /** The picture that goes in: the model takes planes, so that nobody has to interleave them first. */
  image(name: string, heightPx: number, widthPx: number, channels: number): Value {
    const planes = this.graph.input(name, [1, channels, heightPx, widthPx]);
    return { dims: [1, heightPx, widthPx, channels], planes };
  }

  constant(constant: Constant): Value {
    return { dims: constant.dims, constant };
  }

  rows(value: Value): string {
    if (value.rows !== undefined) return value.rows;
    if (value.constant) value.rows = this.graph.constant(value.constant);
    else value.rows = this.graph.add('Transpose', [value.planes!], { perm: ROWS_FROM_PLANES });
    return value.rows;
  }

  planes(value: Value): string {
    if (value.planes !== undefined) return value.planes;
    if (value.constant)
      value.planes = this.graph.constant(transposeConstant(value.constant, PLANES_FROM_ROWS));
    else value.planes = this.graph.add('Transpose', [value.rows!], { perm: PLANES_FROM_ROWS });
    return value.planes;
  }

  /** One input, same dims, in whichever order it exists. */
  map(value: Value, emit: (name: string) => string): Value {
    return value.planes === undefined
      ? { dims: value.dims, rows: emit(this.rows(value)) }
      : { dims: value.dims, planes: emit(value.planes) };
  }

  unary(operator: string, value: Value): Value {
    return this.map(value, (name) => this.graph.add(operator, [name]));
  }

  relu6(value: Value): Value {
    return this.map(value, (name) =>
      this.graph.add('Clip', [name, this.graph.scalar(0), this.graph.scalar(6)]),
    );
  }

  /** Add, Mul, … with broadcasting. */
  binary(operator: string, a: Value, b: Value): Value {
    const dims = broadcastDims(a.dims, b.dims);
    const asPlanes = [a, b].some((value) => value.planes !== undefined) && dims.length === 4;
    if (!asPlanes) return { dims, rows: this.graph.add(operator, [this.rows(a), this.rows(b)]) };
    return { dims, planes: this.graph.add(operator, [this.#broadcastable(a), this.#broadcastable(b)]) };
  }

  prelu(value: Value, slope: Constant): Value {
    const planes = this.graph.add('PRelu', [this.planes(value), this.#broadcastable(this.constant(slope))]);
    return { dims: value.dims, planes };
  }

  /** Filter as (out, in per group, H, W), bias as (out). */
  convolve(
    value: Value,
    filter: Constant,
    bias: Constant | undefined,
    groups: number,
    window: Window,
  ): Value {
    const [outChannels = 0, , height = 0, width = 0] = filter.dims;
    const [strideY = 1, strideX = 1] = window.strides;
    const dilations = window.dilations ?? [1, 1];
    const [, inHeight = 0, inWidth = 0] = value.dims;
    const extentY = (height - 1) * dilations[0]! + 1;
    const extentX = (width - 1) * dilations[1]! + 1;
    const inputs = [this.planes(value), this.graph.constant(filter)];
    if (bias) inputs.push(this.graph.constant(reshapeConstant(bias, [outChannels])));
    const planes = this.graph.add('Conv', inputs, {
      strides: window.strides,
      dilations,
      group: groups,
      ...padAttributes(window.padding),
    });
    const outHeight = windowCount(inHeight, extentY, strideY, window.padding);
    const outWidth = windowCount(inWidth, extentX, strideX, window.padding);
    return { dims: [1, outHeight, outWidth, outChannels], planes };
  }

  pool(operator: 'MaxPool' | 'AveragePool', value: Value, kernel: readonly number[], window: Window): Value {
    const planes = this.graph.add(operator, [this.planes(value)], {
      kernel_shape: kernel,
      strides: window.strides,
      ...padAttributes(window.padding),
    });
    const [, inHeight = 0, inWidth = 0, channels = 0] = value.dims;
    const outHeight = windowCount(inHeight, kernel[0]!, window.strides[0]!, window.padding);
    const outWidth = windowCount(inWidth, kernel[1]!, window.strides[1]!, window.padding);
    return { dims: [1, outHeight, outWidth, channels], planes };
  }

  /** Zeros around; `amounts` = before and after, axis by axis in source order. */
  pad(value: Value, amounts: readonly number[]): Value {
    const before = value.dims.map((_, axis) => amounts[2 * axis]!);
    const after = value.dims.map((_, axis) => amounts[2 * axis + 1]!);
    const dims = value.dims.map((dim, axis) => before[axis]! + dim + after[axis]!);
    if (value.dims.length !== 4) {
      return {
        dims,
        rows: this.graph.add('Pad', [this.rows(value), this.graph.int64s([...before, ...after])]),
      };
    }
    const pads = [before, after].flatMap((side) => PLANES_FROM_ROWS.map((axis) => side[axis]!));
    return { dims, planes: this.graph.add('Pad', [this.planes(value), this.graph.int64s(pads)]) };
  }

  concat(values: readonly Value[], axis: number): Value {
    const sourceAxis = axis < 0 ? axis + values[0]!.dims.length : axis;
    const length = values.reduce((sum, value) => sum + value.dims[sourceAxis]!, 0);
    const dims = values[0]!.dims.map((dim, k) => (k === sourceAxis ? length : dim));
    if (dims.length === 4 && values.some((value) => value.planes !== undefined)) {
      const names = values.map((value) => this.planes(value));
      return { dims, planes: this.graph.add('Concat', names, { axis: PLANE_AXIS[sourceAxis]! }) };
    }
    const names = values.map((value) => this.rows(value));
    return { dims, rows: this.graph.add('Concat', names, { axis: sourceAxis }) };
  }

  /** Changes what the axes mean, so the source order is needed. One axis may be -1. */
  reshape(value: Value, target: readonly number[]): Value {
    const count = value.dims.reduce((product, dim) => product * dim, 1);
    const known = target.reduce((product, dim) => (dim === -1 ? product : product * dim), 1);
    const dims = target.map((dim) => (dim === -1 ? count / known : dim));
    return { dims, rows: this.graph.add('Reshape', [this.rows(value), this.graph.int64s(dims)]) };
  }

  resizeBilinear(value: Value, heightPx: number, widthPx: number, coordinates: string): Value {
    const [batch = 1, , , channels = 0] = value.dims;
    const sizes = this.graph.int64s([batch, channels, heightPx, widthPx]);
    const planes = this.graph.add('Resize', [this.planes(value), '', '', sizes], {
      mode: 'linear',
      coordinate_transformation_mode: coordinates,
    });
    return { dims: [batch, heightPx, widthPx, channels], planes };
  }

  /** Every pixel becomes (rows × columns) of its own. */
  repeat(value: Value, [rows, columns]: readonly [number, number]): Value {
    const [batch = 1, height = 0, width = 0, channels = 0] = value.dims;
    const sizes = this.graph.int64s([batch, channels, height * rows, width * columns]);
    const planes = this.graph.add('Resize', [this.planes(value), '', '', sizes], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
    return { dims: [batch, height * rows, width * columns, channels], planes };
  }

  /** TensorFlow's order: the blocks' rows and columns are the slower axes of the channels. */
  depthToSpace(value: Value, side: number): Value {
    const [batch = 1, height = 0, width = 0, channels = 0] = value.dims;
    const planes = this.graph.add('DepthToSpace', [this.planes(value)], { blocksize: side, mode: 'DCR' });
    return { dims: [batch, height * side, width * side, channels / side ** 2], planes };
  }

  /** Names a value as an output of the model, in source order and with these dims. */
  exportRows(name: string, value: Value, dims: readonly number[]): void {
    this.graph.output(name, this.rows(this.reshape(value, dims)), dims);
  }

  /** Names a value as an output of the model, as planes. */
  exportPlanes(name: string, value: Value): void {
    this.graph.output(
      name,
      this.planes(value),
      PLANES_FROM_ROWS.map((axis) => value.dims[axis]!),
    );
  }

  /** Constants with fewer axes than four line up with the last ones, so channels move to axis 1. */
  #broadcastable(value: Value): string {
    if (!value.constant) return this.planes(value);
    const missing = Array.from({ length: 4 - value.dims.length }, () => 1);
    const constant = reshapeConstant(value.constant, [...missing, ...value.dims]);
    return this.graph.constant(transposeConstant(constant, PLANES_FROM_ROWS));
  }
}

export function broadcastDims(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const at = (dims: readonly number[], k: number) => dims[k - rank + dims.length] ?? 1;
  return Array.from({ length: rank }, (_, k) => (at(a, k) === 1 ? at(b, k) : at(a, k)));
}

function padAttributes(padding: Padding): Attributes {
  return padding === 'same' ? { auto_pad: 'SAME_UPPER' } : {};
}

function windowCount(length: number, extent: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - extent) / stride) + 1;
}
