/** The Electron host against a stand-in for Electron (test/support/fake-electron.ts); never the real runtime. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PAGE_ORIGIN } from '../../../src-main/hosts/electron/window.ts';
import { startElectron } from '../../../src-main/hosts/electron/start-electron.ts';
import { createFakeElectron, createFakeFile, type FakeElectron } from '../../support/fake-electron.ts';
import { APP_PATHS, makeTemporaryFolder, TINY_PIPELINE } from '../../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let fake: FakeElectron;
let log: string[];

const start = (electron = fake): Promise<void> =>
  startElectron(electron.electron, {
    paths: { ...APP_PATHS, rendererDirectory: folder.path },
    dataDirectory: folder.path,
    preload: '/preload.cjs',
    log: (line) => log.push(line),
    engineOptions: { pipelineModule: TINY_PIPELINE },
  });
const quit = async (electron = fake): Promise<void> => {
  const gone = new Promise<void>((resolve) => electron.app.once('quit', () => resolve()));
  electron.app.quit();
  await gone;
};

beforeEach(() => {
  folder = makeTemporaryFolder();
  writeFileSync(join(folder.path, 'index.html'), '<!doctype html>');
  fake = createFakeElectron();
  log = [];
});
afterEach(async () => {
  if (fake.ended.exitCode === null) await quit();
  folder.remove();
});

describe('the window', () => {
  test('opens where it was closed, unless that screen is gone', async () => {
    const bounds = { x: 100, y: 50, width: 1200, height: 800 };
    for (const [place, expected] of [
      [bounds, bounds],
      [
        { ...bounds, x: 5000 },
        { width: 1440, height: 900 },
      ],
    ] as const) {
      const first = createFakeElectron();
      await start(first);
      Object.assign(first.windows[0]!, { bounds: place, maximized: true });
      first.windows[0]!.emit('close');
      await quit(first);
      const next = createFakeElectron();
      await start(next);
      expect(next.windows[0]!.options).toMatchObject(expected);
      expect(next.windows[0]!.maximized).toBe(place === bounds);
      await quit(next);
    }
    writeFileSync(join(folder.path, 'window.json'), 'torn');
    await start();
    expect(fake.windows[0]!.options).toMatchObject({ width: 1440, height: 900 });
  });

  test('has no way to Node and no way out', async () => {
    await start();
    const [window] = fake.windows;
    expect(window!.options.webPreferences).toMatchObject({
      preload: '/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(fake.isSandboxed()).toBe(true);
    const contents = window!.webContents;
    expect(contents.openHandler({ url: 'https://example.com' })).toEqual({ action: 'deny' });
    for (const event of ['will-navigate', 'will-attach-webview']) {
      let prevented = false;
      contents.emit(event, { preventDefault: () => (prevented = true) }, 'https://example.com');
      expect([event, prevented]).toEqual([event, true]);
    }
    expect(window!.visible).toBe(true);
  });

  test('gets no permission, and nothing from the network or the disk', async () => {
    await start();
    for (const name of ['media', 'geolocation', 'notifications', 'fileSystem', 'openExternal']) {
      expect(fake.permissions(name)).toEqual([false, false, false]);
    }
    for (const url of [
      'https://example.com/',
      'http://127.0.0.1:1/',
      'file:///etc/passwd',
      'ws://example.com/',
      'ftp://x/',
    ]) {
      await expect(fake.load(url)).rejects.toThrow('BLOCKED');
    }
    expect((await fake.load('studio://elsewhere/index.html')).status).toBe(404);
    expect((await fake.load(`${PAGE_ORIGIN}/index.html`, 'POST')).status).toBe(404);
  });

  test('its scheme is a proper origin', async () => {
    await start();
    expect(fake.schemes.get('studio')).toMatchObject({ standard: true, secure: true, supportFetchAPI: true });
    expect(fake.schemes.get('studio')).not.toHaveProperty('bypassCSP');
  });

  test('the page sees call, on, upload and pathOf, and nothing else', async () => {
    await start();
    const page = fake.runPreload(fake.windows[0]!);
    expect(Object.keys(page)).toEqual(['studio']);
    expect(Object.keys(page.studio as object).sort()).toEqual(['call', 'on', 'pathOf', 'upload']);
  });
});

describe('calls', () => {
  test('come from the studio’s own page and its top frame alone', async () => {
    await start();
    const ours = { url: `${PAGE_ORIGIN}/`, parent: null };
    expect(await fake.invoke('studio:call', ours, 'project.list', {})).toEqual({ result: [] });
    for (const frame of [
      null,
      { url: 'https://example.com/', parent: null },
      { url: `${PAGE_ORIGIN}.evil/`, parent: null },
      { url: 'studio://other/', parent: null },
      { url: `${PAGE_ORIGIN}/frame.html`, parent: ours },
    ]) {
      await expect(fake.invoke('studio:call', frame, 'project.list', {})).rejects.toThrow(/refused a call/);
      await expect(fake.invoke('studio:upload', frame, new Uint8Array(1))).rejects.toThrow(/refused a call/);
    }
    await expect(fake.invoke('studio:upload', ours, '/etc/passwd')).rejects.toThrow(/Uint8Array/);
  });

  test('open a project where it lies, and nothing of it is uploaded', async () => {
    await start();
    const bridge = fake.bridge(fake.windows[0]!);
    const { result: project } = (await bridge.call('project.create', { name: 'Sent' })) as {
      result: { id: string };
    };
    const { result: file } = (await bridge.call('project.export', {
      projectId: project.id,
      directory: join(folder.path, 'sent'),
    })) as { result: { path: string } };
    const path = bridge.pathOf(createFakeFile(file.path));
    expect(path).toBe(file.path);
    expect(await bridge.call('project.import', { path })).toMatchObject({ result: { name: 'Sent' } });
    expect(existsSync(join(folder.path, 'blobs'))).toBe(false);
    // Only what the user handed to the page has a place.
    expect(bridge.pathOf(createFakeFile(''))).toBe('');
    expect(() => bridge.pathOf({ path: '/etc/passwd' })).toThrow(/File/);
  });

  test('stop hearing events when they ask to', async () => {
    await start();
    const bridge = fake.bridge(fake.windows[0]!);
    const heard: unknown[] = [];
    const stop = bridge.on('project.changed', (payload) => heard.push(payload));
    bridge.on('head.added', () => heard.push('wrong event'));
    await bridge.call('project.create', { name: 'one' });
    stop();
    await bridge.call('project.create', { name: 'two' });
    expect(heard).toMatchObject([{ project: { name: 'one' } }]);
  });

  test('export asks for a folder, and takes no for an answer', async () => {
    await start();
    const bridge = fake.bridge(fake.windows[0]!);
    const project = (await bridge.call('project.create', { name: 'x' })) as { result: { id: string } };
    const photo = (await bridge.call('photo.addSample', {
      projectId: project.result.id,
      sampleId: 'astronaut',
    })) as { result: { id: string } };
    const headId = await new Promise<string>((resolve) => {
      bridge.on('head.added', (payload) => resolve((payload as { head: { id: string } }).head.id));
      void bridge.call('job.start', { photoId: photo.result.id, settings: {} });
    });
    expect(await bridge.call('head.export', { headId, names: [] })).toEqual({ result: null });
    fake.dialog.chosen = { canceled: false, filePaths: [join(folder.path, 'chosen')] };
    const exported = await bridge.call('head.export', { headId, names: ['head.glb'] });
    expect(exported).toMatchObject({ result: { files: [join(folder.path, 'chosen', 'head.glb')] } });
    // Where it went is shown on request, and nothing else on the disk.
    expect(await bridge.call('folder.show', { directory: join(folder.path, 'blobs') })).toMatchObject({
      error: { code: 'bad-request' },
    });
    const chosen = join(folder.path, 'chosen');
    expect(await bridge.call('folder.show', { directory: chosen })).toEqual({ result: null });
    expect(fake.shownFolders).toEqual([chosen]);
    expect(fake.windows[0]!.progressBar.some((fraction) => fraction > 0.5)).toBe(true);
    expect(fake.windows[0]!.progressBar.at(-1)).toBe(-1);
    // Nobody looked: the system says so, and a click brings the window to the front.
    expect(fake.notifications).toMatchObject([{ title: 'A head is finished', shown: true }]);
    fake.notifications[0]!.click();
    expect(fake.windows[0]!.focused).toBe(true);
  });
});

describe('start and end', () => {
  test('a second start goes away and shows the first one’s window', async () => {
    await start();
    const second = createFakeElectron({ isFirstInstance: false });
    await start(second);
    expect(second.windows).toEqual([]);
    expect(second.ended.exitCode).toBe(0);
    const [window] = fake.windows;
    window!.minimized = true;
    fake.app.emit('second-instance');
    expect([window!.minimized, window!.focused]).toEqual([false, true]);
  });

  test('a damaged library is explained in a box, and nothing else opens', async () => {
    writeFileSync(join(folder.path, 'library.sqlite'), 'not a database, but long enough to be taken for one');
    await start();
    expect(fake.dialog.errors).toMatchObject([{ title: expect.stringContaining('is damaged') }]);
    expect(fake.windows).toEqual([]);
    expect(fake.ended.exitCode).toBe(4);
  });

  test('quitting waits until the library is closed, so that the next start can open it', async () => {
    await start();
    const window = fake.windows[0]!;
    await fake.bridge(window).call('app.info', {});
    await quit();
    expect(fake.ended.exitCode).toBe(0);
    const next = createFakeElectron();
    await start(next);
    expect(next.dialog.errors).toEqual([]);
    await quit(next);
    expect(window.destroyed).toBe(true);
  });
});
