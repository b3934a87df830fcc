import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { StudioApi } from '../contract/api.ts';
import type { BlobId, Photo } from '../contract/entities.ts';
import { decodePhoto } from '../engine/decode-photo.ts';
import type { ImageRgba } from '../image/image.ts';
import type { Library } from '../library/library.ts';
import type { Emit } from './events.ts';
import { findProject } from './projects.ts';
import type { Samples } from './samples.ts';

type PhotoCalls = Pick<StudioApi, 'photo.list' | 'photo.add' | 'photo.addSample'>;

/** Longest side of a thumbnail, px (contract: at most 512): sharp at 256 CSS px on a double-density screen. */
const THUMBNAIL_PX = 512;

export function createPhotoCalls(
  library: Library,
  blobs: BlobStore,
  samples: Samples,
  emit: Emit,
): PhotoCalls {
  const add = async (projectId: string, name: string, blob: BlobId): Promise<Photo> => {
    findProject(library, projectId);
    const image = await decodePhoto(await blobs.get(blob));
    const photo: Photo = {
      id: randomUUID(),
      projectId,
      name,
      blob,
      thumbnail: await blobs.put(await drawThumbnail(image)),
      widthPx: image.widthPx,
      heightPx: image.heightPx,
      createdAt: new Date().toISOString(),
    };
    library.photos.insert(photo);
    emit('photo.added', { photo });
    emit('project.changed', { project: findProject(library, projectId) });
    return photo;
  };
  return {
    'photo.list': async ({ projectId }) => library.photos.list(findProject(library, projectId).id),
    'photo.add': ({ projectId, name, blob }) => add(projectId, plainFileName(name), blob),
    'photo.addSample': async ({ projectId, sampleId }) => {
      const { name, bytes } = await samples.read(sampleId);
      return add(projectId, name, await blobs.put(bytes));
    },
  };
}

async function drawThumbnail({ widthPx, heightPx, rgbaSrgb }: ImageRgba): Promise<Uint8Array> {
  return sharp(rgbaSrgb, { raw: { width: widthPx, height: heightPx, channels: 4 } })
    .resize({ width: THUMBNAIL_PX, height: THUMBNAIL_PX, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
}

/** A name for lists and folders: no path, no control characters. */
function plainFileName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last.replace(/[\u0000-\u001f\u007f]/g, '').trim() || 'photo';
}
