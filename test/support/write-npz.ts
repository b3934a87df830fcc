/** numpy files as numpy writes them, for tests: .npy 1.0 and .npz (stored or deflated ZIP). */
import { crc32, deflateRawSync } from 'node:zlib';

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
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [key, content] of Object.entries(arrays)) {
    const name = Buffer.from(`${key}.npy`);
    const raw = writeNpy(content);
    const packed = options.isDeflated === true ? deflateRawSync(raw) : Buffer.from(raw);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(options.isDeflated === true ? 8 : 0, 8);
    local.writeUInt32LE(crc32(raw), 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(raw.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(offset, 42);
    parts.push(local, name, packed);
    directory.push(central, name);
    offset += local.length + name.length + packed.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directoryBytes, end]);
}
