import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findAppPaths, findDataDirectory } from '../../../src-main/app/app-paths.ts';
import { makeTemporaryFolder } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

function layOut(root: string, place: string): string {
  mkdirSync(join(root, place), { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'gen3d-studio', version: '1.2.3' }));
  return join(root, place);
}

test('from source: the engine is the TypeScript file', () => {
  const from = layOut(folder.path, 'src-main/app');
  // A package.json on the way that is not ours does not stop the search.
  writeFileSync(join(folder.path, 'src-main', 'package.json'), '{"name":"other","version":"9.9.9"}');
  expect(findAppPaths(from)).toEqual({
    root: folder.path,
    version: '1.2.3',
    assetsDirectory: join(folder.path, 'assets'),
    modelsDirectory: join(folder.path, 'models'),
    rendererDirectory: join(folder.path, 'dist', 'renderer'),
    engineEntry: join(folder.path, 'src-main', 'engine', 'engine-main.ts'),
  });
});

test('bundled and packed: the bundle inside the archive, models and assets beside it', () => {
  const root = join(folder.path, 'resources', 'app.asar');
  for (const place of ['dist/main', 'dist/main/chunks']) {
    expect(findAppPaths(layOut(root, place))).toMatchObject({
      root,
      modelsDirectory: join(folder.path, 'resources', 'app.asar.unpacked', 'models'),
      assetsDirectory: join(folder.path, 'resources', 'app.asar.unpacked', 'assets'),
      rendererDirectory: join(root, 'dist', 'renderer'),
      engineEntry: join(root, 'dist', 'main', 'engine-main.js'),
    });
  }
});

test('outside of the studio it says so', () => {
  expect(() => findAppPaths(folder.path)).toThrow(/no package.json/);
});

test('data goes where the user said, else where the system keeps data', () => {
  expect(findDataDirectory({ GEN3D_DATA_DIR: '/my/data' })).toBe('/my/data');
  if (process.platform === 'linux') {
    expect(findDataDirectory({ XDG_DATA_HOME: '/xdg' })).toBe('/xdg/gen3d-studio');
    expect(findDataDirectory({ XDG_DATA_HOME: '', GEN3D_DATA_DIR: '' })).toMatch(
      /\.local\/share\/gen3d-studio$/,
    );
  }
});
