/** numpy files as numpy writes them, for tests: .npy 1.0 and .npz (stored or deflated ZIP). */
import { writeZip } from './write-zip.ts';

export type NpyContent =
  { shape: number[]; values: Float32Array | Float64Array | Uint32Array | Int32Array } | string[];

export function writeNpy(content: NpyContent): Uint8Array {
  const isText = Array.isArray(content);
  const width = isText ? Math.max(1, ...content.map((text) => text.length)) : 0;
  const data = isText
    ? Uint32Array.from(
        content.flatMap((text) => Array.from({ length: width }, (_, i) => text.codePointAt(i) ?? 0)),
      )
    : content.values;
  const shape = isText ? [content.length] : content.shape;
  const descr = isText ? `<U${width}` : descrOf(content.values);
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = dict.padEnd(Math.ceil((10 + dict.length + 1) / 64) * 64 - 11) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([
    head,
    Buffer.from(padded, 'latin1'),
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  ]);
}

export function descrOf(values: ArrayBufferView): string {
  if (values instanceof Float32Array) return '<f4';
  if (values instanceof Float64Array) return '<f8';
  return values instanceof Uint32Array ? '<u4' : '<i4';
}

export function writeNpz(
  arrays: Record<string, NpyContent>,
  options: { isDeflated?: boolean } = {},
): Uint8Array {
  const files = Object.entries(arrays).map(([key, content]) => [`${key}.npy`, writeNpy(content)]);
  return writeZip(Object.fromEntries(files) as Record<string, Uint8Array>, options);
}
