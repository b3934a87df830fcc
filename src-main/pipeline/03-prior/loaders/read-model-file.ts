/**
 * The arrays of a model file by name, whatever holds them: an .npz archive or a pickle of a dictionary.
 * bytes → Map name → array or strings. chumpy arrays become plain, scipy sparse matrices dense.
 */
import { type PickleValue, isKind } from './pickle-classes.ts';
import { type NpyArray, readNpz } from './read-npy.ts';
import { readPickle } from './read-pickle.ts';

export type ModelArrays = Map<string, NpyArray | string[]>;

/** ZIP local header; an .npz is a ZIP, a pickle of protocol 2 and up starts with 0x80. */
const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04];

export function readModelFile(bytes: Uint8Array): ModelArrays {
  if (ZIP_MAGIC.every((byte, i) => bytes[i] === byte)) return readNpz(bytes);
  const root = readPickle(bytes);
  if (!(root instanceof Map)) throw new Error('the pickle holds no dictionary');
  const arrays: ModelArrays = new Map();
  for (const [key, value] of root) {
    const array = typeof key === 'string' ? toArray(value) : null;
    if (array !== null) arrays.set(String(key), array);
  }
  return arrays;
}

export function requireArray(arrays: ModelArrays, name: string, dimensions: number): NpyArray {
  const array = arrays.get(name);
  if (array === undefined || Array.isArray(array)) throw new Error(`it has no numeric array "${name}"`);
  if (array.shape.length !== dimensions) {
    throw new Error(`its "${name}" has shape (${array.shape.join(', ')}), not ${dimensions} dimensions`);
  }
  return array;
}

/** Null for what is no array: names, flags, version strings. */
function toArray(value: PickleValue): NpyArray | null {
  if (isKind(value, 'array')) return value.array;
  if (!isKind(value, 'object') || !(value.state instanceof Map)) return null;
  if (value.className === 'chumpy.ch.Ch') return toArray(value.state.get('x') ?? null);
  return toDense(value.className, value.state);
}

/** scipy's compressed columns (csc) or rows (csr). */
function toDense(className: string, state: Map<PickleValue, PickleValue>): NpyArray | null {
  const shape = state.get('_shape') ?? state.get('shape') ?? null;
  const [data, indices, starts] = ['data', 'indices', 'indptr'].map((key) => toArray(state.get(key) ?? null));
  if (!Array.isArray(shape) || !data || !indices || !starts) return null;
  const [rows, columns] = shape.map(Number) as [number, number];
  const values = new Float64Array(rows * columns);
  const byColumn = className.includes('csc');
  for (let major = 0; major + 1 < starts.values.length; major++) {
    for (let i = starts.values[major]!; i < starts.values[major + 1]!; i++) {
      const minor = indices.values[i]!;
      values[byColumn ? minor * columns + major : major * columns + minor] = data.values[i]!;
    }
  }
  return { shape: [rows, columns], values };
}
