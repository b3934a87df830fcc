import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createOnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { OnnxGraph } from '../../tools/models/onnx-graph.ts';
import { writeModelFolder } from './model-folder.ts';

function doubleGraph(): OnnxGraph {
  const graph = new OnnxGraph('double');
  const x = graph.input('x', [3]);
  graph.output('y', graph.add('Add', [x, x]), [3]);
  return graph;
}

const X = { x: { data: Float32Array.of(1, 2, 3), dims: [3] } };
let modelsDir: string;
const open = () => createOnnxInference({ modelsDir, provider: 'cpu', threads: 1 });

beforeEach(() => {
  modelsDir = writeModelFolder([
    {
      id: 'double',
      graph: doubleGraph(),
      inputs: [{ name: 'x', dims: [3] }],
      outputs: [{ name: 'y', dims: [3] }],
    },
    {
      id: 'misnamed',
      graph: doubleGraph(),
      inputs: [{ name: 'x', dims: [3] }],
      outputs: [{ name: 'z', dims: [3] }],
    },
  ]);
});

describe('createOnnxInference', () => {
  it('runs a model, closes it and opens it again', async () => {
    const inference = await open();
    for (let round = 0; round < 2; round++) {
      const { y } = await inference.run('double', X);
      expect(Array.from(y!.data)).toEqual([2, 4, 6]);
      expect(y!.dims).toEqual([3]);
      await inference.release();
    }
  });

  it('refuses a file with other bytes, and takes it once it is repaired', async () => {
    const path = join(modelsDir, 'double.onnx');
    const bytes = readFileSync(path);
    const changed = Buffer.from(bytes);
    changed[changed.length - 1]! ^= 1;
    writeFileSync(path, changed);
    const inference = await open();
    await expect(inference.run('double', X)).rejects.toMatchObject({
      name: 'StudioError',
      code: 'model-changed',
    });
    writeFileSync(path, bytes);
    await expect(inference.run('double', X)).resolves.toHaveProperty('y');
    await inference.release();
  });

  it('refuses a file that the manifest does not describe, or describes wrongly', async () => {
    writeFileSync(join(modelsDir, 'stray.onnx'), doubleGraph().encode());
    const inference = await open();
    await expect(inference.run('stray', X)).rejects.toMatchObject({ code: 'model-changed' });
    await expect(inference.run('misnamed', X)).rejects.toMatchObject({ code: 'model-changed' });
  });

  it('says that a model is missing', async () => {
    rmSync(join(modelsDir, 'double.onnx'));
    const inference = await open();
    await expect(inference.run('double', X)).rejects.toMatchObject({ code: 'model-missing' });
    await expect(inference.run('unheard-of', X)).rejects.toMatchObject({ code: 'model-missing' });
    rmSync(join(modelsDir, 'manifest.json'));
    await expect(open()).rejects.toMatchObject({ code: 'model-missing' });
    writeFileSync(join(modelsDir, 'manifest.json'), '[]');
    await expect(open()).rejects.toMatchObject({ code: 'model-changed' });
  });

  it('runs the models of a pack by its own list', async () => {
    const pack = join(modelsDir, 'pack-a');
    mkdirSync(pack);
    const bytes = doubleGraph().encode();
    writeFileSync(join(pack, 'denoiser.onnx'), bytes);
    writeFileSync(join(pack, 'stray.onnx'), bytes);
    const inference = await open();
    await expect(inference.run('pack-a/denoiser', X)).rejects.toMatchObject({ code: 'model-missing' });
    writeFileSync(join(pack, 'pack.json'), '{}');
    await expect(inference.run('pack-a/denoiser', X)).rejects.toMatchObject({ code: 'model-changed' });
    const list = (sha256: string) => {
      const files = { 'denoiser.onnx': { sha256, bytes: bytes.length } };
      writeFileSync(
        join(pack, 'pack.json'),
        JSON.stringify({ format: 'gen3d-pack', version: 1, views: 8, files }),
      );
    };
    list('0'.repeat(64));
    await expect(inference.run('pack-a/denoiser', X)).rejects.toMatchObject({ code: 'model-changed' });
    list(createHash('sha256').update(bytes).digest('hex'));
    expect(Array.from((await inference.run('pack-a/denoiser', X)).y!.data)).toEqual([2, 4, 6]);
    await expect(inference.run('pack-a/stray', X)).rejects.toMatchObject({ code: 'model-changed' });
    await expect(inference.run('pack-a/encoder', X)).rejects.toMatchObject({ code: 'model-missing' });
    await expect(inference.run('pack-b/denoiser', X)).rejects.toMatchObject({ code: 'model-missing' });
    await expect(inference.run('pack-a/denoiser', {})).rejects.toThrow(TypeError);
    await inference.release();
  });

  it('calls a wrong input a TypeError and says what came', async () => {
    const inference = await open();
    const data = Float32Array.of(1, 2);
    await expect(inference.run('double', {})).rejects.toThrow(new TypeError("double needs the input 'x'"));
    await expect(inference.run('double', { x: { data, dims: [2] } })).rejects.toThrow(/float32 \[3\].*\[2\]/);
    await expect(inference.run('double', { x: { data, dims: [3] } })).rejects.toThrow(/of 2 values as \[3\]/);
    await expect(inference.run('double', { ...X, w: X.x })).rejects.toThrow(/no input 'w'/);
  });

  it('says which device it uses and why', async () => {
    expect((await open()).device).toMatchObject({ provider: 'cpu', threads: 1 });
    const { device } = await createOnnxInference({ modelsDir, provider: 'cuda', threads: 2 });
    expect(device.threads).toBe(2);
    expect(device.note).toContain('CUDA');
    if (device.provider === 'cpu') expect(device.note).toMatch(/CUDA is not used: .+/);
    else expect(device.provider).toBe('cuda');
    await expect(createOnnxInference({ modelsDir, threads: 0 })).rejects.toThrow(TypeError);
  });
});
