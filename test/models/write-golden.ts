/**
 * Writes golden/original-outputs.json: a few numbers of every output of the original models for the drawn portrait.
 * `node test/models/write-golden.ts`. They hold the committed ONNX files where the original packages are out of reach.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleOutput } from './golden-samples.ts';
import { ORIGINALS, runOriginal } from './originals/run-original.ts';

const golden: Record<string, Record<string, ReturnType<typeof sampleOutput>>> = {};
for (const id of Object.keys(ORIGINALS)) {
  const outputs = await runOriginal(id);
  golden[id] = Object.fromEntries(
    Object.entries(outputs).map(([name, values]) => [name, sampleOutput(values)]),
  );
}
await writeFile(
  join(import.meta.dirname, 'golden/original-outputs.json'),
  `${JSON.stringify(golden, null, 1)}\n`,
);
