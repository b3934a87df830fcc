/**
 * A view pack from anywhere, run as the studio runs its own.
 * `FOLDER` or `FOLDER@STEPS` → inference whose installed pack is that one, its name, number of views and of steps.
 * The pack is copied into a models folder of its own, where stage 04 finds it under the name it looks for.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { HEAD_SETTINGS_DEFAULTS } from '../../contract/entities.ts';
import { createOnnxInference, type OnnxInference } from '../../inference/onnx-inference.ts';
import { readViewPack, VIEW_PACK } from '../../pipeline/04-views/diffusion/read-view-pack.ts';

export type OpenPack = {
  /** Folder's name, with the number of steps where it was asked for. */
  name: string;
  inference: OnnxInference;
  views: number;
  steps: number;
  close(): Promise<void>;
};

export async function openPack(spec: string): Promise<OpenPack> {
  const [folder, steps] = splitSteps(spec);
  const modelsDir = await mkdtemp(join(tmpdir(), 'view-pack-'));
  await cp(folder, join(modelsDir, VIEW_PACK), { recursive: true });
  await writeFile(join(modelsDir, 'manifest.json'), JSON.stringify({ formatVersion: 1, models: [] }));
  const inference = await createOnnxInference({ modelsDir });
  const { views } = await readViewPack(inference);
  return {
    name: steps === null ? basename(folder) : `${basename(folder)}@${steps}`,
    inference,
    views,
    steps: steps ?? HEAD_SETTINGS_DEFAULTS.steps,
    async close() {
      await inference.release();
      await rm(modelsDir, { recursive: true });
    },
  };
}

function splitSteps(spec: string): [string, number | null] {
  const found = /^(.+)@([1-9]\d*)$/.exec(spec);
  return found === null ? [spec, null] : [found[1]!, Number(found[2])];
}
