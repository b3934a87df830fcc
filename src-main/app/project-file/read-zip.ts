import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  blobOfEntry,
  CENTRAL,
  END,
  LOCAL,
  MANIFEST_NAME,
  MAX_COMMENT_BYTES,
  MAX_FILE_BYTES,
  noProjectFile,
} from './zip-format.ts';

export type ZipReader = {
  names: ReadonlySet<string>;
  bytes(name: string): number;
  /** The content in pieces; throws behind the last one when length or checksum are not those of the directory. */
  read(name: string): AsyncGenerator<Uint8Array>;
};

type Entry = { name: string; bytes: number; crc: number; headerOffset: number };

/** Pieces of this size are read; memory stays flat however large an entry says that it is. */
const PIECE_BYTES = 2 ** 20;

/**
 * Reads the directory of a project file. Everything that it says is checked against the file before it is believed: no
 * name but those of the format, none twice, no compression (so no bomb), and all contents together no larger than the file
 * (so no overlaps that count one content many times).
 */
export async function readZip(file: FileHandle): Promise<ZipReader> {
  const { size } = await file.stat();
  if (size > MAX_FILE_BYTES) throw noProjectFile('it is larger than 4 GB');
  if (size < END.bytes) throw noProjectFile('it is too short');
  const directory = await readDirectory(file, size);
  const entries = new Map<string, Entry>();
  let total = 0;
  for (const entry of parseDirectory(directory)) {
    if (entries.has(entry.name)) throw noProjectFile(`${entry.name} is in it twice`);
    entries.set(entry.name, entry);
    total += entry.bytes;
  }
  if (total > size) throw noProjectFile('its contents are larger than the file');
  if (!entries.has(MANIFEST_NAME)) throw noProjectFile(`it has no ${MANIFEST_NAME}`);
  const find = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw noProjectFile(`${name} is missing`);
    return entry;
  };
  return {
    names: new Set(entries.keys()),
    bytes: (name) => find(name).bytes,
    read: (name) => readEntry(file, size, find(name)),
  };
}

async function readDirectory(file: FileHandle, size: number): Promise<Buffer> {
  const tail = await readAt(
    file,
    Math.max(0, size - END.bytes - MAX_COMMENT_BYTES),
    Math.min(size, END.bytes + MAX_COMMENT_BYTES),
  );
  const at = findEnd(tail);
  const [entriesHere, entries] = [tail.readUInt16LE(at + 8), tail.readUInt16LE(at + 10)];
  const [bytes, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (entries === 0xffff || offset === 0xffffffff) throw noProjectFile('it uses ZIP64');
  if (entriesHere !== entries || tail.readUInt32LE(at + 4) !== 0)
    throw noProjectFile('it is a part of several');
  if (offset + bytes > size - END.bytes) throw noProjectFile('it is cut off');
  if (bytes < entries * CENTRAL.bytes) throw noProjectFile('its directory is too short');
  return readAt(file, offset, bytes);
}

function findEnd(tail: Buffer): number {
  for (let at = tail.length - END.bytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END.signature) continue;
    // The comment must end where the file ends: a signature inside a comment is none.
    if (at + END.bytes + tail.readUInt16LE(at + 20) === tail.length) return at;
  }
  throw noProjectFile('it is no ZIP file, or cut off');
}

function* parseDirectory(directory: Buffer): Generator<Entry> {
  for (let at = 0; at < directory.length;) {
    if (at + CENTRAL.bytes > directory.length || directory.readUInt32LE(at) !== CENTRAL.signature)
      throw noProjectFile('its directory is damaged');
    const nameBytes = directory.readUInt16LE(at + 28);
    const next =
      at + CENTRAL.bytes + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw noProjectFile('its directory is damaged');
    const name = directory.toString('latin1', at + CENTRAL.bytes, at + CENTRAL.bytes + nameBytes);
    if (name !== MANIFEST_NAME && blobOfEntry(name) === undefined)
      throw noProjectFile(`${JSON.stringify(name.slice(0, 80))} does not belong into one`);
    const [packedBytes, bytes] = [directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 24)];
    const isEncrypted = (directory.readUInt16LE(at + 8) & 1) !== 0;
    if (directory.readUInt16LE(at + 10) !== 0 || packedBytes !== bytes || isEncrypted)
      throw noProjectFile('it was packed anew by another program');
    yield {
      name,
      bytes,
      crc: directory.readUInt32LE(at + 16),
      headerOffset: directory.readUInt32LE(at + 42),
    };
    at = next;
  }
}

async function* readEntry(file: FileHandle, size: number, entry: Entry): AsyncGenerator<Uint8Array> {
  const { name, bytes, headerOffset } = entry;
  if (headerOffset + LOCAL.bytes > size) throw noProjectFile('it is cut off');
  const header = await readAt(file, headerOffset, LOCAL.bytes);
  if (header.readUInt32LE(0) !== LOCAL.signature) throw noProjectFile(`${name} is not where it should be`);
  const start = headerOffset + LOCAL.bytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + bytes > size) throw noProjectFile('it is cut off');
  let crc = 0;
  for (let done = 0; done < bytes; done += PIECE_BYTES) {
    const piece = await readAt(file, start + done, Math.min(PIECE_BYTES, bytes - done));
    crc = crc32(piece, crc);
    yield piece;
  }
  if (crc !== entry.crc) throw noProjectFile(`${name} is damaged`);
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  if (bytesRead !== length) throw noProjectFile('it is cut off');
  return buffer;
}
