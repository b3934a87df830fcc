/**
 * Which file a model id means, and what its bytes must be. · models folder + id → path, SHA-256, names of inputs and outputs.
 * `iris` is an entry of manifest.json. `gen3d-small/denoiser` is the file denoiser.onnx of the pack in the folder
 * gen3d-small, described by its pack.json; packs are installed and replaced as a whole, so they carry their own list,
 * and it is read when one of its models is first asked for.
 */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { modelChanged, modelMissing } from './manifest.ts';
import type { ModelManifest } from './manifest.ts';

export type ModelFile = {
  id: string;
  path: string;
  sha256: string;
  /** What the list promises; a pack leaves it to the ONNX file. */
  ports?: { inputs: readonly Port[]; outputs: readonly Port[] };
};

/** A named input or output. An axis that is a name may have any length. */
export type Port = { name: string; dims: readonly (number | string)[] };

/** `packsDir`: a pack in it stands in for the one of the same name in `modelsDir`. */
export type ModelFolders = { modelsDir: string; packsDir?: string };

const PACK_FILE = 'pack.json';
const PACK_MODEL_ID = /^([a-z0-9-]+)\/([a-z0-9-]+)$/;
const packSchema = z.looseObject({
  format: z.literal('gen3d-pack'),
  version: z.literal(1),
  files: z.record(z.string(), z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

export async function findModelFile(
  folders: ModelFolders,
  manifest: ModelManifest,
  id: string,
): Promise<ModelFile> {
  const [, folder, name] = PACK_MODEL_ID.exec(id) ?? [];
  if (folder !== undefined && name !== undefined) return findInPack(folders, folder, name);
  const entry = manifest.models.find((model) => model.id === id);
  const path = join(folders.modelsDir, entry?.file ?? `${id}.onnx`);
  if (entry) return { id, path, sha256: entry.sha256, ports: entry };
  if (await isThere(path)) throw modelChanged(`${path} is not described by the list of models.`);
  throw modelMissing(`There is no model called ${id}.`);
}

/** The pack.json of a folder, with at least a format, a version and files that are understood. */
export async function readPack(folders: ModelFolders, folder: string): Promise<z.infer<typeof packSchema>> {
  const packPath = join(await findPack(folders, folder), PACK_FILE);
  const text = await readFile(packPath, 'utf8').catch((cause: unknown) => {
    throw modelMissing(`The model pack ${folder} is not installed: ${packPath} is missing.`, cause);
  });
  try {
    return packSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw modelChanged(`The list of the model pack ${folder} is damaged: ${packPath}.`, cause);
  }
}

async function findPack({ modelsDir, packsDir }: ModelFolders, folder: string): Promise<string> {
  if (packsDir !== undefined && (await isThere(join(packsDir, folder, PACK_FILE))))
    return join(packsDir, folder);
  return join(modelsDir, folder);
}

async function findInPack(folders: ModelFolders, folder: string, name: string): Promise<ModelFile> {
  const { files } = await readPack(folders, folder);
  const path = join(await findPack(folders, folder), `${name}.onnx`);
  const file = files[`${name}.onnx`];
  if (file) return { id: `${folder}/${name}`, path, sha256: file.sha256 };
  if (await isThere(path)) throw modelChanged(`${path} is not described by ${PACK_FILE} beside it.`);
  throw modelMissing(`The model pack ${folder} has no model called ${name}.`);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
