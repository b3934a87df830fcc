/**
 * Weights of TensorFlow.js, as its graph models, its Keras models and face-api.js store them.
 * · weight manifest (JSON) + the bytes of its shards, in order → Constant by name.
 * Format: `weightsManifest` of model.json: every weight has shape, dtype and, where it was shrunk, `quantization`:
 * float16 halves, or uint8 codes with value = code · scale + min.
 */
import { z } from 'zod';
import type { Constant } from './constant.ts';

const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.enum(['float32', 'int32']),
  quantization: z
    .discriminatedUnion('dtype', [
      z.object({ dtype: z.literal('float16') }),
      z.object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() }),
    ])
    .optional(),
});

export const weightsManifestSchema = z.array(
  z.object({ weights: z.array(weightSchema), paths: z.array(z.string()) }),
);

export type WeightsManifest = z.infer<typeof weightsManifestSchema>;
export type Weights = ReadonlyMap<string, Constant>;

export function readWeights(manifest: WeightsManifest, bytes: Uint8Array): Weights {
  const weights = new Map<string, Constant>();
  let offset = 0;
  for (const weight of manifest.flatMap((group) => group.weights)) {
    const count = weight.shape.reduce((product, dim) => product * dim, 1);
    const storage = weight.quantization?.dtype ?? weight.dtype;
    const byteLength = count * { float32: 4, int32: 4, float16: 2, uint8: 1 }[storage];
    // A copy, because a typed array must start at a multiple of its element size, and a Buffer's slice() is none.
    const data = new Uint8Array(bytes.subarray(offset, offset + byteLength));
    if (data.length !== byteLength)
      throw new Error(`${weight.name}: the weights end after ${offset + data.length} bytes`);
    weights.set(weight.name, readConstant(weight, data));
    offset += byteLength;
  }
  if (offset !== bytes.length)
    throw new Error(`${bytes.length - offset} bytes are left after the last weight`);
  return weights;
}

function readConstant(weight: z.infer<typeof weightSchema>, data: Uint8Array<ArrayBuffer>): Constant {
  const { shape: dims, quantization } = weight;
  const { buffer } = data;
  if (quantization && weight.dtype !== 'float32')
    throw new Error(`${weight.name}: quantised ${weight.dtype}`);
  if (quantization?.dtype === 'float16') return { dims, kind: 'float16', values: new Float16Array(buffer) };
  if (quantization?.dtype === 'uint8') {
    return { dims, kind: 'uint8', values: data, scale: quantization.scale, min: quantization.min };
  }
  if (weight.dtype === 'int32') return { dims, kind: 'int32', values: new Int32Array(buffer) };
  return { dims, kind: 'float32', values: new Float32Array(buffer) };
}
