/** What the library takes on the disk, and giving back what nothing needs: only ever on request. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { StudioApi } from '../contract/api.ts';
import { BLOB_KINDS, type BlobId, type StorageOverview, type StorageUse } from '../contract/entities.ts';
import type { Library } from '../library/library.ts';
import { BACKUPS_FOLDER } from './backups.ts';
import type { JobQueue } from './job-queue.ts';

type StorageCalls = Pick<StudioApi, 'storage.overview' | 'storage.clean'>;

/**
 * Younger files may belong to an upload that is about to become a photo, or to a job that is about to become a head: the
 * longest gap between writing and referring is the last stage of a large job, a minute.
 */
export const CLEAN_MIN_AGE_MS = 60 * 60 * 1000;

/** `place`: the library's folder. */
export function createStorageCalls(
  library: Library,
  blobs: BlobStore,
  queue: JobQueue,
  place: () => string,
): StorageCalls {
  const cleanUnreferenced = async (): Promise<StorageUse> => {
    library.views.forgetUnreachable();
    const keep = new Set(library.blobsInUse().keys());
    const { removed, bytes } = await blobs.collectGarbage(keep, {
      nowMs: Date.now(),
      minAgeMs: CLEAN_MIN_AGE_MS,
    });
    return { files: removed, bytes };
  };

  const cleanArtefacts = async (): Promise<StorageUse> => {
    const before = library.blobsInUse();
    library.jobs.dropArtefacts(queue.basesInUse());
    const after = library.blobsInUse();
    // However young: nothing else is about to refer to what a finished job has just let go.
    const dropped = new Set([...before.keys()].filter((blob) => !after.has(blob)));
    return removeBlobs(blobs, dropped);
  };

  return {
    'storage.overview': async () => {
      const overview: StorageOverview = {
        ...(Object.fromEntries(BLOB_KINDS.map((kind) => [kind, none()])) as Record<
          (typeof BLOB_KINDS)[number],
          StorageUse
        >),
        unreferenced: none(),
        library: none(),
        backups: none(),
      };
      const kinds = library.blobsInUse();
      for await (const { blob, bytes } of blobs.list())
        add(overview[kinds.get(blob) ?? 'unreferenced'], bytes);
      await addFiles(overview.library, place(), (name) => name.startsWith('library.'));
      await addFiles(overview.backups, join(place(), BACKUPS_FOLDER), () => true);
      return overview;
    },
    'storage.clean': async ({ kinds }) => {
      const total = none();
      // Artefacts first: those of a job that failed long ago may be unreferenced then.
      for (const clean of [
        ...(kinds.includes('artefacts') ? [cleanArtefacts] : []),
        ...(kinds.includes('unreferenced') ? [cleanUnreferenced] : []),
      ]) {
        const { files, bytes } = await clean();
        total.files += files;
        total.bytes += bytes;
      }
      return total;
    },
  };
}

async function removeBlobs(blobs: BlobStore, chosen: ReadonlySet<BlobId>): Promise<StorageUse> {
  const use = none();
  for await (const { blob, bytes } of blobs.list()) if (chosen.has(blob)) add(use, bytes);
  await blobs.remove(chosen);
  return use;
}

async function addFiles(
  use: StorageUse,
  directory: string,
  accept: (name: string) => boolean,
): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    if (accept(name)) add(use, (await stat(join(directory, name))).size);
  }
}

const none = (): StorageUse => ({ files: 0, bytes: 0 });

function add(use: StorageUse, bytes: number): void {
  use.files += 1;
  use.bytes += bytes;
}
