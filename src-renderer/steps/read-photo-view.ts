import type { Head } from '../../src-main/contract/entities.ts';
import type { Transport } from '../api/transport.ts';
import type { PhotoView } from '../viewport/head-viewport.ts';

/**
 * The camera that took the photo, as the head's `cameras.json` has it: of a cropped photo that of the part. null for a
 * head without one.
 */
export async function readPhotoView(
  head: Head,
  transport: Pick<Transport, 'blobUrl'>,
  signal: AbortSignal,
): Promise<PhotoView | null> {
  const file = head.files.find(({ name }) => name === 'cameras.json');
  if (!file) return null;
  const response = await fetch(transport.blobUrl(file.blob), { signal });
  if (!response.ok) return null;
  const { photo } = (await response.json()) as { photo?: PhotoView };
  return photo ?? null;
}
