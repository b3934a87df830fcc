/** What is installed to compute with: names, licences, sizes, and whether the files are still what was released. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import type { StudioApi } from '../contract/api.ts';
import type { InstalledModel } from '../contract/models.ts';
import { decodeArrayFile } from '../tensor/array-file.ts';
import type { AppPaths } from './app-paths.ts';
import { notFound } from './projects.ts';

type ModelCalls = Pick<StudioApi, 'model.list' | 'model.check'>;
type Known = Omit<InstalledModel, 'bytes' | 'state'> & {
  /** Path → SHA-256; null where none was released with it. */
  files: Map<string, string | null>;
};

const manifestSchema = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      file: z.string(),
      sha256: z.string(),
      licence: z.object({ weights: z.string() }),
      origin: z.string(),
    }),
  ),
});
const packSchema = z.object({
  name: z.string(),
  licence: z.string(),
  files: z.record(z.string(), z.object({ sha256: z.string() })),
});
const headModelSchema = z.object({ id: z.string(), licence: z.string(), credits: z.string() });

export type ModelPlaces = Pick<AppPaths, 'modelsDirectory' | 'assetsDirectory'> & { packsDirectory: string };

export function createModelCalls(paths: ModelPlaces): ModelCalls {
  const known = async (): Promise<Known[]> => [
    ...(await readNetworks(paths.modelsDirectory)),
    ...(await readImportedPacks(paths.packsDirectory)),
    ...(await readOwnPacks(paths)),
    ...(await readHeadModel(paths.assetsDirectory)),
  ];
  return {
    'model.list': async () => Promise.all((await known()).map(async (model) => describe(model, 'unchecked'))),
    'model.check': async ({ id }) => {
      const model = (await known()).find((candidate) => candidate.id === id);
      if (model === undefined) throw notFound('model', id);
      return describe(model, await compare(model));
    },
  };
}

export async function describe(
  { files, ...model }: Known,
  state: InstalledModel['state'],
): Promise<InstalledModel> {
  const sizes = await Promise.all([...files.keys()].map((path) => stat(path).catch(() => null)));
  const bytes = sizes.reduce((sum, file) => sum + (file?.size ?? 0), 0);
  return { ...model, bytes, state: sizes.includes(null) ? 'missing' : state };
}

async function compare({ files }: Known): Promise<InstalledModel['state']> {
  let state: InstalledModel['state'] = 'unchecked';
  for (const [path, released] of files) {
    if (released === null) continue;
    const found = await hashFile(path);
    if (found === null) return 'missing';
    if (found !== released) return 'changed';
    state = 'intact';
  }
  return state;
}

/** null when it is not there. In pieces: packs take hundreds of megabytes. */
async function hashFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

async function readNetworks(directory: string): Promise<Known[]> {
  const parsed = manifestSchema.safeParse(await readJson(join(directory, 'manifest.json')));
  return (parsed.data?.models ?? []).map(({ id, file, sha256, licence, origin }) => ({
    id,
    kind: 'network',
    use: 'own',
    licence: licence.weights,
    origin,
    files: new Map([[join(directory, file), sha256]]),
  }));
}

export async function readImportedPacks(directory: string): Promise<Known[]> {
  return readPacks(directory, (folder) => ({ id: importedId(folder), use: 'imported' }));
}

/** Of a pack in the folder of imported ones: the studio's own of the same name is listed beside it. */
export const importedId = (folder: string): string => `imported/${folder}`;

async function readOwnPacks({ modelsDirectory, packsDirectory }: ModelPlaces): Promise<Known[]> {
  return readPacks(modelsDirectory, (folder) => ({
    id: folder,
    use: existsSync(join(packsDirectory, folder, 'pack.json')) ? 'replaced' : 'own',
  }));
}

async function readPacks(
  directory: string,
  nameOf: (folder: string) => Pick<Known, 'id' | 'use'>,
): Promise<Known[]> {
  const packs: Known[] = [];
  for (const folder of (await readdir(directory).catch(() => [])).sort()) {
    const { data } = packSchema.safeParse(await readJson(join(directory, folder, 'pack.json')));
    // What is being imported, or was removed in the middle, begins with a dot.
    if (data === undefined || folder.startsWith('.')) continue;
    const files = Object.entries(data.files).map(
      ([file, { sha256 }]) => [join(directory, folder, file), sha256] as const,
    );
    const { licence, name } = data;
    packs.push({ ...nameOf(folder), kind: 'pack', licence, origin: name, files: new Map(files) });
  }
  return packs;
}

/** It carries its own description and no hash: it comes with the program and is replaced with it. */
async function readHeadModel(directory: string): Promise<Known[]> {
  const path = join(directory, 'head-model.bin');
  const bytes = await readFile(path).catch(() => null);
  const parsed = headModelSchema.safeParse(bytes === null ? null : decodeArrayFile(bytes));
  if (!parsed.success) return [];
  const { id, licence, credits } = parsed.data;
  return [{ id, kind: 'head-model', use: 'own', licence, origin: credits, files: new Map([[path, null]]) }];
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => 'null');
  return JSON.parse(text);
}
