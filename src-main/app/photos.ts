import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { StudioApi } from '../contract/api.ts';
import { PHOTO_EDITS_DEFAULTS, type BlobId, type Photo } from '../contract/entities.ts';
import type { DecoderClient } from '../engine/decoder-client.ts';
import type { FitterClient } from '../engine/fitter-client.ts';
import type { Library } from '../library/library.ts';
import { MAX_NAME_LENGTH } from './check-args.ts';
import { checkPictureSize } from './file-limits.ts';
import type { LibraryEdits } from './library-edits.ts';
import { findProject, notFound } from './projects.ts';
import type { Samples } from './samples.ts';
import { readSettings } from './settings.ts';

/** With its dot; what is longer is no extension. */
const MAX_EXTENSION_LENGTH = 10;

type PhotoCalls = Pick<
  StudioApi,
  'photo.list' | 'photo.add' | 'photo.addSample' | 'photo.edit' | 'photo.correct' | 'photo.fit'
>;

export function createPhotoCalls(
  library: Library,
  blobs: BlobStore,
  { decoder, fitter }: { decoder: DecoderClient; fitter: FitterClient },
  samples: Samples,
  edits: LibraryEdits,
): PhotoCalls {
  const add = async (projectId: string, name: string, blob: BlobId): Promise<Photo> => {
    findProject(library, projectId);
    await checkPictureSize(blobs, blob);
    const { thumbnail, widthPx, heightPx } = await decoder.decode(blob);
    const photo = {
      id: randomUUID(),
      projectId,
      name,
      blob,
      thumbnail,
      widthPx,
      heightPx,
      currentHeadId: null,
      edits: PHOTO_EDITS_DEFAULTS,
      createdAt: new Date().toISOString(),
    };
    findProject(library, projectId);
    edits.apply('create', name, [{ kind: 'photo', id: photo.id, values: { trashedAt: null } }], () =>
      library.photos.insert({ ...photo, trashedAt: photo.createdAt }),
    );
    return findPhoto(library, photo.id);
  };
  return {
    'photo.list': async ({ projectId }) => library.photos.list(findProject(library, projectId).id),
    'photo.add': ({ projectId, name, blob }) => add(projectId, plainFileName(name), blob),
    'photo.addSample': async ({ projectId, sampleId }) => {
      const { name, bytes } = await samples.read(sampleId);
      return add(projectId, name, await blobs.put(bytes));
    },
    'photo.edit': async ({ photoId, name }) => {
      const before = findPhoto(library, photoId);
      edits.apply('rename', before.name, [
        { kind: 'photo', id: photoId, values: { name: plainFileName(name) } },
      ]);
      return findPhoto(library, photoId);
    },
    'photo.correct': async ({ photoId, edits: change }) => {
      const { name, edits: before } = findPhoto(library, photoId);
      edits.apply('correct', name, [
        { kind: 'photo', id: photoId, values: { edits: { ...before, ...change } } },
      ]);
      return findPhoto(library, photoId);
    },
    'photo.fit': async ({ photoId, edits: change, live = false }) => {
      const { blob, edits: kept } = findPhoto(library, photoId);
      return fitter.fit({
        photo: blob,
        edits: { ...kept, ...change },
        live,
        headModel: readSettings(library).headModel?.blob ?? null,
      });
    },
  };
}

/** Throws `not-found`. */
export function findPhoto(library: Library, id: string): Photo {
  const photo = library.photos.find(id);
  if (photo === null) throw notFound('photo', id);
  return photo;
}

/** A name for lists and folders: no path, no control characters, cut before its extension where it is too long. */
function plainFileName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const plain = last.replace(/[\u0000-\u001f\u007f]/g, '').trim() || 'photo';
  if (plain.length <= MAX_NAME_LENGTH) return plain;
  const extension = extname(plain).length <= MAX_EXTENSION_LENGTH ? extname(plain) : '';
  const stem = plain.slice(0, MAX_NAME_LENGTH - extension.length);
  // The first half of a pair is no character.
  return stem.replace(/[\ud800-\udbff]$/, '').trimEnd() + extension;
}
