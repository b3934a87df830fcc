/** Makes one model: fetches its source, converts it, describes it. · recipe → ONNX bytes + manifest entry. */
import { createHash } from 'node:crypto';
import type { ModelEntry } from '../../src-main/inference/manifest.ts';
import { MODEL_DESCRIPTIONS } from './model-descriptions.ts';
import type { ModelRecipe } from './model-recipes.ts';
import { packageVersion, readPackageFiles } from './npm-package.ts';

export type BuiltModel = { bytes: Uint8Array; entry: ModelEntry };

export async function buildModel(recipe: ModelRecipe): Promise<BuiltModel> {
  const files = await readModelSource(recipe);
  const bytes = recipe.convert(files).encode();
  const description = MODEL_DESCRIPTIONS.find(({ id }) => id === recipe.id);
  if (!description) throw new Error(`no description of ${recipe.id}`);
  const { id, ...facts } = description;
  const source = {
    package: recipe.package,
    version: packageVersion(recipe.package),
    file: recipe.files.join(', '),
    ...recipe.part,
    sha256: sha256Hex(...files),
  };
  return {
    bytes,
    entry: { id, file: `${id}.onnx`, sha256: sha256Hex(bytes), bytes: bytes.length, source, ...facts },
  };
}

/** The bytes that the converter gets. */
export async function readModelSource({ package: name, files, part }: ModelRecipe): Promise<Uint8Array[]> {
  const contents = await readPackageFiles(name, files);
  if (!part) return contents;
  return contents.map((bytes) => bytes.subarray(part.offset, part.offset + part.length));
}

function sha256Hex(...parts: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
