/**
 * Reads a TensorFlow Lite file. · bytes → tensors and operators of its first subgraph.
 * Format: TensorFlow's schema.fbs, version 3. Numbers behind `FIELD` are the positions of fields in that schema.
 */
import type { Constant } from './constant.ts';
import { FlatTable } from './flatbuffer.ts';

const FIELD = {
  model: { operatorCodes: 1, subgraphs: 2, buffers: 4 },
  operatorCode: { deprecatedBuiltinCode: 0, customCode: 1, builtinCode: 3 },
  buffer: { data: 0 },
  subgraph: { tensors: 0, inputs: 1, outputs: 2, operators: 3 },
  tensor: { shape: 0, type: 1, buffer: 2, name: 3, sparsity: 6 },
  operator: { opcodeIndex: 0, inputs: 1, outputs: 2, builtinOptions: 4, customOptions: 5 },
} as const;

/** enum BuiltinOperator, as far as the models need it. */
const OPERATORS: Readonly<Record<number, string>> = {
  0: 'ADD',
  1: 'AVERAGE_POOL_2D',
  2: 'CONCATENATION',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  14: 'LOGISTIC',
  17: 'MAX_POOL_2D',
  18: 'MUL',
  19: 'RELU',
  22: 'RESHAPE',
  23: 'RESIZE_BILINEAR',
  34: 'PAD',
  41: 'SUB',
  54: 'PRELU',
  101: 'ABS',
  117: 'HARD_SWISH',
};
const CUSTOM_OPERATOR = 32;

/** enum TensorType: 0 float32, 1 float16, 2 int32. */
const TENSOR_TYPES = ['float32', 'float16', 'int32'] as const;

export type TfliteTensor = { name: string; dims: number[]; constant?: Constant };
export type TfliteOperator = {
  operator: string;
  inputs: number[];
  outputs: number[];
  /** Absent where all options have their defaults. */
  options: FlatTable | undefined;
  customOptions: Uint8Array;
};
export type TfliteFile = {
  tensors: TfliteTensor[];
  operators: TfliteOperator[];
  inputs: number[];
  outputs: number[];
};

export function readTfliteFile(bytes: Uint8Array): TfliteFile {
  const model = FlatTable.root(bytes);
  const operatorNames = model.tables(FIELD.model.operatorCodes).map(readOperatorName);
  const buffers = model.tables(FIELD.model.buffers).map((buffer) => buffer.bytes(FIELD.buffer.data));
  const [subgraph] = model.tables(FIELD.model.subgraphs);
  if (!subgraph) throw new Error('a TensorFlow Lite file without a graph');
  return {
    tensors: subgraph.tables(FIELD.subgraph.tensors).map((tensor) => readTensor(tensor, buffers)),
    operators: subgraph.tables(FIELD.subgraph.operators).map((operator) => ({
      operator: operatorNames[operator.int32(FIELD.operator.opcodeIndex)] ?? '',
      inputs: operator.int32s(FIELD.operator.inputs),
      outputs: operator.int32s(FIELD.operator.outputs),
      options: operator.table(FIELD.operator.builtinOptions),
      customOptions: operator.bytes(FIELD.operator.customOptions),
    })),
    inputs: subgraph.int32s(FIELD.subgraph.inputs),
    outputs: subgraph.int32s(FIELD.subgraph.outputs),
  };
}

/** Files of old writers have only the 8-bit code, those of new ones both; the larger is the real one. */
function readOperatorName(code: FlatTable): string {
  const { deprecatedBuiltinCode, customCode, builtinCode } = FIELD.operatorCode;
  const number = Math.max(code.uint8(deprecatedBuiltinCode), code.int32(builtinCode));
  if (number === CUSTOM_OPERATOR) return `CUSTOM:${code.text(customCode)}`;
  return OPERATORS[number] ?? `OPERATOR_${number}`;
}

function readTensor(tensor: FlatTable, buffers: readonly Uint8Array[]): TfliteTensor {
  const name = tensor.text(FIELD.tensor.name);
  const dims = tensor.int32s(FIELD.tensor.shape);
  const data = buffers[tensor.int32(FIELD.tensor.buffer)];
  if (!data || data.length === 0) return { name, dims };
  if (tensor.table(FIELD.tensor.sparsity)) throw new Error(`${name}: sparse weights are not supported`);
  const kind = TENSOR_TYPES[tensor.uint8(FIELD.tensor.type)];
  // A copy, because a typed array must start at a multiple of its element size.
  const buffer = new Uint8Array(data).buffer;
  if (kind === 'float32') return { name, dims, constant: { kind, dims, values: new Float32Array(buffer) } };
  if (kind === 'float16') return { name, dims, constant: { kind, dims, values: new Float16Array(buffer) } };
  if (kind === 'int32') return { name, dims, constant: { kind, dims, values: new Int32Array(buffer) } };
  throw new Error(`${name}: tensor type ${tensor.uint8(FIELD.tensor.type)} is not supported`);
}
