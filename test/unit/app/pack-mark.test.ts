/** Results are kept under the pack that made them, wherever that lies. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStudio } from '../../../src-main/app/studio.ts';
import { PACK } from '../../../src-main/app/view-packs.ts';
import { APP_PATHS, createTestHost, makeTemporaryFolder } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => (folder = makeTemporaryFolder()));
afterEach(() => folder.remove());

function installPack(place: string, name: string): void {
  mkdirSync(join(folder.path, place, PACK), { recursive: true });
  writeFileSync(join(folder.path, place, PACK, 'pack.json'), JSON.stringify({ name }));
}

/** What the engine is told that kept results must be of. */
async function keptVersion(): Promise<string> {
  const versions: string[] = [];
  const host = createTestHost(join(folder.path, 'data'));
  const studio = await openStudio({
    ...host,
    paths: { ...APP_PATHS, modelsDirectory: join(folder.path, 'models') },
    createFork: (options) => {
      versions.push(options.version);
      throw new Error('no engine is needed');
    },
  });
  await studio.call('app.info', {});
  await studio.close();
  return versions[0]!;
}

test("another pack among the studio's own models gives other results, an imported one before it", async () => {
  expect(await keptVersion()).toBe(APP_PATHS.version);
  installPack('models', 'first');
  const first = await keptVersion();
  expect(first).not.toBe(APP_PATHS.version);
  installPack('models', 'second');
  const second = await keptVersion();
  expect(second).not.toBe(first);
  installPack('data/packs', 'imported');
  const imported = await keptVersion();
  expect([first, second]).not.toContain(imported);
  installPack('models', 'first');
  expect(await keptVersion()).toBe(imported);
  installPack('data/packs', 'first');
  expect(await keptVersion()).toBe(first);
});
