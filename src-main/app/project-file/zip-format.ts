/**
 * The part of ZIP that a project file uses (PKWARE APPNOTE 6.3.10): stored entries, one disk, no ZIP64, no encryption.
 * Pictures, GLB and zstd do not compress further. Own code, because no kept ZIP library is a dependency, and because a
 * reader that knows exactly these two kinds of names and one method has nothing to be tricked with.
 */
import { StudioError } from '../../contract/errors.ts';

/** §4.3.7, §4.3.12, §4.3.16: signatures and the sizes of what precedes names. */
export const LOCAL = { signature: 0x04034b50, bytes: 30 };
export const CENTRAL = { signature: 0x02014b50, bytes: 46 };
export const END = { signature: 0x06054b50, bytes: 22 };
/** Longest comment behind the end record: its length has 16 bits. */
export const MAX_COMMENT_BYTES = 0xffff;

/** Without ZIP64 offsets have 32 bits and counts 16; the highest values mean "see ZIP64". */
export const MAX_FILE_BYTES = 0xfffffffe;
export const MAX_ENTRIES = 0xfffe;

/** §4.4.4: names are UTF-8. Names of a project file are ASCII; other programs need not guess. */
export const UTF8_FLAG = 0x0800;
/** §4.4.3: 2.0, the oldest that every program knows. */
export const VERSION = 20;
/** 1980-01-01 00:00, the first one that §4.4.6 can say: the same project gives the same file. */
export const DOS_DATE = 0x0021;

export const MANIFEST_NAME = 'manifest.json';
const BLOB_NAME = /^blobs\/([0-9a-f]{64})$/;

export function blobEntryName(blob: string): string {
  return `blobs/${blob}`;
}

/** undefined for any other name. */
export function blobOfEntry(name: string): string | undefined {
  return BLOB_NAME.exec(name)?.[1];
}

export function noProjectFile(reason: string): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: `This is no project file that can be opened: ${reason}.`,
    hint: 'Export the project again, or get the file once more; nothing was added.',
  });
}

export function tooLarge(): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: 'A project file can hold 4 GB and 65,000 files; this project has more.',
    hint: 'Move some photos to the trash, export, and bring them back.',
  });
}
