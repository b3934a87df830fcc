/**
 * A tree of named nodes → binary FBX 7.4, the version that every program reads.
 * in: nodes with values → out: bytes. The layout is not published by its owner; it is described by the Blender developers
 * (code.blender.org, "FBX binary file format specification", 2013) and read back by the tests with another library.
 * A node: end of its record, number and bytes of its values (3 uint32), name, values, children, 13 zero bytes after children.
 * Long arrays are zlib streams. Deterministic: identifier, time and footer are constants that belong together; programs check
 * the footer against the time. Uninterruptible: all of it, about 0.3 s for a head with its shapes.
 */
import { deflateSync } from 'node:zlib';

/** Wraps what would else be written as an int32. */
export type Real = { real: number };
/** number: int32, bigint: int64, boolean: one byte. */
export type FbxValue =
  | string
  | number
  | bigint
  | boolean
  | Real
  | Uint8Array
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;
export type FbxNode = { name: string; values: FbxValue[]; children: FbxNode[] };

export const node = (name: string, values: FbxValue[] = [], children: FbxNode[] = []): FbxNode => ({
  name,
  values,
  children,
});
export const real = (value: number): Real => ({ real: value });

export const FBX_VERSION = 7400;
/** The instant that `FILE_ID` and `FOOTER_ID` stand for. */
export const CREATION_TIME = '1970-01-01 10:00:00:000';
export const FILE_ID = bytesOf('28b32aebb624ccc2bfc8b02aa92bfcf1');
const FOOTER_ID = bytesOf('fabcab09d0c8d466b176fb831cf7267e');
const FOOTER_END = bytesOf('f85a8c6adef5d97eece90ce3758f290b');
const MAGIC = 'Kaydara FBX Binary  \0\x1a\0';
const HEADER_BYTES = 27;
const RECORD_BYTES = 13;
/** Shorter arrays are stored as they are. */
const DEFLATE_FROM_BYTES = 129;
const FOOTER_ZEROS = 120;

const text = new TextEncoder();

export function encodeFbx(nodes: readonly FbxNode[]): Uint8Array {
  const chunks: Uint8Array[] = [text.encode(MAGIC), uint32(FBX_VERSION)];
  let end = HEADER_BYTES;
  for (const child of nodes) end = writeNode(child, end, chunks);
  chunks.push(new Uint8Array(RECORD_BYTES), FOOTER_ID, new Uint8Array(4));
  end += RECORD_BYTES + FOOTER_ID.length + 4;
  chunks.push(new Uint8Array(16 - (end % 16)), uint32(FBX_VERSION), new Uint8Array(FOOTER_ZEROS), FOOTER_END);
  return Buffer.concat(chunks);
}

/** Appends the record that begins at byte `start`; returns where it ends. */
function writeNode({ name, values, children }: FbxNode, start: number, chunks: Uint8Array[]): number {
  const title = text.encode(name);
  const properties = Buffer.concat(values.map(encodeValue));
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt32LE(values.length, 4);
  record.writeUInt32LE(properties.length, 8);
  record.writeUInt8(title.length, 12);
  chunks.push(record, title, properties);
  let end = start + RECORD_BYTES + title.length + properties.length;
  for (const child of children) end = writeNode(child, end, chunks);
  if (children.length > 0 || values.length === 0) {
    chunks.push(new Uint8Array(RECORD_BYTES));
    end += RECORD_BYTES;
  }
  record.writeUInt32LE(end, 0);
  return end;
}

function encodeValue(value: FbxValue): Uint8Array {
  if (typeof value === 'boolean') return Uint8Array.of(code('C'), Number(value));
  if (typeof value === 'string') return sized('S', text.encode(value));
  if (value instanceof Uint8Array) return sized('R', value);
  if (value instanceof Int32Array) return array('i', value);
  if (value instanceof Float64Array) return array('d', value);
  const out = Buffer.alloc(typeof value === 'number' ? 5 : 9);
  if (typeof value === 'number') {
    out.write('I');
    out.writeInt32LE(value, 1);
  } else if (typeof value === 'bigint') {
    out.write('L');
    out.writeBigInt64LE(value, 1);
  } else {
    out.write('D');
    out.writeDoubleLE(value.real, 1);
  }
  return out;
}

/** Every machine that we run on stores numbers as the format does, lowest byte first. */
function array(type: 'i' | 'd', values: Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>): Uint8Array {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const isDeflated = raw.length >= DEFLATE_FROM_BYTES;
  const stored = isDeflated ? deflateSync(raw) : raw;
  const head = [uint32(values.length), uint32(Number(isDeflated)), uint32(stored.length)];
  return Buffer.concat([Uint8Array.of(code(type)), ...head, stored]);
}

const code = (type: string): number => type.charCodeAt(0);

function sized(type: 'S' | 'R', bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(code(type)), uint32(bytes.length), bytes]);
}

function uint32(value: number): Uint8Array {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

export type FbxObject = { kind: string; name: string; subtype: string };

/** The objects of a file of ours, by walking its records. Throws where records do not fit into one another. */
export function listFbxObjects(bytes: Uint8Array): FbxObject[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new RangeError('not a binary FBX');
  const record = (at: number): { name: string; end: number; values: number; children: number } => {
    const values = at + RECORD_BYTES + file.readUInt8(at + 12);
    const end = file.readUInt32LE(at);
    const children = values + file.readUInt32LE(at + 8);
    if (end !== 0 && (end < children || end > file.length)) throw new RangeError(`FBX record at byte ${at}`);
    return { name: file.toString('latin1', at + RECORD_BYTES, values), end, values, children };
  };
  const objects: FbxObject[] = [];
  for (let at = HEADER_BYTES; file.readUInt32LE(at) !== 0; at = record(at).end) {
    const { name, end, children } = record(at);
    if (name !== 'Objects') continue;
    let child = children;
    for (; child < end && file.readUInt32LE(child) !== 0; child = record(child).end) {
      const { name: kind, values } = record(child);
      // An int64 (9 bytes with its type), then two strings with their lengths.
      const title = string(file, values + 9);
      const subtype = string(file, values + 9 + 5 + title.length);
      objects.push({ kind, name: title.split('\0')[0]!, subtype });
    }
    if (child + RECORD_BYTES !== end) throw new RangeError(`FBX objects end at byte ${child}, not ${end}`);
  }
  return objects;
}

function string(file: Buffer, at: number): string {
  if (file.readUInt8(at) !== code('S')) throw new RangeError(`no FBX string at byte ${at}`);
  return file.toString('latin1', at + 5, at + 5 + file.readUInt32LE(at + 1));
}
