/** What both hosts serve to the window by path: the renderer's files, blobs, sample pictures. */
import { open, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import type { Studio } from '../app/studio.ts';
import { isBlobId } from '../blobs/blob-store.ts';
import { StudioError } from '../contract/errors.ts';
import { WEB_BLOB_PATH } from '../contract/wire.ts';
import { MAGIC_BYTES, mediaTypeOfContent, mediaTypeOfFile } from './media-type.ts';

export type Resource = {
  status: 200 | 404;
  headers: Record<string, string>;
  body: Readable | Uint8Array | string;
};

const SAMPLE_PATH = '/sample/';
/** A blob never changes under its name, and stays on this machine. */
const CACHE_FOREVER = 'private, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';
const NOT_FOUND: Resource = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found' };

export async function serveResource(studio: Studio, rendererDirectory: string, url: URL): Promise<Resource> {
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return NOT_FOUND;
  }
  if (path.startsWith(WEB_BLOB_PATH)) {
    return serveBlob(studio, path.slice(WEB_BLOB_PATH.length), url.searchParams.get('name'));
  }
  if (path.startsWith(SAMPLE_PATH)) return serveSample(studio, path.slice(SAMPLE_PATH.length));
  return serveFile(rendererDirectory, path === '/' ? '/index.html' : path);
}

async function serveBlob(studio: Studio, blob: string, name: string | null): Promise<Resource> {
  if (!isBlobId(blob) || !(await studio.blobs.has(blob))) return NOT_FOUND;
  const bytes = await studio.blobs.size(blob);
  const headers: Record<string, string> = {
    'content-type': mediaTypeOfContent(await readMagic(studio, blob)),
    'content-length': String(bytes),
    'cache-control': CACHE_FOREVER,
  };
  if (name !== null) headers['content-disposition'] = attachment(name);
  return { status: 200, headers, body: studio.blobs.openRead(blob) };
}

async function readMagic(studio: Studio, blob: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of studio.blobs.openRead(blob, MAGIC_BYTES)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function serveSample(studio: Studio, id: string): Promise<Resource> {
  try {
    const bytes = await studio.readSample(id);
    const headers = { 'content-type': mediaTypeOfContent(bytes), 'cache-control': ASK_AGAIN };
    return { status: 200, headers, body: bytes };
  } catch (error) {
    if (error instanceof StudioError) return NOT_FOUND;
    throw error;
  }
}

async function serveFile(directory: string, path: string): Promise<Resource> {
  const root = resolve(directory);
  const file = join(root, path);
  if (!file.startsWith(root + sep) || path.includes('\0')) return NOT_FOUND;
  const stats = await stat(file).catch(() => null);
  if (stats === null || !stats.isFile()) return path === '/index.html' ? notBuilt(directory) : NOT_FOUND;
  const handle = await open(file);
  const headers = {
    'content-type': mediaTypeOfFile(file),
    'content-length': String(stats.size),
    'cache-control': ASK_AGAIN,
  };
  return { status: 200, headers, body: handle.createReadStream() };
}

function notBuilt(directory: string): Resource {
  return {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: `The user interface is not built: ${directory} is empty. Run "npm run build", then start the studio again.`,
  };
}

/** RFC 6266: a plain fallback, and the real name in RFC 5987 encoding. */
function attachment(name: string): string {
  const last = name.split(/[\\/]/).at(-1) || 'file';
  const plain = last.replace(/[^A-Za-z0-9._-]/g, '_');
  const encoded = encodeURIComponent(last).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
