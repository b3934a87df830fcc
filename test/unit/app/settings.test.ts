import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STUDIO_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import { makeTemporaryFolder, openTestStudio, type StudioUser } from '../../support/studio-host.ts';

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
