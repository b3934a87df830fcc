/**
 * A stage's result in the blob store: an array file, zstd-compressed. Besides the result it holds which inputs made it,
 * so that it is reused only by a run that would have made the very same.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { BlobId, Warning } from '../contract/entities.ts';
import { decodeArrayFile, encodeArrayFile } from '../tensor/array-file.ts';
import type { ArtefactSlot } from './messages.ts';

export type Artefact = {
  slot: ArtefactSlot;
  /** SHA-256 over the studio's version, the slot and the ids of everything it was given. */
  key: string;
  /** The seed of its random numbers; null when it drew none, so that it is the same for every seed. */
  seed: number | null;
  warnings: Warning[];
  output: unknown;
};

/** Level 1: five times faster than the default for a few percent of size. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Views of 1024 px take 13 MB each and there are at most 48; a file from elsewhere must not unpack without end. */
const MAX_RECORD_BYTES = 2 ** 30;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export async function writeArtefact(blobs: BlobStore, artefact: Artefact): Promise<BlobId> {
  return writeRecord(blobs, artefact);
}

/** Any record of the pipeline as a blob. */
export async function writeRecord(blobs: BlobStore, record: unknown): Promise<BlobId> {
  return blobs.put(await compress(encodeArrayFile(record), COMPRESSION));
}

export async function readRecord(blobs: BlobStore, blob: BlobId): Promise<unknown> {
  const options = { maxOutputLength: MAX_RECORD_BYTES };
  return decodeArrayFile(await decompress(await blobs.get(blob), options));
}

/** null when there is none that fits: missing, damaged, or made from something else. */
export async function readArtefact(
  blobs: BlobStore,
  blob: BlobId | undefined,
  expected: { slot: ArtefactSlot; key: string; seed: number },
): Promise<Artefact | null> {
  if (blob === undefined) return null;
  try {
    const artefact = (await readRecord(blobs, blob)) as Artefact;
    const { slot, key, seed } = artefact;
    const fits = slot === expected.slot && key === expected.key && (seed === null || seed === expected.seed);
    return fits ? artefact : null;
  } catch {
    return null;
  }
}

/**
 * Names what a stage is given: results of earlier stages by their artefact id, everything else by content. So a stage
 * is reused behind an earlier one that ran again and came out the same, and not behind one that came out different.
 */
export function createArtefactKeys(version: string): {
  keyOf(slot: ArtefactSlot, input: unknown): string;
  remember(output: unknown, id: BlobId): void;
} {
  const ids = new WeakMap<object, BlobId>();
  const nameOf = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    const known = ids.get(value);
    if (known !== undefined) return { $artefact: known };
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { $sha256: createHash('sha256').update(bytes).digest('hex') };
    }
    if (Array.isArray(value)) return value.map(nameOf);
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, nameOf(value[key as keyof typeof value])]),
    );
  };
  return {
    keyOf: (slot, input) =>
      createHash('sha256')
        .update(JSON.stringify([version, slot, nameOf(input)]))
        .digest('hex'),
    remember: (output, id) => {
      if (output !== null && typeof output === 'object') ids.set(output, id);
    },
  };
}
