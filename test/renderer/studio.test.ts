import { expect, test } from 'vitest';
import type { ApiArgs, ApiName } from '../../src-main/contract/api.ts';
import {
  type Head,
  type Job,
  type Photo,
  HEAD_SETTINGS_DEFAULTS,
  PHOTO_EDITS_DEFAULTS,
} from '../../src-main/contract/entities.ts';
import type { ViewSet } from '../../src-main/contract/views.ts';
import { Preferences } from '../../src-renderer/state/preferences.svelte.ts';
import { Studio } from '../../src-renderer/state/studio.svelte.ts';
import { createWebTransport } from '../../src-renderer/api/web-transport.ts';
import { FakeBrowser } from './fake-socket.ts';

const project = { id: 'p', name: 'Portraits', createdAt: '2026-01-01', photoCount: 0, headCount: 0 };
const photo = (id: string): Photo => ({
  id,
  projectId: 'p',
  name: id,
  blob: 'b',
  thumbnail: 't',
  widthPx: 1,
  heightPx: 1,
  currentHeadId: null,
  headCount: 0,
  edits: PHOTO_EDITS_DEFAULTS,
  createdAt: '2026-01-01',
});
const job = (state: Job['state']): Job => ({
  id: 'j',
  photoId: 'f',
  settings: HEAD_SETTINGS_DEFAULTS,
  task: { kind: 'head', viewSetId: null, takes: [] },
  base: null,
  state,
  stages: [],
  warnings: [],
  error: null,
  headId: null,
  createdAt: '2026-01-01',
});

class MemoryStorage {
  readonly values = new Map<string, string>();
  getItem = (key: string) => this.values.get(key) ?? null;
  setItem = (key: string, value: string) => void this.values.set(key, value);
}

/** A studio over a socket that answers at once with what `answers` has for the method. */
function startStudio(
  answers: Partial<Record<ApiName, (args: never) => unknown>>,
  storage = new MemoryStorage(),
) {
  const browser = new FakeBrowser();
  const calls: { method: ApiName; args: unknown }[] = [];
  const defaults: typeof answers = {
    'app.info': () => ({ version: '1', host: 'web', device: { provider: 'cpu', threads: 2, note: '' } }),
    'sample.list': () => [],
    'project.list': () => [project],
    'photo.list': () => [],
    'job.list': () => [],
    'job.recent': () => [],
    'head.list': () => [],
    'history.state': () => ({ undo: null, redo: null }),
    'queue.state': () => ({ paused: null, jobs: [], secondsLeft: null }),
  };
  const attach = (): void => {
    const { socket } = browser;
    socket.send = (text) => {
      const { id, method, args } = JSON.parse(text) as { id: number; method: ApiName; args: never };
      calls.push({ method, args });
      const answer = { ...defaults, ...answers }[method];
      queueMicrotask(() => socket.receive(answer ? { id, result: answer(args) } : { id, error: NOT_THERE }));
    };
    socket.onopen?.();
  };
  const studio = new Studio(createWebTransport(browser), storage);
  const stop = studio.start();
  attach();
  return { studio, browser, calls, attach, stop, storage };
}
const NOT_THERE = { code: 'not-found', message: 'There is no such thing.', hint: 'Look elsewhere.' };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test('reads the library on connecting, and anew after a lost connection', async () => {
  const projects = [project];
  const { studio, browser, attach } = startStudio({ 'project.list': () => projects });
  await settle();
  expect(studio.library.ready).toBe(true);
  await studio.library.loadProject('p');
  projects.splice(0, 1, { ...project, id: 'q', name: 'Others' });
  browser.socket.close();
  expect(studio.connection).toBe('lost');
  browser.elapse();
  attach();
  await settle();
  expect(studio.connection).toBe('open');
  expect([...studio.library.projects.keys()]).toEqual(['q']);
});

