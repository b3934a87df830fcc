/** The shipped view pack: whole, small enough, readable by this build, and described. Skipped while no pack is in models/. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOnnxInference } from '../../src-main/inference/onnx-inference.ts';
import { readViewPack, VIEW_PACK } from '../../src-main/pipeline/04-views/diffusion/read-view-pack.ts';

const MODELS = join(import.meta.dirname, '../../models');
const FOLDER = join(MODELS, VIEW_PACK);
/** What the repository and the installers can bear. */
const BYTES_MAX = 60e6;

type PackFile = {
  files: Record<string, { sha256: string; bytes: number }>;
  licence: string;
};

describe.skipIf(!existsSync(join(FOLDER, 'pack.json')))(
  `${VIEW_PACK} (skipped while models/ has none)`,
  () => {
    const pack = (): PackFile => JSON.parse(readFileSync(join(FOLDER, 'pack.json'), 'utf8')) as PackFile;

    it('holds the files that its list describes, 60 MB in all at most', () => {
      const { files } = pack();
      expect(Object.keys(files).sort()).toEqual(['denoiser.onnx', 'encoder.onnx']);
      for (const [name, { sha256, bytes }] of Object.entries(files)) {
        const content = readFileSync(join(FOLDER, name));
        expect(content.length).toBe(bytes);
        expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
      }
      expect(Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(BYTES_MAX);
    });

    it('is a pack for this build, with as many views as the studio makes', async () => {
      const inference = await createOnnxInference({ modelsDir: MODELS, provider: 'cpu', threads: 1 });
      expect(await readViewPack(inference)).toMatchObject({ views: 16, imageSizePx: 128 });
    });

    it('has a card: licence, data, hours, the baseline it is measured against, limits', () => {
      const card = readFileSync(join(FOLDER, 'MODEL_CARD.md'), 'utf8');
      expect(pack().licence).toBe('Apache-2.0');
      for (const word of [/Apache-2\.0/, /MakeHuman/, /hour/i, /reproject/, /limit/i])
        expect(card).toMatch(word);
    });
  },
);
