/**
 * Entries of a ZIP archive by name: what an .npz file is.
 * bytes → Map name → bytes. Format: PKWARE APPNOTE 6.3.10, §4.3 (local file header, central directory, end record);
 * methods 0 (stored) and 8 (deflate). No ZIP64 beyond sizes that fit 32 bits, no encryption: numpy writes neither below 4 GB.
 *
 * The file comes from outside, so every offset is checked, the inflated size is limited by what the directory promises,
 * and the promise by MAX_TOTAL_BYTES.
 */
import { crc32, inflateRawSync } from 'node:zlib';

/** FLAME 2023 inflates to 0.2 GB; ten times that is no head model. */
const MAX_TOTAL_BYTES = 2 ** 31;
const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const CENTRAL_HEADER = 0x02014b50;
const CENTRAL_HEADER_BYTES = 46;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** numpy writes sizes into a ZIP64 extra field when it is told to stream; this mark stands in the 32-bit field then. */
const ZIP64_MARK = 0xffffffff;
const ZIP64_EXTRA = 1;

export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEndRecord(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries = new Map<string, Uint8Array>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    requireRange(bytes, at, CENTRAL_HEADER_BYTES);
    if (view.getUint32(at, true) !== CENTRAL_HEADER)
      throw new Error(`zip entry ${i} has no directory header`);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + CENTRAL_HEADER_BYTES + nameLength + extraLength + view.getUint16(at + 32, true);
    requireRange(bytes, at, next - at);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const sizes = readSizes(view, at, at + CENTRAL_HEADER_BYTES + nameLength, extraLength);
    total += sizes.inflated;
    if (total > MAX_TOTAL_BYTES) throw new Error(`zip inflates to more than ${MAX_TOTAL_BYTES} bytes`);
    entries.set(
      name,
      readEntry(bytes, view, name, sizes, view.getUint16(at + 10, true), view.getUint32(at + 16, true)),
    );
    at = next;
  }
  return entries;
}

type Sizes = { packed: number; inflated: number; offset: number };

function readSizes(view: DataView, header: number, extra: number, extraLength: number): Sizes {
  const sizes = {
    inflated: view.getUint32(header + 24, true),
    packed: view.getUint32(header + 20, true),
    offset: view.getUint32(header + 42, true),
  };
  for (let at = extra; at + 4 <= extra + extraLength;) {
    const id = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    let field = at + 4;
    for (const key of ['inflated', 'packed', 'offset'] as const) {
      if (id !== ZIP64_EXTRA || sizes[key] !== ZIP64_MARK || field + 8 > at + 4 + length) continue;
      sizes[key] = Number(view.getBigUint64(field, true));
      field += 8;
    }
    at += 4 + length;
  }
  return sizes;
}

function readEntry(
  bytes: Uint8Array,
  view: DataView,
  name: string,
  sizes: Sizes,
  method: number,
  checksum: number,
): Uint8Array {
  requireRange(bytes, sizes.offset, LOCAL_HEADER_BYTES);
  if (view.getUint32(sizes.offset, true) !== LOCAL_HEADER)
    throw new Error(`zip entry ${name} has no local header`);
  const start =
    sizes.offset +
    LOCAL_HEADER_BYTES +
    view.getUint16(sizes.offset + 26, true) +
    view.getUint16(sizes.offset + 28, true);
  requireRange(bytes, start, sizes.packed);
  const packed = bytes.subarray(start, start + sizes.packed);
  if (method !== STORED && method !== DEFLATED)
    throw new Error(`zip entry ${name} is packed by method ${method}`);
  const data =
    method === STORED
      ? packed.slice()
      : inflateRawSync(packed, { maxOutputLength: Math.max(1, sizes.inflated) });
  if (data.length !== sizes.inflated || crc32(data) !== checksum)
    throw new Error(`zip entry ${name} is damaged`);
  return data;
}

function findEndRecord(view: DataView): number {
  // The record may be followed by a comment of at most 65,535 bytes.
  const lowest = Math.max(0, view.byteLength - END_RECORD_BYTES - 0xffff);
  for (let at = view.byteLength - END_RECORD_BYTES; at >= lowest; at--) {
    if (view.getUint32(at, true) === END_RECORD) return at;
  }
  throw new Error('not a zip file: no end record');
}

function requireRange(bytes: Uint8Array, at: number, length: number): void {
  if (at < 0 || at + length > bytes.length) throw new Error('zip file is truncated');
}
