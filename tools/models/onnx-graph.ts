/**
 * Writes an ONNX graph. · operators, initialisers, named inputs and outputs → the bytes of a ModelProto.
 * Format: onnx.proto (IR version 8), operator set 13 — the newest in which ReduceMean, ReduceMax, ReduceMin and ReduceProd still take their axes as an attribute.
 * Deterministic: names are counted, nothing carries a date or a tool version, and what no output needs is left out.
 */
import onnxProto from 'onnx-proto';
import type { Constant } from './constant.ts';
import { toFloat32 } from './constant.ts';

const { onnx } = onnxProto;
const { AttributeType } = onnx.AttributeProto;
const { DataType } = onnx.TensorProto;

const IR_VERSION = 8;
const OPSET_VERSION = 13;

/** ONNX knows two kinds of number attributes: 1 is an int, { float: 1 } a float. */
export type Attribute = number | string | readonly number[] | { float: number };
export type Attributes = Record<string, Attribute>;

export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: onnxProto.onnx.NodeProto[] = [];
  readonly #initialisers: onnxProto.onnx.TensorProto[] = [];
  readonly #inputs: onnxProto.onnx.ValueInfoProto[] = [];
  readonly #outputs: onnxProto.onnx.ValueInfoProto[] = [];
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Declares a float32 input and returns its name. */
  input(name: string, dims: readonly number[]): string {
    this.#inputs.push(describeFloats(name, dims));
    return name;
  }

  /** Makes a value an output of the model, under its own name. */
  output(name: string, value: string, dims: readonly number[]): void {
    this.#addNode('Identity', [value], {}, name);
    this.#outputs.push(describeFloats(name, dims));
  }

  /** Adds an operator with one output and returns the name of that output. An empty name leaves out an optional input. */
  add(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.#addNode(operator, inputs, attributes, this.#newName(operator));
  }

  int64s(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#initialise('int64', DataType.INT64, dims, BigInt64Array.from(values, BigInt));
  }

  floats(values: Float32Array | readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#initialise('float', DataType.FLOAT, dims, Float32Array.from(values));
  }

  scalar(value: number): string {
    return this.floats([value], []);
  }

  /**
   * A weight as float32, whatever it is stored as: half floats stay half floats with a Cast behind them, 8-bit codes
   * stay codes with code · scale + min behind them. The runtime folds both when it opens the model, the file stays small.
   */
  constant(constant: Constant): string {
    const { dims } = constant;
    switch (constant.kind) {
      case 'float32':
        return this.floats(constant.values, dims);
      case 'int32':
        return this.int64s(Array.from(constant.values), dims);
      case 'float16': {
        const bits = new Uint16Array(
          constant.values.buffer,
          constant.values.byteOffset,
          constant.values.length,
        );
        return this.#castToFloat(this.#initialise('half', DataType.FLOAT16, dims, bits));
      }
      case 'uint8': {
        const codes = this.#castToFloat(this.#initialise('code', DataType.UINT8, dims, constant.values));
        return this.add('Add', [
          this.add('Mul', [codes, this.scalar(constant.scale)]),
          this.scalar(constant.min),
        ]);
      }
    }
  }

  /** A weight spelled out in float32, for short vectors where keeping the storage type saves nothing. */
  constantAsFloats(constant: Constant, dims: readonly number[] = constant.dims): string {
    return this.floats(toFloat32(constant), dims);
  }

  /** A newer operator set is for graphs that need one of its operators and none that changed. */
  encode(opsetVersion = OPSET_VERSION): Uint8Array {
    const { nodes, initialisers } = this.#reachable();
    const model = onnx.ModelProto.create({
      irVersion: IR_VERSION,
      producerName: 'gen3d-studio',
      opsetImport: [{ domain: '', version: opsetVersion }],
      graph: {
        name: this.#name,
        node: nodes,
        initializer: initialisers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
    return onnx.ModelProto.encode(model).finish();
  }

  #castToFloat(value: string): string {
    return this.add('Cast', [value], { to: DataType.FLOAT });
  }

  #newName(stem: string): string {
    return `${stem}_${this.#count++}`;
  }

  #addNode(operator: string, inputs: readonly string[], attributes: Attributes, output: string): string {
    this.#nodes.push(
      onnx.NodeProto.create({
        opType: operator,
        input: [...inputs],
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
      }),
    );
    return output;
  }

  #initialise(stem: string, dataType: number, dims: readonly number[], values: NodeJS.TypedArray): string {
    const length = dims.reduce((product, dim) => product * dim, 1);
    if (length !== values.length)
      throw new Error(`${stem}: ${values.length} values for [${dims.join(', ')}]`);
    const name = this.#newName(stem);
    const rawData = new Uint8Array(values.byteLength);
    rawData.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.#initialisers.push(onnx.TensorProto.create({ name, dataType, dims: [...dims], rawData }));
    return name;
  }

  /** Nodes and initialisers that an output depends on, in the order in which they were added. */
  #reachable() {
    const producers = new Map(this.#nodes.flatMap((node) => (node.output ?? []).map((name) => [name, node])));
    const neededNames = new Set<string>();
    const neededNodes = new Set<onnxProto.onnx.INodeProto>();
    const pending = this.#outputs.map((output) => output.name);
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (neededNames.has(name)) continue;
      neededNames.add(name);
      const node = producers.get(name);
      if (!node) continue;
      neededNodes.add(node);
      pending.push(...(node.input ?? []));
    }
    return {
      nodes: this.#nodes.filter((node) => neededNodes.has(node)),
      initialisers: this.#initialisers.filter((tensor) => neededNames.has(tensor.name)),
    };
  }
}

function describeFloats(name: string, dims: readonly number[]): onnxProto.onnx.ValueInfoProto {
  const dim = dims.map((dimValue) => ({ dimValue }));
  return onnx.ValueInfoProto.create({
    name,
    type: { tensorType: { elemType: DataType.FLOAT, shape: { dim } } },
  });
}

function encodeAttribute(name: string, value: Attribute): onnxProto.onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string')
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}
