/**
 * A stage's result in the blob store: an array file, zstd-compressed. Besides the result it holds which inputs made it,
 * so that it is reused only by a run that would have made the very same.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { BlobId, Warning } from '../contract/entities.ts';
import type { StageId } from '../contract/stages.ts';
import { decodeArrayFile, encodeArrayFile } from '../tensor/array-file.ts';

export type Artefact = {
  stage: StageId;
  /** SHA-256 over the studio's version, the stage and the ids of everything it was given. */
  key: string;
  /** The seed of its random numbers; null when it drew none, so that it is the same for every seed. */
  seed: number | null;
  warnings: Warning[];
  output: unknown;
};

/** Level 1: five times faster than the default for a few percent of size. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export async function writeArtefact(blobs: BlobStore, artefact: Artefact): Promise<BlobId> {
  return blobs.put(await compress(encodeArrayFile(artefact), COMPRESSION));
}

/** null when there is none that fits: missing, damaged, or made from something else. */
export async function readArtefact(
  blobs: BlobStore,
  blob: BlobId | undefined,
  expected: { stage: StageId; key: string; seed: number },
): Promise<Artefact | null> {
  if (blob === undefined) return null;
  try {
    const artefact = decodeArrayFile(await decompress(await blobs.get(blob))) as Artefact;
    const { stage, key, seed } = artefact;
    const fits =
      stage === expected.stage && key === expected.key && (seed === null || seed === expected.seed);
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
  keyOf(stage: StageId, input: unknown): string;
  remember(output: unknown, id: BlobId): void;
} {
  const ids = new WeakMap<object, BlobId>();
  const nameOf = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    const known = ids.get(value);
    if (known !== undefined) return { $artefact: known };
    if (value instanceof Uint8Array) return { $sha256: createHash('sha256').update(value).digest('hex') };
    if (Array.isArray(value)) return value.map(nameOf);
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, nameOf(value[key as keyof typeof value])]),
    );
  };
  return {
    keyOf: (stage, input) =>
      createHash('sha256')
        .update(JSON.stringify([version, stage, nameOf(input)]))
        .digest('hex'),
    remember: (output, id) => {
      if (output !== null && typeof output === 'object') ids.set(output, id);
    },
  };
}
