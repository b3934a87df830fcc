/**
 * The shipped view pack in onnxruntime-node gives the numbers of its checkpoint in PyTorch, with the weights rounded alike.
 * Reference: test/fixtures/view-pack/parity.py. Skipped while no pack is in models/.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxInference, type OnnxInference } from '../../src-main/inference/onnx-inference.ts';
import type { Tensor } from '../../src-main/inference/inference.ts';
import { VIEW_PACK } from '../../src-main/pipeline/04-views/diffusion/read-view-pack.ts';

const MODELS = join(import.meta.dirname, '../../models');
const REFERENCE = join(import.meta.dirname, '../fixtures/view-pack/parity.json');
/** Parts of the largest value: what the pack promises. */
const TOLERANCE = 1e-3;

type Reference = { order: string[]; code: number[]; every: number; largest: number; clean: number[] };

/** As `fill` in parity.py. */
function fill(dims: readonly number[], salt: number): Tensor {
  const length = dims.reduce((product, side) => product * side, 1);
  const data = Float32Array.from({ length }, (_, i) => ((i * 7919 + salt) % 10007) / 5003.5 - 1);
  return { data, dims };
}

const isShipped = existsSync(join(MODELS, VIEW_PACK, 'pack.json'));
let inference: OnnxInference | null = null;
afterAll(() => inference?.release());

describe.skipIf(!isShipped)(`${VIEW_PACK} (skipped while models/ has none)`, () => {
  it('gives in onnxruntime what its checkpoint gives in PyTorch', async () => {
    inference = await createOnnxInference({ modelsDir: MODELS, provider: 'cpu', threads: 1 });
    const reference = JSON.parse(readFileSync(REFERENCE, 'utf8')) as Reference;
    const pack = (await inference.readPack(VIEW_PACK)) as { inputs: Record<string, number[]> };
    const inputs = Object.fromEntries(
      reference.order.map((name, salt) => [name, fill(pack.inputs[name]!, salt)]),
    );
    inputs.time!.data.fill(500);
    inputs.vertices!.data.forEach((value, i, all) => (all[i] = value * 0.1));
    const { code } = await inference.run(`${VIEW_PACK}/encoder`, { photo: inputs.photo! });
    const { clean } = await inference.run(`${VIEW_PACK}/denoiser`, { ...inputs, code: code! });
    const largestCode = Math.max(...reference.code.map(Math.abs));
    expect(largestCode).toBeGreaterThan(0);
    expect(largestDifference(code!.data, reference.code)).toBeLessThan(TOLERANCE * largestCode);
    const sampled = clean!.data.filter((_, i) => i % reference.every === 0);
    expect(sampled.length).toBe(reference.clean.length);
    expect(reference.largest).toBeGreaterThan(0.1);
    expect(largestDifference(sampled, reference.clean)).toBeLessThan(TOLERANCE * reference.largest);
  });
});

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < b.length; k++) largest = Math.max(largest, Math.abs(a[k]! - b[k]!));
  return largest;
}
