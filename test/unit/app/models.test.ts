import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModelCalls } from '../../../src-main/app/models.ts';
import { APP_PATHS, makeTemporaryFolder } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeAll(() => {
  folder = makeTemporaryFolder();
  // A network of the studio's own and a tiny pack, as they lie in `models/`.
  cpSync(join(APP_PATHS.modelsDirectory, 'manifest.json'), join(folder.path, 'manifest.json'));
  cpSync(join(APP_PATHS.modelsDirectory, 'iris.onnx'), join(folder.path, 'iris.onnx'));
  cpSync(
    join(import.meta.dirname, '../../fixtures/view-pack/gen3d-small'),
    join(folder.path, 'gen3d-small'),
    {
      recursive: true,
    },
  );
});
afterAll(() => folder.remove());

const calls = () =>
  createModelCalls({
    modelsDirectory: folder.path,
    assetsDirectory: APP_PATHS.assetsDirectory,
    packsDirectory: join(folder.path, 'none'),
  });

test('lists networks, packs and the head model with licence and size; what is gone is said', async () => {
  const models = await calls()['model.list']({});
  const find = (id: string) => models.find((model) => model.id === id);
  expect(find('iris')).toMatchObject({ kind: 'network', licence: 'Apache-2.0', state: 'unchecked' });
  expect(find('iris')!.bytes).toBeGreaterThan(1000);
  expect(find('face-detection-short')).toMatchObject({ bytes: 0, state: 'missing' });
  expect(find('gen3d-small')).toMatchObject({ kind: 'pack', state: 'unchecked' });
  expect(models.filter(({ kind }) => kind === 'head-model')).toHaveLength(1);
  for (const { licence, origin } of models) expect(`${licence}${origin}`).not.toBe('');
});

test('one changed byte is found, in a network and in a pack', async () => {
  for (const [id, file] of [
    ['iris', 'iris.onnx'],
    ['gen3d-small', 'gen3d-small/encoder.onnx'],
  ] as const) {
    expect(await calls()['model.check']({ id })).toMatchObject({ id, state: 'intact' });
    writeFileSync(join(folder.path, file), 'x', { flag: 'a' });
    expect(await calls()['model.check']({ id })).toMatchObject({ id, state: 'changed' });
    rmSync(join(folder.path, file));
    expect(await calls()['model.check']({ id })).toMatchObject({ id, state: 'missing' });
  }
  await expect(calls()['model.check']({ id: 'nothing' })).rejects.toMatchObject({ code: 'not-found' });
});
