import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MANIFEST_FILE, parseManifest } from '../../src-main/inference/manifest.ts';
import { createOnnxInference } from '../../src-main/inference/onnx-inference.ts';

const modelsDir = join(import.meta.dirname, '../../models');
const text = readFileSync(join(modelsDir, MANIFEST_FILE), 'utf8');
const { models } = parseManifest(text, MANIFEST_FILE);
const inference = await createOnnxInference({ modelsDir, provider: 'cpu', threads: 1 });
afterAll(() => inference.release());

const MODEL_IDS = [
  'face-detection-short',
  'face-detection-full',
  'face-landmarks-468',
  'face-landmarks-478',
  'iris',
  'portrait-mask',
  'face-reid-128',
  'face-arc-192',
  'inception-features',
  'esrgan-2x',
];

describe('models/manifest.json', () => {
  it('describes the ten models and no other file lies there', () => {
    expect(models.map((model) => model.id)).toEqual(MODEL_IDS);
    const files = readdirSync(modelsDir).filter((file) => file.endsWith('.onnx'));
    expect(files.sort()).toEqual(models.map((model) => model.file).sort());
  });

  it.each(models.map((model) => [model.id, model] as const))('%s: file, licence and source', (_, model) => {
    const bytes = readFileSync(join(modelsDir, model.file));
    expect(bytes.length).toBe(model.bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(model.sha256);
    expect(model.licence.code).toMatch(/^(Apache-2\.0|MIT)$/);
    expect(model.licence.weights).toMatch(/^(Apache-2\.0|MIT|CC0-1\.0)/);
    expect(model.source.version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each(models.map((model) => [model.id, model] as const))('%s: shapes as described', async (_, model) => {
    const dims = model.inputs[0]!.dims.map(Number);
    expect(model.inputs).toMatchObject([{ name: 'image', layout: 'NCHW', colourSpace: 'RGB (sRGB)' }]);
    const length = dims.reduce((product, dim) => product * dim, 1);
    const outputs = await inference.run(model.id, { image: { data: new Float32Array(length), dims } });
    const shapes = Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, [...tensor.dims]]),
    );
    expect(shapes).toEqual(Object.fromEntries(model.outputs.map((output) => [output.name, output.dims])));
    for (const tensor of Object.values(outputs)) expect(tensor.data.every(Number.isFinite)).toBe(true);
  });
});

describe('parseManifest', () => {
  const damage = (change: (json: { models: Record<string, unknown>[] }) => void) => {
    const json = JSON.parse(text);
    change(json);
    return () => parseManifest(JSON.stringify(json), 'manifest.json');
  };

  it('names what is wrong', () => {
    expect(() => parseManifest('{', 'manifest.json')).toThrow(/not JSON/);
    expect(damage((json) => delete json.models[2]!.sha256)).toThrow(/models\.2\.sha256/);
    expect(damage((json) => (json.models[0]!.file = '../iris.onnx'))).toThrow(/models\.0\.file/);
    expect(damage((json) => (json.models[1]!.id = json.models[0]!.id))).toThrow(/share the id/);
    expect(damage((json) => (json.models[1]!.colour = 'blue'))).toThrow(/colour/);
  });
});
