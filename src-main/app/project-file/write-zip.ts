import { crc32 } from 'node:zlib';
import {
  CENTRAL,
  DOS_DATE,
  END,
  LOCAL,
  MAX_ENTRIES,
  MAX_FILE_BYTES,
  tooLarge,
  UTF8_FLAG,
  VERSION,
} from './zip-format.ts';

export type ZipEntry = { name: string; read(): Promise<Uint8Array> };

/** The file, piece by piece: one entry is in memory at a time. Throws when it would need ZIP64. */
export async function* writeZip(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  if (entries.length > MAX_ENTRIES) throw tooLarge();
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const bytes = await entry.read();
    if (offset + LOCAL.bytes + name.length + bytes.length > MAX_FILE_BYTES) throw tooLarge();
    const description = describe(name.length, bytes);
    directory.push(centralHeader(description, offset), name);
    yield Buffer.concat([localHeader(description), name]);
    yield bytes;
    offset += LOCAL.bytes + name.length + bytes.length;
  }
  const central = Buffer.concat(directory);
  if (offset + central.length + END.bytes > MAX_FILE_BYTES) throw tooLarge();
  yield central;
  yield endRecord(entries.length, central.length, offset);
}

/** §4.3.7 from "version needed" to "extra field length": what local and central headers share. */
function describe(nameBytes: number, bytes: Uint8Array): Buffer {
  const fields = Buffer.alloc(LOCAL.bytes - 4);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(UTF8_FLAG, 2);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(bytes.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(nameBytes, 22);
  return fields;
}

function localHeader(description: Buffer): Buffer {
  return Buffer.concat([uint32(LOCAL.signature), description]);
}

/** §4.3.12: "version made by" before the shared fields, comment, disk, attributes and offset behind them. */
function centralHeader(description: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(CENTRAL.bytes);
  header.writeUInt32LE(CENTRAL.signature, 0);
  header.writeUInt16LE(VERSION, 4);
  description.copy(header, 6);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endRecord(entries: number, centralBytes: number, centralOffset: number): Buffer {
  const record = Buffer.alloc(END.bytes);
  record.writeUInt32LE(END.signature, 0);
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(centralBytes, 12);
  record.writeUInt32LE(centralOffset, 16);
  return record;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}
