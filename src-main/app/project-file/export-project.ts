import type { BlobStore } from '../../blobs/blob-store.ts';
import type { Library } from '../../library/library.ts';
import { fileNameOf } from '../free-path.ts';
import { findProject } from '../projects.ts';
import { blobsOf, FORMAT, FORMAT_VERSION, type Manifest } from './manifest.ts';
import { writeZip } from './write-zip.ts';
import { blobEntryName, MANIFEST_NAME } from './zip-format.ts';

export const PROJECT_FILE_EXTENSION = '.gen3d';

/**
 * A project with its photos and versions, what the trash holds left out. Stages' results stay here: they are large, and
 * of use to this version of the studio only.
 */
export function exportProject(
  library: Library,
  blobs: BlobStore,
  projectId: string,
  studioVersion: string,
): { name: string; chunks: AsyncGenerator<Uint8Array> } {
  const { name, createdAt } = findProject(library, projectId);
  const heads = library.heads.list(projectId);
  const jobIds = new Set(heads.map(({ jobId }) => jobId));
  const photos = library.photos.list(projectId);
  const manifest: Manifest = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    studioVersion,
    project: { name, createdAt },
    photos: photos.map(({ projectId: _, headCount: _count, ...photo }) => photo),
    jobs: library.jobs.list(projectId).flatMap((job) => {
      const { id, photoId, settings, task, base, stages, warnings, createdAt: madeAt } = job;
      if (!jobIds.has(id) || task.kind !== 'head') return [];
      return [{ id, photoId, settings, task, base, stages, warnings, createdAt: madeAt }];
    }),
    heads: heads.map(({ projectId: _, ...head }) => head),
    viewSets: photos
      .flatMap(({ id }) => library.views.listOfPhoto(id))
      .map((set) => ({ ...set, jobId: set.jobId !== null && jobIds.has(set.jobId) ? set.jobId : null })),
  };
  const entries = [...blobsOf(manifest)].sort().map((blob) => ({
    name: blobEntryName(blob),
    // Compared with its hash: a damaged file is found here, not where it is opened.
    read: () => blobs.get(blob),
  }));
  const json = new TextEncoder().encode(JSON.stringify(manifest));
  const chunks = writeZip([{ name: MANIFEST_NAME, read: async () => json }, ...entries]);
  return { name: fileNameOf(name, 'project') + PROJECT_FILE_EXTENSION, chunks };
}
