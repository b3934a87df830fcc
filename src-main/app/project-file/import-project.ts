/**
 * Opens a project file that may come from anybody. Names in it are never used as paths, its records are checked field by
 * field, every content must have the hash that it is named by, and nothing shows before all of it is here.
 */
import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { BlobStore } from '../../blobs/blob-store.ts';
import type { Project } from '../../contract/entities.ts';
import type { Library } from '../../library/library.ts';
import type { LibraryEdits } from '../library-edits.ts';
import { findProject } from '../projects.ts';
import { blobsOf, MAX_MANIFEST_BYTES, parseManifest, type Manifest } from './manifest.ts';
import { readZip, type ZipReader } from './read-zip.ts';
import { blobEntryName, blobOfEntry, MANIFEST_NAME, noProjectFile } from './zip-format.ts';

export async function importProject(
  file: FileHandle,
  library: Library,
  blobs: BlobStore,
  edits: LibraryEdits,
): Promise<Project> {
  const zip = await readZip(file);
  const manifest = await readManifest(zip);
  checkContents(zip, manifest);
  for (const blob of blobsOf(manifest)) {
    const name = blobEntryName(blob);
    const stored = await blobs.putStream(zip.read(name), zip.bytes(name));
    if (stored.blob !== blob) throw noProjectFile(`the content of ${blob.slice(0, 12)}… is damaged`);
  }
  const id = randomUUID();
  const now = new Date().toISOString();
  const { name } = manifest.project;
  edits.apply('create', name, [{ kind: 'project', id, values: { trashedAt: null } }], () => {
    library.projects.insert({ id, name, createdAt: now, trashedAt: now });
    insertRecords(library, manifest, id);
  });
  return findProject(library, id);
}

async function readManifest(zip: ZipReader): Promise<Manifest> {
  if (zip.bytes(MANIFEST_NAME) > MAX_MANIFEST_BYTES) throw noProjectFile('its manifest is too large');
  const pieces: Uint8Array[] = [];
  for await (const piece of zip.read(MANIFEST_NAME)) pieces.push(piece);
  return parseManifest(Buffer.concat(pieces).toString('utf8'));
}

/** Exactly what the records refer to: nothing is missing, and nothing is brought in unseen. */
function checkContents(zip: ZipReader, manifest: Manifest): void {
  const needed = blobsOf(manifest);
  for (const name of zip.names) {
    const blob = blobOfEntry(name);
    if (blob !== undefined && !needed.has(blob))
      throw noProjectFile(`nothing refers to ${blob.slice(0, 12)}…`);
  }
  for (const { files } of manifest.heads) {
    for (const { blob, bytes } of files) {
      if (zip.bytes(blobEntryName(blob)) !== bytes)
        throw noProjectFile('a file has another size than it says');
    }
  }
  for (const { blob, thumbnail } of manifest.photos) {
    for (const needle of [blob, thumbnail]) zip.bytes(blobEntryName(needle));
  }
}

/** Under new ids, so that a project can be opened beside the one that it came from. */
function insertRecords(library: Library, manifest: Manifest, projectId: string): void {
  const { photos, jobs, heads, viewSets } = manifest;
  const takes = viewSets.flatMap(({ views }) => views.flatMap((view) => view.takes));
  const renamed = new Map(
    [...photos, ...jobs, ...heads, ...viewSets, ...takes].map(({ id }) => [id, randomUUID() as string]),
  );
  const idOf = (id: string): string => renamed.get(id)!;
  // A take that was undone is not in the file; its content is, where a job used it.
  const takeOf = (id: string): string => renamed.get(id) ?? id;
  // Lists show the newest first and what was written last first; exported lists are in that order.
  for (const photo of photos.toReversed()) {
    const currentHeadId = photo.currentHeadId === null ? null : (renamed.get(photo.currentHeadId) ?? null);
    library.photos.insert({ ...photo, id: idOf(photo.id), projectId, currentHeadId });
  }
  for (const job of jobs.toReversed()) {
    const base =
      job.base !== null && renamed.has(job.base.jobId) ? { ...job.base, jobId: idOf(job.base.jobId) } : null;
    library.jobs.save({
      ...job,
      id: idOf(job.id),
      photoId: idOf(job.photoId),
      task: {
        ...job.task,
        viewSetId: job.task.viewSetId === null ? null : (renamed.get(job.task.viewSetId) ?? null),
        takes: job.task.takes.map((take) => ({ ...take, takeId: takeOf(take.takeId) })),
      },
      base,
      state: 'done',
      error: null,
      artefacts: {},
    });
  }
  for (const head of heads.toReversed()) {
    const { id, photoId, jobId } = head;
    const views = head.views.map(({ takeId, ...view }) => ({
      ...view,
      takeId: takeId === null ? null : takeOf(takeId),
    }));
    library.heads.insert({
      ...head,
      id: idOf(id),
      projectId,
      photoId: idOf(photoId),
      jobId: idOf(jobId),
      views,
    });
  }
  for (const { id, photoId, jobId, views, ...set } of viewSets) {
    library.views.insert({
      ...set,
      id: idOf(id),
      photoId: idOf(photoId),
      jobId: jobId === null ? null : idOf(jobId),
      views: views.map((view) => ({
        ...view,
        takeId: idOf(view.takeId),
        takes: view.takes.map((take) => ({ ...take, id: idOf(take.id) })),
      })),
    });
  }
}
