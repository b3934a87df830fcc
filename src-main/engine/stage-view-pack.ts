/**
 * A view pack from anybody, before it is installed: its list, its licence and every file's hash. What it brings beside the
 * files of its list stays behind. Runs in the fitter's process, which a hostile archive may take down.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { BlobId } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import { readViewPack } from '../pipeline/04-views/diffusion/read-view-pack.ts';
import { readZip } from '../pipeline/03-prior/loaders/read-zip.ts';
import type { PackQuestion, StagedPack } from './messages.ts';

const PACK_FILE = 'pack.json';
/** What the denoiser of stage 04 asks for. */
const NEEDED = ['encoder.onnx', 'denoiser.onnx'];
/** Of an archive, which is read whole, or of one file of a folder. */
const MAX_FILE_BYTES = 2 ** 29;

const packSchema = z.looseObject({
  format: z.literal('gen3d-pack'),
  version: z.literal(1),
  name: z.string().min(1).max(200),
  licence: z.string().min(1).max(200),
  // Names that lead nowhere else.
  files: z.record(
    z.string().regex(/^[a-z0-9-]{1,80}\.onnx$/),
    z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

/** Reads one file of the pack; null when there is none of that name. */
type ReadEntry = (name: string) => Promise<Uint8Array | null>;

export async function stageViewPack(question: PackQuestion, blobs: BlobStore): Promise<StagedPack> {
  const { source, staging } = question;
  const read = 'blob' in source ? await openBlob(source.blob, blobs) : await openPath(source.path);
  const list = await read(PACK_FILE);
  if (list === null) throw noPack(`it has no ${PACK_FILE}`);
  const parsed = packSchema.safeParse(parseJson(list));
  if (!parsed.success) throw noPack(`its ${PACK_FILE} is not one of a view pack with a name and a licence`);
  const pack = parsed.data;
  for (const name of NEEDED) if (!Object.hasOwn(pack.files, name)) throw noPack(`it lists no ${name}`);
  // Conditions, schedule and sizes: one that this version would run wrongly.
  await readViewPack({ readPack: async () => pack }, pack.name);
  await mkdir(staging);
  try {
    let bytes = list.length;
    for (const [name, { sha256 }] of Object.entries(pack.files)) {
      const content = await read(name);
      if (content === null) throw damaged(`${name} is missing`);
      if (createHash('sha256').update(content).digest('hex') !== sha256)
        throw damaged(`${name} is not the file that its list describes`);
      await writeFlushed(join(staging, name), content);
      bytes += content.length;
    }
    await writeFlushed(join(staging, PACK_FILE), list);
    return { name: pack.name, licence: pack.licence, bytes };
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

async function openBlob(blob: BlobId, blobs: BlobStore): Promise<ReadEntry> {
  checkSize('the file', await blobs.size(blob));
  return readArchive(await blobs.get(blob));
}

async function openPath(path: string): Promise<ReadEntry> {
  const stats = await stat(path).catch((error: unknown) => {
    throw noPack(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  });
  if (!stats.isDirectory()) return readArchive(await readLimited(path));
  return async (name) => ((await isFile(join(path, name))) ? readLimited(join(path, name)) : null);
}

/** Archives of a folder have that folder's name before every entry. */
function readArchive(bytes: Uint8Array): ReadEntry {
  let entries: Map<string, Uint8Array>;
  try {
    entries = readZip(bytes);
  } catch (cause) {
    throw noPack(`it is no folder and no ZIP file that can be read: ${(cause as Error).message}`);
  }
  const lists = [...entries.keys()].filter((name) => /^([^/]+\/)?pack\.json$/.test(name));
  if (lists.length > 1) throw noPack(`it has more than one ${PACK_FILE}`);
  const prefix = (lists[0] ?? PACK_FILE).slice(0, -PACK_FILE.length);
  return async (name) => entries.get(prefix + name) ?? null;
}

async function readLimited(path: string): Promise<Uint8Array> {
  checkSize(basename(path), (await stat(path)).size);
  return readFile(path);
}

function checkSize(name: string, bytes: number): void {
  if (bytes > MAX_FILE_BYTES) throw noPack(`${name} is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function writeFlushed(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

function noPack(reason: string): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: `This is no view pack: ${reason}.`,
    hint: 'Choose the folder that holds pack.json and its .onnx files, or a ZIP file of it.',
  });
}

function damaged(reason: string): StudioError {
  return new StudioError({
    code: 'model-changed',
    message: `This view pack is not whole: ${reason}.`,
    hint: 'Get it anew from where it came from, and import that.',
  });
}
