/**
 * `npm run models:build [id …]`: makes the models anew from their pinned sources and writes models/*.onnx and
 * models/manifest.json. Without ids all of them; entries of models that are not made stay as they are.
 * `--check` writes nothing and fails if the result differs from what is there.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MANIFEST_FILE, parseManifest } from '../../src-main/inference/manifest.ts';
import { buildModel } from './build-model.ts';
import type { BuiltModel } from './build-model.ts';
import { MODEL_RECIPES } from './model-recipes.ts';

const MODELS_DIR = join(import.meta.dirname, '../../models');
const MANIFEST_PATH = join(MODELS_DIR, MANIFEST_FILE);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean' } },
});
const unknown = positionals.filter((id) => !MODEL_RECIPES.some((recipe) => recipe.id === id));
if (unknown.length > 0) throw new Error(`no such model: ${unknown.join(', ')}`);

const built = new Map<string, BuiltModel>();
for (const recipe of MODEL_RECIPES) {
  if (positionals.length > 0 && !positionals.includes(recipe.id)) continue;
  const model = await buildModel(recipe);
  built.set(recipe.id, model);
  console.log(`${recipe.id}  ${(model.bytes.length / 1e6).toFixed(2)} MB  ${model.entry.sha256}`);
}

const oldText = await readFile(MANIFEST_PATH, 'utf8').catch(() => undefined);
const oldModels = oldText === undefined ? [] : parseManifest(oldText, MANIFEST_PATH).models;
const models = MODEL_RECIPES.flatMap(({ id }) => {
  const entry = built.get(id)?.entry ?? oldModels.find((old) => old.id === id);
  return entry ? [entry] : [];
});
const newText = `${JSON.stringify({ formatVersion: 1, models }, null, 2)}\n`;

if (values.check) {
  if (newText !== oldText) throw new Error(`${MANIFEST_PATH} differs from what the sources give`);
  console.log('The manifest is what the sources give.');
} else {
  for (const { bytes, entry } of built.values()) await writeFile(join(MODELS_DIR, entry.file), bytes);
  await writeFile(MANIFEST_PATH, newText);
}
