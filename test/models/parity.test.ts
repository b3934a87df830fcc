/**
 * The committed ONNX files give the numbers of the original models in their original runtimes.
 * Tolerances are parts of the largest value of an output. Float weights: only the order of the sums differs (measured
 * at most 1.1e-6). 8-bit weights: code · scale + min is rounded to float32 in a different place (at most 9.5e-6). The
 * mask: a steep sigmoid at its edges (at most 2.7e-5 in one pixel, 3e-8 on average). Super-resolution: weights rounded to
 * half precision (1.6e-4; with its float32 weights 8.4e-7).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { sampleOutput } from './golden-samples.ts';
import type { GoldenSamples } from './golden-samples.ts';
import { ORIGINALS, packagesOf, runOriginal } from './originals/run-original.ts';
import { toPlanes } from './portrait.ts';
import { cannotReach } from './sources.ts';

const TOLERANCE = 5e-6;
const WIDER_TOLERANCES: Readonly<Record<string, number>> = {
  'face-reid-128': 5e-5,
  'inception-features': 5e-5,
  'portrait-mask': 1e-4,
  'esrgan-2x': 5e-4,
};
const toleranceOf = (id: string) => WIDER_TOLERANCES[id] ?? TOLERANCE;

const golden: Record<string, Record<string, GoldenSamples>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden/original-outputs.json'), 'utf8'),
);
const inference = await createOnnxInference({
  modelsDir: join(import.meta.dirname, '../../models'),
  provider: 'cpu',
  threads: 1,
});
afterAll(() => inference.release());

async function runConverted(id: string): Promise<Record<string, Float32Array>> {
  const { dims } = inference.manifest.models.find((model) => model.id === id)!.inputs[0]!;
  const data = toPlanes(ORIGINALS[id]!.picture(), 3);
  const outputs = await inference.run(id, { image: { data, dims: dims.map(Number) } });
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data]));
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < b.length; k++) largest = Math.max(largest, Math.abs(a[k]! - b[k]!));
  return largest;
}

describe.each(Object.keys(ORIGINALS))('%s', (id) => {
  const tolerance = toleranceOf(id);

  it('gives the recorded numbers of the original', async () => {
    const outputs = await runConverted(id);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(golden[id]!).sort());
    for (const [name, recorded] of Object.entries(golden[id]!)) {
      const actual = sampleOutput(outputs[name]!);
      expect(actual.count).toBe(recorded.count);
      expect(recorded.largest, `${name} must not be an empty answer`).toBeGreaterThan(0.1);
      expect(largestDifference(actual.values, recorded.values)).toBeLessThan(tolerance * recorded.largest);
    }
  });
});

describe('run side by side', async () => {
  for (const id of Object.keys(ORIGINALS)) {
    it.skipIf(await cannotReach(`${id} next to its original`, packagesOf(id)))(id, async () => {
      const [original, converted] = [await runOriginal(id), await runConverted(id)];
      for (const [name, values] of Object.entries(original)) {
        expect(converted[name]!.length).toBe(values.length);
        const largest = sampleOutput(values).largest;
        const difference = largestDifference(converted[name]!, values) / largest;
        expect(difference, `${name}: ${difference.toExponential(1)} of ${largest.toFixed(3)}`).toBeLessThan(
          toleranceOf(id),
        );
      }
    });
  }
});