test('what is on screen stays there while it is read again after a lost connection', async () => {
  const jobs = [job('running')];
  /** What is known of the project and of the photo when each of them is read. */
  const known: boolean[] = [];
  const { studio, browser, attach } = startStudio({
    'photo.list': () => (known.push(studio.library.loaded.has('p')), [photo('f')]),
    'job.list': () => (known.push(studio.library.opened.has('f')), jobs),
    'views.open': () => ({ id: 's', views: [] }),
  });
  await settle();
  await studio.library.loadProject('p');
  await studio.library.loadPhoto('f');
  await studio.views.open({ id: 'h' } as Head);
  const kept = (): boolean[] => [
    studio.library.opened.has('f'),
    studio.library.loaded.has('p'),
    studio.views.ofHead('h') !== undefined,
  ];
  jobs[0] = job('failed');
  browser.socket.close();
  browser.elapse();
  attach();
  expect([...kept(), studio.views.isRead('h')]).toEqual([true, true, true, false]);
  expect(studio.library.jobs.get('j')?.state).toBe('running');
  await settle();
  expect(known).toEqual([false, false, true, true]);
  expect([...kept(), studio.library.jobs.get('j')?.state]).toEqual([true, true, true, 'failed']);
  await studio.views.open({ id: 'h' } as Head);
  expect(studio.views.isRead('h')).toBe(true);
  browser.socket.receive({ event: 'library.replaced', payload: {} });
  expect([studio.library.opened.has('f'), studio.views.ofHead('h')]).toEqual([false, undefined]);
});

test('one picture opens; the first one of all makes a project for itself', async () => {
  const made: ApiArgs<'project.create'>[] = [];
  const { studio } = startStudio({
    'project.list': () => [],
    'project.create': (args: ApiArgs<'project.create'>) => (made.push(args), project),
    'photo.add': ({ name }: ApiArgs<'photo.add'>) => photo(name),
  });
  await settle();
  await studio.intake.add([new File(['x'], 'a.jpg')]);
  expect(made).toHaveLength(1);
  expect(studio.navigation.route).toEqual({ screen: 'photo', projectId: 'p', photoId: 'a.jpg' });
  await studio.intake.add([new File(['x'], 'b.jpg'), new File(['y'], 'c.jpg')]);
  expect(made).toHaveLength(1);
  expect(studio.navigation.route).toEqual({ screen: 'library', projectId: 'p' });
  expect(studio.intake.adding).toBe(0);
});

test('a project file is handed over as the host can, and opens', async () => {
  const { studio, calls } = startStudio({ 'project.import': () => ({ ...project, id: 'q' }) });
  await settle();
  const { transport } = studio;
  await studio.intake.add([new File(['x'], 'sent.gen3d')]);
  transport.upload = () => Promise.reject(new Error('uploaded'));
  transport.handOver = async ({ name }) => ({ path: `/home/me/${name}` });
  await studio.intake.add([new File(['x'], 'Sent.GEN3D')]);
  expect(calls.filter(({ method }) => method === 'project.import').map(({ args }) => args)).toEqual([
    { blob: 'b' },
    { path: '/home/me/Sent.GEN3D' },
  ]);
  expect(studio.notices.list).toEqual([]);
  expect(studio.navigation.route).toMatchObject({ screen: 'library', projectId: 'q' });
});

test('a refused picture leaves a notice with its hint and the others come in', async () => {
  const { studio } = startStudio({
    'photo.add': ({ name }: ApiArgs<'photo.add'>) => photo(name),
  });
  await settle();
  const transport = studio.transport;
  const upload = transport.upload.bind(transport);
  let first = true;
  transport.upload = (file) => {
    if (!first) return upload(file);
    first = false;
    return Promise.reject(new Error('broken'));
  };
  await studio.intake.add([new File(['x'], 'bad.jpg'), new File(['y'], 'good.jpg')]);
  expect(studio.notices.list).toMatchObject([{ kind: 'error', message: 'broken' }]);
  expect(studio.notices.list[0]!.hint).not.toBe('');
  expect([...studio.library.photos.keys()]).toEqual(['good.jpg']);
  expect(studio.intake.adding).toBe(0);
});

