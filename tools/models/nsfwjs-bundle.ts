/**
 * Unpacks the model that nsfwjs carries as scripts: one exports model.json as an object, the others a base64 string each.
 * · scripts → model + weights. The scripts are CommonJS bundles of a pinned archive; they run in an empty context.
 */
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { readWeights, weightsManifestSchema } from './tfjs-weights.ts';
import type { Weights } from './tfjs-weights.ts';

const modelSchema = z.object({ modelTopology: z.unknown(), weightsManifest: weightsManifestSchema });

export function readNsfwjsBundle(
  modelScript: Uint8Array,
  shardScripts: readonly Uint8Array[],
): { topology: unknown; weights: Weights } {
  const model = modelSchema.parse(runBundle(modelScript));
  const shards = shardScripts.map((script) => Buffer.from(z.base64().parse(runBundle(script)), 'base64'));
  return {
    topology: model.modelTopology,
    weights: readWeights(model.weightsManifest, Buffer.concat(shards)),
  };
}

/** Through JSON, so that nothing of the script's context comes out but data. */
export function runBundle(script: Uint8Array): unknown {
  const module: { exports: unknown } = { exports: {} };
  runInNewContext(Buffer.from(script).toString('utf8'), { module, exports: module.exports });
  return JSON.parse(JSON.stringify(module.exports));
}
