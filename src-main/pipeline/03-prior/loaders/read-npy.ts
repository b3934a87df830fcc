/**
 * One numpy array file, and the arrays of an .npz archive.
 * bytes → values (row-major typed array, or strings) and shape. Format: numpy.lib.format 1.0 to 3.0.
 *
 * Object arrays (dtype O) are pickles inside and are refused; 64-bit integers must be exact in a double.
 */
import { widenHalves } from '../../../tensor/halves.ts';
import { readZip } from './read-zip.ts';

export type NumericValues =
  Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array | Int16Array | Uint16Array | Int8Array;
export type NpyArray = { shape: number[]; values: NumericValues };

const MAGIC = '\x93NUMPY';

export function readNpz(bytes: Uint8Array): Map<string, NpyArray | string[]> {
  const arrays = new Map<string, NpyArray | string[]>();
  for (const [name, data] of readZip(bytes)) {
    if (name.endsWith('.npy')) arrays.set(name.slice(0, -'.npy'.length), readNpy(data));
  }
  return arrays;
}

export function readNpy(bytes: Uint8Array): NpyArray | string[] {
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) throw new Error('not a numpy array: wrong magic');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isVersion1 = bytes[6] === 1;
  const headerLength = isVersion1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (isVersion1 ? 10 : 12) + headerLength;
  if (start > bytes.length) throw new Error('numpy array is truncated in its header');
  const header = new TextDecoder().decode(bytes.subarray(isVersion1 ? 10 : 12, start));
  // The header is a Python literal with exactly these three keys; nothing is evaluated.
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const isFortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || isFortran === undefined || shapeText === undefined) {
    throw new Error(`numpy header is not understood: ${header.trim()}`);
  }
  const shape = shapeText
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const data = bytes.subarray(start);
  if (/^[<>|=]U\d+$/.test(descr)) return decodeStrings(data, Number(descr.slice(2)), shape);
  const values = decodeValues(data, descr, shape);
  return { shape, values: isFortran === 'True' ? toRowMajor(values, shape) : values };
}

/** Raw little- or big-endian values of a numpy dtype string such as `<f8`. */
export function decodeValues(bytes: Uint8Array, descr: string, shape: readonly number[]): NumericValues {
  const count = shape.reduce((product, size) => product * size, 1);
  const type = descr.replace(/^[<>|=]/, '');
  const itemBytes = Number(type.slice(1));
  if (!(count * itemBytes <= bytes.length)) {
    throw new Error(`numpy array of shape (${shape.join(', ')}) ${descr} has ${bytes.length} bytes`);
  }
  const copy = copyBytes(bytes, count * itemBytes);
  if (descr.startsWith('>') && itemBytes > 1) {
    for (let i = 0; i < copy.length; i += itemBytes) copy.subarray(i, i + itemBytes).reverse();
  }
  const { buffer } = copy;
  switch (type) {
    case 'f2':
      return widenHalves(new Uint16Array(buffer));
    case 'f4':
      return new Float32Array(buffer);
    case 'f8':
      return new Float64Array(buffer);
    case 'i1':
      return new Int8Array(buffer);
    case 'u1':
    case 'b1':
      return new Uint8Array(buffer);
    case 'i2':
      return new Int16Array(buffer);
    case 'u2':
      return new Uint16Array(buffer);
    case 'i4':
      return new Int32Array(buffer);
    case 'u4':
      return new Uint32Array(buffer);
    case 'i8':
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case 'u8':
      return Float64Array.from(new BigUint64Array(buffer), Number);
    default:
      throw new Error(`numpy dtype ${descr} is not supported`);
  }
}

/** Fortran (first index fastest) → C order. */
export function toRowMajor(values: NumericValues, shape: readonly number[]): NumericValues {
  const out = values.slice();
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < out.length; i++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis]! + index[axis]!;
    out[i] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return out;
}

/** UCS-4 strings of fixed length, padded with zeros. */
function decodeStrings(bytes: Uint8Array, length: number, shape: readonly number[]): string[] {
  const count = shape.reduce((product, size) => product * size, 1);
  const codes = new Uint32Array(copyBytes(bytes, count * length * 4).buffer);
  return Array.from({ length: count }, (_, i) =>
    String.fromCodePoint(...codes.subarray(i * length, (i + 1) * length)).replace(/\0+$/, ''),
  );
}

/** A copy at offset 0 of a buffer of its own, as typed arrays need; `slice` of a Node Buffer would share its pool. */
function copyBytes(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(0, length));
  return copy;
}