test('a late answer does not overwrite a newer event of the same job', async () => {
  const { studio, browser } = startStudio({ 'job.start': () => job('queued') });
  await settle();
  const starting = studio.startJob('f');
  browser.socket.receive({ event: 'job.changed', payload: { job: job('running') } });
  await starting;
  expect(studio.library.jobs.get('j')?.state).toBe('running');
});

test('an unlocked seed is drawn for each job, a locked one is kept; both are remembered', async () => {
  const { studio, calls, storage } = startStudio({ 'job.start': () => job('queued') });
  await settle();
  const seeds = async () => {
    await studio.startJob('f');
    return (calls.at(-1)!.args as ApiArgs<'job.start'>).settings.seed;
  };
  expect([await seeds(), await seeds()]).toEqual([1, 1]);
  studio.preferences.seedLocked = false;
  const drawn = [await seeds(), await seeds()];
  expect(drawn[0]).not.toBe(drawn[1]);
  const again = new Preferences(storage);
  expect([again.settings.seed, again.seedLocked]).toEqual([drawn[1], false]);
});

test('damaged preferences fall back to the defaults', () => {
  for (const text of ['{', '[]', '{"theme":"pink","settings":{"seed":"7","views":8}}']) {
    const storage = new MemoryStorage();
    storage.setItem('gen3d-studio.preferences', text);
    const preferences = new Preferences(storage);
    expect(preferences.theme).toBe('system');
    expect(preferences.settings.seed).toBe(HEAD_SETTINGS_DEFAULTS.seed);
  }
});

test('a dialog that closes late does not close the one that opened meanwhile', async () => {
  const { studio } = startStudio({});
  await settle();
  studio.dialog = 'new-project';
  studio.closeDialog('about');
  expect(studio.dialog).toBe('new-project');
});

test('an action that fails says what and what to do', async () => {
  const { studio } = startStudio({});
  await settle();
  await studio.startJob('f');
  expect(studio.notices.list).toMatchObject([
    { kind: 'error', message: NOT_THERE.message, hint: NOT_THERE.hint },
  ]);
  studio.notices.addError(NOT_THERE as never);
  expect(studio.notices.list).toHaveLength(1);
});

test('a finished job shows together with its head, not a moment before', async () => {
  const { studio, browser } = startStudio({});
  await settle();
  const announce = (event: string, payload: unknown) => browser.socket.receive({ event, payload });
  announce('photo.added', { photo: { ...photo('f'), currentHeadId: 'old' } });
  announce('job.changed', { job: job('running') });
  announce('job.changed', { job: { ...job('done'), headId: 'new' } });
  expect(studio.library.jobs.get('j')?.state).toBe('running');
  announce('photo.changed', { photo: { ...photo('f'), currentHeadId: 'new' } });
  expect(studio.library.jobs.get('j')?.state).toBe('done');
});

test('the seconds of the queue follow the progress of the job that runs', async () => {
  const { studio, browser } = startStudio({});
  await settle();
  const running = (fraction: number): Job => ({
    ...job('running'),
    stages: [{ id: '04-views', state: 'running', fraction, seconds: 0, peakMb: 0, reused: false }],
  });
  const announce = (event: string, payload: unknown) => browser.socket.receive({ event, payload });
  announce('job.changed', { job: running(0.5) });
  const queue = { paused: null, jobs: [{ jobId: 'j', photoId: 'f', secondsLeft: 8 }], secondsLeft: 8 };
  announce('queue.changed', { queue });
  expect(studio.library.queue.secondsLeft).toBe(8);
  announce('job.changed', { job: running(0.75) });
  expect(studio.library.queue.secondsLeft).toBeCloseTo(4, 10);
  expect(studio.library.queue.jobs[0]!.secondsLeft).toBeCloseTo(4, 10);
});

