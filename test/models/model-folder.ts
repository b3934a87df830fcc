/** A folder with tiny models and their manifest, for tests of inference. It goes away with its test. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ModelEntry } from '../../src-main/inference/manifest.ts';
import { MANIFEST_FILE } from '../../src-main/inference/manifest.ts';
import type { OnnxGraph } from '../../tools/models/onnx-graph.ts';

type Port = { name: string; dims: number[] };
export type TinyModel = { id: string; graph: OnnxGraph; inputs: Port[]; outputs: Port[] };

export function writeModelFolder(models: readonly TinyModel[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'gen3d-models-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const entries = models.map(({ id, graph, inputs, outputs }): ModelEntry => {
    const bytes = graph.encode();
    writeFileSync(join(dir, `${id}.onnx`), bytes);
    return {
      id,
      file: `${id}.onnx`,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      source: { package: 'none', version: '1.0.0', file: 'none', sha256: '0'.repeat(64) },
      licence: { code: 'MIT', weights: 'MIT' },
      origin: 'test',
      inputs: inputs.map((port) => ({ ...port, layout: 'N', colourSpace: 'none', range: 'any' })),
      outputs: outputs.map((port) => ({ ...port, meaning: 'test', unit: '1' })),
      notes: '',
    };
  });
  writeFileSync(join(dir, MANIFEST_FILE), JSON.stringify({ formatVersion: 1, models: entries }));
  return dir;
}
