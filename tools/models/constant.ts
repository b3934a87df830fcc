/**
 * Weights as the source files store them. · A Constant keeps its storage type until the ONNX file is written, so that
 * half floats and 8-bit codes are not blown up to float32 on disk.
 */
export type Constant = { dims: readonly number[] } & (
  | { kind: 'float32'; values: Float32Array }
  | { kind: 'float16'; values: Float16Array }
  /** value = code · scale + min */
  | { kind: 'uint8'; values: Uint8Array; scale: number; min: number }
  | { kind: 'int32'; values: Int32Array }
);

export function toFloat32(constant: Constant): Float32Array {
  if (constant.kind === 'uint8') {
    const { scale, min } = constant;
    return Float32Array.from(constant.values, (code) => code * scale + min);
  }
  return Float32Array.from(constant.values);
}

/** Float32 weights as halves: 11 bits of precision in half the bytes. */
export function toHalf(constant: Constant): Constant {
  if (constant.kind !== 'float32') return constant;
  return { dims: constant.dims, kind: 'float16', values: Float16Array.from(constant.values) };
}

/** The numbers of an int32 constant: axes, shapes, paddings. */
export function toIntegers(constant: Constant): number[] {
  if (constant.kind !== 'int32') throw new Error(`expected int32, got ${constant.kind}`);
  return Array.from(constant.values);
}

export function reshapeConstant<C extends Constant>(constant: C, dims: readonly number[]): C {
  return { ...constant, dims };
}

/** Axis k of the result is axis order[k] of the input. */
export function transposeConstant<C extends Constant>(constant: C, order: readonly number[]): C {
  const dims = order.map((axis) => constant.dims[axis] ?? 1);
  const values = constant.values.slice();
  transposedIndices(constant.dims, order).forEach((from, to) => {
    values[to] = constant.values[from] ?? 0;
  });
  return { ...constant, dims, values };
}

/** For every element of the transposed tensor, where it lies in the row-major source. */
function transposedIndices(dims: readonly number[], order: readonly number[]): Uint32Array {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  const length = dims.reduce((product, dim) => product * dim, 1);
  const indices = new Uint32Array(length);
  const position = order.map(() => 0);
  for (let k = 0; k < length; k++) {
    indices[k] = order.reduce((sum, axis, i) => sum + position[i]! * strides[axis]!, 0);
    for (let i = order.length - 1; i >= 0; i--) {
      position[i]! += 1;
      if (position[i]! < dims[order[i]!]!) break;
      position[i] = 0;
    }
  }
  return indices;
}
