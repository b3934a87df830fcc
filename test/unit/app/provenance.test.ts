import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readProvenance } from '../../../src-main/app/provenance.ts';
import { checkMethod } from '../../../src-main/app/view-packs.ts';
import { APP_PATHS, makeTemporaryFolder } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

function install() {
  const paths = {
    ...APP_PATHS,
    modelsDirectory: join(folder.path, 'models'),
  };
  mkdirSync(join(paths.modelsDirectory, 'gen3d-small'), { recursive: true });
  const manifest = {
    models: [{ id: 'iris', sha256: 'a1', licence: { code: 'MIT', weights: 'Apache-2.0' }, origin: 'Google' }],
  };
  writeFileSync(join(paths.modelsDirectory, 'manifest.json'), JSON.stringify(manifest));
  const pack = {
    name: 'small',
    licence: 'Apache-2.0',
    files: { 'denoiser.onnx': { sha256: 'b2', bytes: 1 } },
  };
  writeFileSync(join(paths.modelsDirectory, 'gen3d-small', 'pack.json'), JSON.stringify(pack));
  return paths;
}

test('names every model with its hash and licence, and the pack where it was used', async () => {
  const paths = install();
  const reproject = await readProvenance(paths, 'reproject');
  expect(reproject.versions.models).toEqual({ iris: 'a1' });
  expect(reproject.licences).toEqual([{ name: 'iris', licence: 'Apache-2.0', credits: 'Google' }]);
  const diffusion = await readProvenance(paths, 'diffusion');
  expect(diffusion.versions.models).toEqual({ iris: 'a1', 'gen3d-small/denoiser': 'b2' });
  expect(diffusion.licences.map(({ name }) => name)).toEqual(['iris', 'small']);
  expect(() => checkMethod({ method: 'diffusion' }, [paths.modelsDirectory])).not.toThrow();
});

test('what is not there is left out', async () => {
  const paths = {
    ...APP_PATHS,
    modelsDirectory: folder.path,
    assetsDirectory: folder.path,
    root: folder.path,
  };
  expect(await readProvenance(paths, 'diffusion')).toEqual({
    versions: { app: APP_PATHS.version, node: process.versions.node, onnxruntime: null, models: {} },
    licences: [],
  });
  expect(() => checkMethod({ method: 'diffusion' }, [folder.path])).toThrow(/No multi-view model/);
  expect(() => checkMethod({ method: 'reproject' }, [folder.path])).not.toThrow();
});