test('what goes into the trash takes along what is below it, and can be had back', async () => {
  const { studio, browser, calls } = startStudio({
    'photo.list': () => [photo('f')],
    'job.list': () => [job('done')],
    'trash.put': () => null,
    'trash.restore': () => null,
  });
  await settle();
  await studio.library.loadProject('p');
  await studio.library.loadPhoto('f');
  await studio.edits.trash({ kind: 'project', id: 'p' }, 'Portraits');
  browser.socket.receive({ event: 'items.trashed', payload: { items: [{ kind: 'project', id: 'p' }] } });
  expect([studio.library.projects.size, studio.library.photos.size, studio.library.jobs.size]).toEqual([
    0, 0, 0,
  ]);
  studio.notices.list[0]!.action!.run();
  await settle();
  expect(calls.at(-1)).toEqual({ method: 'trash.restore', args: { items: [{ kind: 'project', id: 'p' }] } });
  browser.socket.receive({ event: 'project.changed', payload: { project } });
  await studio.library.loadProject('p');
  await studio.library.loadPhoto('f');
  expect([studio.library.projects.size, studio.library.photos.size, studio.library.jobs.size]).toEqual([
    1, 1, 1,
  ]);
});

test('a new job starts from what the last one made; a stage can be made again by hand', async () => {
  const { studio, browser, calls } = startStudio({ 'job.start': () => ({ ...job('queued'), id: 'k' }) });
  await settle();
  browser.socket.receive({ event: 'job.changed', payload: { job: job('done') } });
  await studio.startJob('f');
  expect(calls.at(-1)!.args).toMatchObject({ base: { jobId: 'j' } });
  await studio.runAgainFrom(job('done'), '07-texture');
  expect(calls.at(-1)!.args).toMatchObject({ photoId: 'f', base: { jobId: 'j', fromStage: '07-texture' } });
});

test('four variants are asked for in one call, by the method that draws, from what the last job made', async () => {
  const { studio, browser, calls } = startStudio({
    'job.startVariants': () => [job('queued'), { ...job('queued'), id: 'k' }],
  });
  await settle();
  browser.socket.receive({ event: 'job.changed', payload: { job: { ...job('done'), id: 'before' } } });
  studio.preferences.settings.seed = 7;
  studio.preferences.settings.method = 'reproject';
  await studio.startVariants('f');
  expect(calls.at(-1)).toMatchObject({
    method: 'job.startVariants',
    args: { photoId: 'f', count: 4, settings: { method: 'diffusion', seed: 7 }, base: { jobId: 'before' } },
  });
  expect(studio.preferences.settings.method).toBe('reproject');
  expect([...studio.library.jobs.keys()].sort()).toEqual(['before', 'j', 'k']);
});

test('a second press on “make anew” asks for another seed, also with the form’s seed locked', async () => {
  const { studio, calls } = startStudio({ 'views.regenerate': () => job('queued') });
  await settle();
  studio.preferences.seedLocked = true;
  studio.preferences.settings.seed = 7;
  const set = { id: 's' } as ViewSet;
  const seeds: number[] = [];
  for (const typed of [null, null, 5]) {
    if (typed !== null) studio.views.seed = typed;
    await studio.regenerate(set, [2]);
    seeds.push((calls.at(-1)!.args as ApiArgs<'views.regenerate'>).seed);
  }
  expect(seeds[0]).not.toBe(seeds[1]);
  expect(seeds[2]).toBe(5);
  expect(studio.views.seed).not.toBe(5);
  expect(studio.preferences.settings.seed).toBe(7);
});

test('what is undone can be done again at once, before the studio has answered', async () => {
  const label = { action: 'rename', kind: 'photo', name: 'x', count: 1 } as const;
  const { studio, calls, stop } = startStudio({
    'history.state': () => ({ undo: label, redo: null }),
    'history.undo': () => ({ undo: null, redo: label }),
    'history.redo': () => ({ undo: label, redo: null }),
  });
  await settle();
  await Promise.all([studio.edits.undo(), studio.edits.redo()]);
  expect(calls.map(({ method }) => method).filter((method) => /history\.(un|re)do/.test(method))).toEqual([
    'history.undo',
    'history.redo',
  ]);
  stop();
});
