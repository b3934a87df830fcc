import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STUDIO_SETTINGS_DEFAULTS } from '../../../src-main/contract/studio-settings.ts';
import { readHeadModel } from '../../../src-main/pipeline/03-prior/read-head-model.ts';
import {
  APP_PATHS,
  makeTemporaryFolder,
  openTestStudio,
  type StudioUser,
} from '../../support/studio-host.ts';
import { writeFlame } from '../../support/write-flame.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let user: StudioUser;
beforeAll(async () => {
  folder = makeTemporaryFolder();
  user = await openTestStudio(folder.path);
});
afterAll(async () => {
  await user.studio.close();
  folder.remove();
});

test('start as the defaults, change one by one, are announced, and are there after a restart', async () => {
  expect(await user.call('settings.get', {})).toEqual(STUDIO_SETTINGS_DEFAULTS);
  const announced = new Promise((resolve) => {
    user.studio.on(({ event, payload }) => event === 'settings.changed' && resolve(payload));
  });
  const settings = await user.call('settings.set', { theme: 'light' });
  expect(settings).toEqual({ ...STUDIO_SETTINGS_DEFAULTS, theme: 'light' });
  expect(await announced).toEqual({ settings });
  await user.call('settings.set', { textureSizePx: 1024 });
  await user.studio.close();
  user = await openTestStudio(folder.path);
  expect(await user.call('settings.get', {})).toEqual({ ...settings, textureSizePx: 1024 });
});

test('the texture size is the default of new jobs, threads start the engine anew', async () => {
  const photo = await user.addPhoto();
  await user.call('settings.set', { textureSizePx: 512 });
  const job = await user.call('job.start', { photoId: photo.id, settings: {} });
  expect(job.settings.textureSizePx).toBe(512);
  const chosen = await user.call('job.start', { photoId: photo.id, settings: { textureSizePx: 4096 } });
  expect(chosen.settings.textureSizePx).toBe(4096);
  await user.untilState(chosen.id, 'done');
  const pid = user.studio.enginePid();
  expect(pid).toBeDefined();
  await user.call('settings.set', { threads: 1 });
  expect(user.studio.enginePid()).toBeUndefined();
});

test('values that make no sense are refused; stored ones of another studio become the default', async () => {
  for (const wrong of [
    { threads: 0 },
    { threads: 1.5 },
    { textureSizePx: 1000 },
    { theme: 'pink' },
    { other: 1 },
  ]) {
    expect(await user.studio.call('settings.set', wrong)).toMatchObject({ error: { code: 'bad-request' } });
  }
  await user.studio.close();
  const file = new Database(join(folder.path, 'library.sqlite'));
  file
    .prepare(`UPDATE settings SET value = '{"theme":"pink","threads":3,"gone":1}' WHERE name = 'studio'`)
    .run();
  file.close();
  user = await openTestStudio(folder.path);
  expect(await user.call('settings.get', {})).toEqual({ ...STUDIO_SETTINGS_DEFAULTS, threads: 3 });
});

test("a head model file of one's own becomes the default of new jobs, stays while it is chosen, and goes again", async () => {
  const flame = writeFlame(readHeadModel(readFileSync(join(APP_PATHS.assetsDirectory, 'head-model.bin'))));
  const upload = async (bytes: Uint8Array): Promise<string> => {
    const reply = await user.studio.upload(
      (async function* () {
        yield bytes;
      })(),
    );
    return (reply as { blob: string }).blob;
  };
  const wrong = await upload(Buffer.from('no head model'));
  expect(await user.studio.call('headModel.use', { blob: wrong })).toMatchObject({
    error: { code: 'bad-request', hint: /FLAME/ },
  });
  const blob = await upload(flame);
  const { headModel } = await user.call('headModel.use', { blob });
  expect(headModel).toMatchObject({ blob, id: 'flame', licence: /bind/ });
  const photo = await user.addPhoto();
  expect((await user.call('job.start', { photoId: photo.id, settings: {} })).settings.headModel).toBe(blob);
  const overview = await user.call('storage.overview', {});
  expect(overview.headModels).toEqual({ files: 1, bytes: flame.byteLength });
  expect((await user.call('headModel.use', { blob: null })).headModel).toBeNull();
  expect((await user.call('job.start', { photoId: photo.id, settings: {} })).settings.headModel).toBeNull();
});
