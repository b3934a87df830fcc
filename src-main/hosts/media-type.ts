/** Media types of what hosts serve: by name for the renderer's files, by content for blobs. */
import { extname } from 'node:path';

const BY_EXTENSION: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

const UNKNOWN = 'application/octet-stream';

export function mediaTypeOfFile(path: string): string {
  return BY_EXTENSION[extname(path).toLowerCase()] ?? UNKNOWN;
}

/** How many bytes {@link mediaTypeOfContent} looks at. */
export const MAGIC_BYTES = 16;

/**
 * Blobs carry no type, and one that the user brought must never be run: so pictures and models by their first bytes,
 * everything else as plain bytes.
 */
export function mediaTypeOfContent(head: Uint8Array): string {
  const text = Buffer.from(head.subarray(0, MAGIC_BYTES)).toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('GIF8')) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  if (text.slice(4, 12) === 'ftypavif') return 'image/avif';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'image/tiff';
  if (text.startsWith('glTF')) return 'model/gltf-binary';
  return UNKNOWN;
}
