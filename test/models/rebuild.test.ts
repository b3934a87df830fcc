/** What is committed is what the converters make of the pinned packages, byte for byte. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../src-main/inference/manifest.ts';
import { buildModel } from '../../tools/models/build-model.ts';
import { MODEL_RECIPES } from '../../tools/models/model-recipes.ts';
import { cannotReach } from './sources.ts';

const modelsDir = join(import.meta.dirname, '../../models');
const { models } = await readManifest(modelsDir);

describe('rebuilt from its source', async () => {
  for (const recipe of MODEL_RECIPES) {
    const { id } = recipe;
    it.skipIf(await cannotReach(`rebuilding ${id}`, [recipe.package]))(id, async () => {
      const { bytes, entry } = await buildModel(recipe);
      expect(entry).toEqual(models.find((model) => model.id === id));
      expect(Buffer.compare(bytes, readFileSync(join(modelsDir, `${id}.onnx`)))).toBe(0);
    });
  }
});
