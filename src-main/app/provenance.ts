/** What a head was made with: versions, hashes, licences; its head model aside, which the engine tells. Part of every report. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ViewsMethod } from '../contract/entities.ts';
import type { AppPaths } from './app-paths.ts';
import { readViewPack, type PackPlaces } from './view-packs.ts';

export type Licence = { name: string; licence: string; credits: string };
export type Provenance = {
  versions: {
    app: string;
    node: string;
    onnxruntime: string | null;
    /** Model id → SHA-256 of its file. */
    models: Record<string, string>;
  };
  licences: Licence[];
};

const manifestSchema = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      sha256: z.string(),
      licence: z.object({ code: z.string(), weights: z.string() }),
      origin: z.string(),
    }),
  ),
});
const packageSchema = z.object({ version: z.string() });

/** What is not installed is left out: the engine, not the report, says that it is missing. */
export async function readProvenance(
  paths: AppPaths,
  method: ViewsMethod,
  packPlaces: PackPlaces = [paths.modelsDirectory],
): Promise<Provenance> {
  const models = manifestSchema.safeParse(await readJson(join(paths.modelsDirectory, 'manifest.json')));
  const runtime = packageSchema.safeParse(
    await readJson(join(paths.root, 'node_modules', 'onnxruntime-node', 'package.json')),
  );
  const pack = method === 'diffusion' ? await readViewPack(packPlaces) : null;
  const entries = models.data?.models ?? [];
  return {
    versions: {
      app: paths.version,
      node: process.versions.node,
      onnxruntime: runtime.data?.version ?? null,
      models: { ...Object.fromEntries(entries.map(({ id, sha256 }) => [id, sha256])), ...pack?.models },
    },
    licences: [
      ...entries.map(({ id, licence, origin }) => ({ name: id, licence: licence.weights, credits: origin })),
      ...(pack === null ? [] : [{ name: pack.name, licence: pack.licence, credits: '' }]),
    ],
  };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}
