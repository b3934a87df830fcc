/** One application behind two hosts: whatever the window does, it meets the same behaviour. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStudio } from '../../../src-main/app/studio.ts';
import type { Head, Job, Photo, Project } from '../../../src-main/contract/entities.ts';
import type { CallReply, UploadReply, WireEvent } from '../../../src-main/contract/wire.ts';
import { PAGE_ORIGIN } from '../../../src-main/hosts/electron/window.ts';
import { startElectron } from '../../../src-main/hosts/electron/start-electron.ts';
import { startWebServer } from '../../../src-main/hosts/web/web-server.ts';
import { createFakeElectron } from '../../support/fake-electron.ts';
import {
  APP_PATHS,
  createTestHost,
  makeTemporaryFolder,
  makeTinyPhoto,
  TINY_PIPELINE,
} from '../../support/studio-host.ts';
import { openAsBrowser } from '../../support/web-user.ts';

const MAX_UPLOAD_BYTES = 200_000;

type Window = {
  call(method: string, args: unknown): Promise<CallReply>;
  upload(bytes: Uint8Array): Promise<UploadReply>;
  events: WireEvent[];
  get(path: string): Promise<Response>;
  close(): Promise<void>;
};

async function openWeb(dataDirectory: string, rendererDirectory: string): Promise<Window> {
  const log: string[] = [];
  const studio = await openStudio({
    ...createTestHost(dataDirectory, log),
    maxUploadBytes: MAX_UPLOAD_BYTES,
  });
  const server = await startWebServer({ studio, rendererDirectory, port: 0, log: (line) => log.push(line) });
  const user = await openAsBrowser(server.url);
  const events: WireEvent[] = [];
  user.on((event) => events.push(event));
  return {
    call: user.call,
    upload: user.upload,
    events,
    get: (path) => user.fetch(path),
    close: async () => {
      user.close();
      await server.close();
      await studio.close();
    },
  };
}

async function openElectron(dataDirectory: string, rendererDirectory: string): Promise<Window> {
  const fake = createFakeElectron();
  await startElectron(fake.electron, {
    paths: { ...APP_PATHS, rendererDirectory },
    dataDirectory,
    preload: '/preload.cjs',
    log: () => undefined,
    engineOptions: { pipelineModule: TINY_PIPELINE },
    maxUploadBytes: MAX_UPLOAD_BYTES,
  });
  const bridge = fake.bridge(fake.windows[0]!);
  const events: WireEvent[] = [];
  for (const event of ['project.changed', 'photo.added', 'job.changed', 'head.added'] as const) {
    bridge.on(event, (payload) => events.push({ event, payload }));
  }
  return {
    call: (method, args) => bridge.call(method as never, args),
    upload: bridge.upload,
    events,
    get: (path) => fake.load(PAGE_ORIGIN + path),
    close: async () => {
      const gone = new Promise<void>((resolve) => fake.app.once('quit', () => resolve()));
      fake.app.quit();
      await gone;
    },
  };
}

describe.each([
  ['web', openWeb],
  ['electron', openElectron],
] as const)('the %s host', (kind, open) => {
  let folder: ReturnType<typeof makeTemporaryFolder>;
  let window: Window;
  let photo: Photo;

  beforeAll(async () => {
    folder = makeTemporaryFolder();
    const renderer = join(folder.path, 'renderer');
    mkdirSync(join(renderer, 'assets'), { recursive: true });
    writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>page</title>');
    writeFileSync(join(renderer, 'assets', 'app.js'), 'export {}');
    writeFileSync(join(folder.path, 'secret.txt'), 'secret');
    window = await open(join(folder.path, 'data'), renderer);
  });
  afterAll(async () => {
    await window.close();
    folder.remove();
  });

  const result = async <T>(method: string, args: unknown): Promise<T> => {
    const reply = await window.call(method, args);
    if ('error' in reply) throw new Error(`${method}: ${reply.error.message}`);
    return reply.result as T;
  };
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  test('says which it is and what it runs on', async () => {
    expect(await result('app.info', {})).toMatchObject({
      host: kind,
      version: APP_PATHS.version,
      device: { provider: 'cpu' },
    });
  });

  test('answers calls and announces what they changed', async () => {
    const project = await result<Project>('project.create', { name: 'Shared' });
    await until(() => window.events.find(({ event }) => event === 'project.changed'));
    expect(await result('project.list', {})).toEqual([project]);
  });

  test('answers null where a call returns nothing', async () => {
    const reply = await window.call('job.cancel', { jobId: '00000000-0000-4000-8000-000000000000' });
    expect(reply).toMatchObject({ error: { code: 'not-found' } });
  });

  test('refuses unknown methods and wrong arguments as data, not as an exception', async () => {
    for (const method of ['nope', 'constructor', '__proto__', 'hasOwnProperty']) {
      expect(await window.call(method, {})).toMatchObject({ error: { code: 'bad-request' } });
    }
    expect(await window.call('project.create', { name: 7 })).toMatchObject({
      error: { code: 'bad-request' },
    });
    expect(await window.call('project.create', null)).toMatchObject({ error: { code: 'bad-request' } });
  });

  test('takes an upload, makes a photo of it, serves both, and nothing as a page', async () => {
    const [project] = await result<Project[]>('project.list', {});
    const picture = await makeTinyPhoto();
    const uploaded = await window.upload(picture);
    const blob = 'blob' in uploaded ? uploaded.blob : '';
    photo = await result<Photo>('photo.add', { projectId: project!.id, name: 'C:\\fakepath\\me.png', blob });
    expect(photo).toMatchObject({ name: 'me.png', widthPx: 160, heightPx: 128 });
    const original = await window.get(`/blob/${photo.blob}`);
    expect(original.headers.get('content-type')).toBe('image/png');
    expect(original.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await original.arrayBuffer()).equals(picture)).toBe(true);

    const page = await window.upload(Buffer.from('<!doctype html><script>alert(1)</script>'));
    const served = await window.get(`/blob/${'blob' in page ? page.blob : ''}`);
    expect(served.headers.get('content-type')).toBe('application/octet-stream');
  });

  test('refuses an upload that is too large, keeps nothing of it, and takes the next one', async () => {
    const before = readdirSync(join(folder.path, 'data', 'blobs'), { recursive: true }).length;
    expect(await window.upload(randomBytes(MAX_UPLOAD_BYTES + 1))).toMatchObject({
      error: { code: 'bad-request', message: expect.stringContaining('larger than') as string },
    });
    expect(readdirSync(join(folder.path, 'data', 'blobs'), { recursive: true }).length).toBe(before);
    expect(await window.upload(randomBytes(MAX_UPLOAD_BYTES))).toHaveProperty('blob');
  });

  test('runs a job, shows its progress, keeps the head, exports it', async () => {
    const { id } = await result<Job>('job.start', { photoId: photo.id, settings: { seed: 5 } });
    const jobs = (): Job[] =>
      window.events.flatMap(({ event, payload }) =>
        event === 'job.changed' ? [(payload as { job: Job }).job] : [],
      );
    const done = await until(() => jobs().find((job) => job.id === id && job.state === 'done'));
    expect(jobs().some(({ stages }) => stages[0]!.state === 'running')).toBe(true);
    expect(done).not.toHaveProperty('artefacts');
    const [head] = await result<Head[]>('head.list', { projectId: photo.projectId });
    expect(head!.id).toBe(done.headId);
    const directory = join(folder.path, 'export');
    await result('head.export', { headId: head!.id, names: [], directory });
    expect(readdirSync(directory).sort()).toEqual(['cameras.json', 'head.glb', 'report.json', 'views']);
    const glb = head!.files.find(({ name }) => name === 'head.glb')!;
    const download = await window.get(`/blob/${glb.blob}?name=${encodeURIComponent('Zoë "x"/../head.glb')}`);
    expect(download.headers.get('content-disposition')).toBe(
      `attachment; filename="head.glb"; filename*=UTF-8''head.glb`,
    );
    expect((await download.arrayBuffer()).byteLength).toBe(glb.bytes);
  });

  test('serves the page and samples with a strict policy', async () => {
    const page = await window.get('/');
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain('<title>page');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|https?:\/\/|\*/);
    expect((await window.get('/assets/app.js')).headers.get('content-type')).toMatch(/^text\/javascript/);
    const [sample] = await result<{ id: string; url: string }[]>('sample.list', {});
    expect((await window.get(sample!.url)).headers.get('content-type')).toMatch(/^image\//);
    expect((await window.get('/sample/nothing')).status).toBe(404);
  });

  test('serves nothing from outside its folders', async () => {
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      '/%00',
      '/%ff',
      '/assets',
      `/blob/..%2f..%2f..%2fsecret.txt`,
      `/blob/${'0'.repeat(64)}`,
      '/sample/..%2fsamples.json',
    ]) {
      const response = await window.get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).not.toContain('secret.txt is');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});
