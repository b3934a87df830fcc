import type { Head } from '../../src-main/contract/entities.ts';
import type { Transport } from '../api/transport.ts';
import type { PhotoView } from '../viewport/head-viewport.ts';

/** Address of the head's `cameras.json`; null for a head without one. */
export function camerasUrl(head: Head, transport: Pick<Transport, 'blobUrl'>): string | null {
  const file = head.files.find(({ name }) => name === 'cameras.json');
  return file ? transport.blobUrl(file.blob) : null;
}

/** The camera that took the photo, as `cameras.json` has it: of a cropped photo that of the part. null without one. */
export async function readPhotoView(url: string | null, signal: AbortSignal): Promise<PhotoView | null> {
  if (url === null) return null;
  const response = await fetch(url, { signal });
  if (!response.ok) return null;
  const { photo } = (await response.json()) as { photo?: PhotoView };
  return photo ?? null;
}
