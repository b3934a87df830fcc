/**
 * A JSON value that carries typed arrays, as one file: stage artefacts in the blob store and `assets/head-model.bin`.
 *
 * Layout (little-endian): 8 bytes magic `G3DARRAY` · uint32 version (1) · uint32 byte length of the JSON header ·
 * the header, UTF-8 · zero padding to a multiple of 16 · the arrays, each starting at a multiple of 16.
 * Header: `{ "value": …, "arrays": [{ "dtype", "shape", "offset", "bytes" }] }`; inside `value` an array stands as
 * `{ "$array": index }`; `offset` counts from the first byte behind the padding.
 * float16 arrays are widened to Float32Array when read, so files may store halves where halves are enough.
 * `models/training/head_model/array_file.py` writes the same layout from Python.
 */
import { widenHalves } from './halves.ts';

const MAGIC = 'G3DARRAY';
const VERSION = 1;
const ALIGNMENT = 16;

export type TypedArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array;

const DTYPES = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  uint8c: Uint8ClampedArray,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
} as const;
/** An array with a shape that is worth keeping for readers in other languages; TypeScript reads it back flat. */
export class ShapedArray {
  readonly array: TypedArray;
  readonly shape: readonly number[];

  constructor(array: TypedArray, shape: readonly number[]) {
    const count = shape.reduce((product, side) => product * side, 1);
    if (count !== array.length)
      throw new RangeError(`shape [${shape.join(', ')}] does not hold ${array.length} values`);
    this.array = array;
    this.shape = shape;
  }
}

type Dtype = keyof typeof DTYPES | 'float16';
type ArrayEntry = { dtype: Dtype; shape: readonly number[]; offset: number; bytes: number };

/** Plain JSON plus typed arrays (flat or {@link ShapedArray}) at any depth. Throws on anything else (functions, Maps, cycles). */
export function encodeArrayFile(value: unknown): Uint8Array {
  const arrays: TypedArray[] = [];
  const entries: ArrayEntry[] = [];
  let offset = 0;
  const append = (array: TypedArray, shape: readonly number[]): { $array: number } => {
    entries.push({ dtype: dtypeOf(array), shape, offset, bytes: array.byteLength });
    arrays.push(array);
    offset = align(offset + array.byteLength);
    return { $array: arrays.length - 1 };
  };
  const strip = (node: unknown): unknown => {
    if (ArrayBuffer.isView(node)) {
      const array = node as TypedArray;
      return append(array, [array.length]);
    }
    if (node instanceof ShapedArray) return append(node.array, node.shape);
    if (Array.isArray(node)) return node.map(strip);
    if (node === null || typeof node !== 'object') return node;
    const prototype: unknown = Object.getPrototypeOf(node);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(`cannot store a ${node.constructor.name} in an array file`);
    }
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, strip(child)]));
  };
  const stripped = strip(value);
  const header = new TextEncoder().encode(JSON.stringify({ value: stripped, arrays: entries }));
  const start = align(16 + header.length);
  const out = new Uint8Array(start + offset);
  const view = new DataView(out.buffer);
  for (let i = 0; i < MAGIC.length; i++) out[i] = MAGIC.charCodeAt(i);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, header.length, true);
  out.set(header, 16);
  entries.forEach((entry, index) => {
    const array = arrays[index]!;
    out.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + entry.offset);
  });
  return out;
}

/** The reverse of {@link encodeArrayFile}. Arrays are copies, so `bytes` may be released. Throws on a damaged file. */
export function decodeArrayFile(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length >= 16 ? String.fromCharCode(...bytes.subarray(0, 8)) : '';
  if (magic !== MAGIC) throw new Error(`not an array file: starts with ${JSON.stringify(magic)}`);
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw new Error(`array file version ${version}, this build reads ${VERSION}`);
  const headerLength = view.getUint32(12, true);
  if (16 + headerLength > bytes.length) throw new Error('array file is truncated in its header');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + headerLength))) as {
    value: unknown;
    arrays: ArrayEntry[];
  };
  const start = align(16 + headerLength);
  const arrays = header.arrays.map((entry) => readArray(bytes, start, entry));
  const fill = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(fill);
    if (node === null || typeof node !== 'object') return node;
    const index = (node as { $array?: unknown }).$array;
    if (typeof index === 'number') {
      const array = arrays[index];
      if (array === undefined) throw new Error(`array file refers to array ${index} of ${arrays.length}`);
      return array;
    }
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, fill(child)]));
  };
  return fill(header.value);
}

function readArray(bytes: Uint8Array, start: number, entry: ArrayEntry): TypedArray {
  const from = start + entry.offset;
  if (entry.offset < 0 || from + entry.bytes > bytes.length)
    throw new Error('array file is truncated in its arrays');
  // Not bytes.slice(): on a Node Buffer that is a view, and `.buffer` would be the whole file.
  const copy = Uint8Array.prototype.slice.call(bytes, from, from + entry.bytes).buffer;
  if (entry.dtype === 'float16') return widenHalves(new Uint16Array(copy));
  const constructor = DTYPES[entry.dtype];
  if (constructor === undefined) throw new Error(`array file holds unknown dtype ${String(entry.dtype)}`);
  return new constructor(copy);
}

function dtypeOf(array: TypedArray): Dtype {
  for (const [name, constructor] of Object.entries(DTYPES)) {
    if (array.constructor === constructor) return name as Dtype;
  }
  throw new TypeError(`cannot store a ${(array as object).constructor.name} in an array file`);
}

function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
