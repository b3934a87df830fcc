import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STAGES } from '../../../src-main/contract/stages.ts';
import type { HeadReport } from '../../../src-main/app/head-report.ts';
import type { StageProgress } from '../../../src-main/contract/entities.ts';
import {
  isAlive,
  makeTemporaryFolder,
  openTestStudio,
  untilGone,
  type StudioUser,
} from '../../support/studio-host.ts';

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

const doneStages = (stages: StageProgress[]): string[] =>
  stages.filter(({ state }) => state === 'done').map(({ id }) => id);

describe('a job', () => {
  test('makes a head with a report that says how', async () => {
    const photo = await user.addPhoto({ behaviour: { '03-prior': 'warn' } });
    const started = await user.call('job.start', { photoId: photo.id, settings: { seed: 7 } });
    const job = await user.untilState(started.id, 'done', 'failed');
    expect(job.error).toBeNull();
    expect(doneStages(job.stages)).toEqual([...STAGES]);
    expect(job.stages.every(({ seconds, peakMb, reused }) => seconds > 0 && peakMb > 10 && !reused)).toBe(
      true,
    );
    expect(job.warnings).toEqual([{ code: 'tiny', message: 'warned in 03-prior', stage: '03-prior' }]);
    const [head] = await user.call('head.list', { projectId: photo.projectId });
    expect(head?.id).toBe(job.headId);
    expect(head?.files.map(({ name }) => name)).toEqual([
      'head.glb',
      'cameras.json',
      ...Array.from({ length: 16 }, (_, view) => `views/view-${String(view).padStart(2, '0')}.png`),
      'report.json',
    ]);
    const reportFile = head?.files.find(({ name }) => name === 'report.json');
    const report = JSON.parse(
      Buffer.from(await user.studio.blobs.get(reportFile!.blob)).toString(),
    ) as HeadReport;
    expect(report).toMatchObject({
      seed: 7,
      method: 'diffusion',
      photo: { sha256: photo.blob },
      provider: 'cpu',
    });
    expect(report.stages.map(({ id }) => id)).toEqual([...STAGES]);
  });

  test('gives the same bytes for the same photo, settings and seed, and others for another seed', async () => {
    const photo = await user.addPhoto();
    const glbOf = async (seed: number): Promise<string> => {
      const { id } = await user.call('job.start', { photoId: photo.id, settings: { seed } });
      const { headId } = await user.untilState(id, 'done');
      const heads = await user.call('head.list', { projectId: photo.projectId });
      return heads.find((head) => head.id === headId)!.files.find(({ name }) => name === 'head.glb')!.blob;
    };
    const first = await glbOf(3);
    expect(await glbOf(3)).toBe(first);
    expect(await glbOf(4)).not.toBe(first);
  });

  test('waits for its turn, and can be cancelled while it waits', async () => {
    const slow = await user.addPhoto({ behaviour: { '02-analyse': 'wait' } });
    const running = await user.call('job.start', { photoId: slow.id, settings: {} });
    const waiting = await user.call('job.start', { photoId: slow.id, settings: {} });
    const last = await user.call('job.start', { photoId: slow.id, settings: {} });
    expect([waiting.state, last.state]).toEqual(['queued', 'queued']);
    await user.untilJob(running.id, ({ stages }) => stages[1]!.state === 'running');
    await user.call('job.cancel', { jobId: waiting.id });
    await user.call('job.cancel', { jobId: running.id });
    await user.untilJob(last.id, ({ stages }) => stages[1]!.state === 'running');
    await user.call('job.cancel', { jobId: last.id });
    await user.untilState(last.id, 'cancelled');
    const jobs = await user.call('job.list', { projectId: slow.projectId });
    expect(jobs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(jobs.map(({ stages }) => doneStages(stages).length)).toEqual([1, 0, 1]);
  });

  test.each([
    ['no-face', 'no-face-found'],
    ['disk-full', 'disk-full'],
    ['out-of-memory', 'out-of-memory'],
    ['mistake', 'internal'],
  ] as const)('that meets %s fails with %s and the stage, and the next one runs', async (behaviour, code) => {
    const photo = await user.addPhoto({ behaviour: { '05-surface': behaviour } });
    const { id } = await user.call('job.start', { photoId: photo.id, settings: {} });
    const next = await user.call('job.start', { photoId: (await user.addPhoto()).id, settings: {} });
    const job = await user.untilState(id, 'failed');
    expect(job.error).toMatchObject({ code, stage: '05-surface' });
    expect(job.error!.hint.length).toBeGreaterThan(10);
    expect(doneStages(job.stages)).toEqual(STAGES.slice(0, 4));
    expect(job.stages.some(({ state }) => state === 'running')).toBe(false);
    await user.untilState(next.id, 'done');
  });
});

describe('the engine dies in the middle of a job', () => {
  test('the job is interrupted, the library whole, and resuming reuses what was finished', async () => {
    const photo = await user.addPhoto({ behaviour: { '06-head': 'wait' } });
    const { id } = await user.call('job.start', { photoId: photo.id, settings: {} });
    await user.untilJob(id, ({ stages }) => stages[5]!.state === 'running');
    const pid = user.studio.enginePid()!;
    process.kill(pid, 'SIGKILL');
    const job = await user.untilState(id, 'interrupted');
    expect(job.error).toMatchObject({ code: 'engine-stopped', stage: '06-head' });
    await untilGone(pid);

    await user.call('job.resume', { jobId: id });
    const again = await user.untilJob(id, ({ stages }) => stages[5]!.state === 'running');
    expect(again.stages.slice(0, 5).every(({ reused, state }) => reused && state === 'done')).toBe(true);
    expect(user.studio.enginePid()).not.toBe(pid);
    await user.call('job.cancel', { jobId: id });
    await user.untilState(id, 'cancelled');
  });

  test('a studio that is closed ends its engine, and shows its jobs as interrupted next time', async () => {
    const photo = await user.addPhoto({ behaviour: { '04-views': 'wait' } });
    const { id } = await user.call('job.start', { photoId: photo.id, settings: {} });
    const queued = await user.call('job.start', { photoId: photo.id, settings: {} });
    await user.untilJob(id, ({ stages }) => stages[3]!.state === 'running');
    const pid = user.studio.enginePid()!;
    await user.studio.close();
    expect(isAlive(pid)).toBe(false);
    user = await openTestStudio(folder.path);
    const jobs = await user.call('job.list', { projectId: photo.projectId });
    expect(jobs.map((job) => [job.id, job.state])).toEqual([
      [queued.id, 'queued'],
      [id, 'interrupted'],
    ]);
    expect(await user.call('queue.state', {})).toMatchObject({
      paused: 'restart',
      jobs: [{ jobId: queued.id }],
    });
    await user.call('job.cancel', { jobId: queued.id });
    expect((await user.call('queue.state', {})).jobs).toEqual([]);
  });
});

describe('cancel', () => {
  test.each(STAGES)('during %s leaves a cancelled job and a usable studio', async (stage) => {
    const photo = await user.addPhoto({ behaviour: { [stage]: 'wait' } });
    const { id } = await user.call('job.start', { photoId: photo.id, settings: {} });
    const index = STAGES.indexOf(stage);
    await user.untilJob(id, ({ stages }) => stages[index]!.state === 'running');
    await user.call('job.cancel', { jobId: id });
    const job = await user.untilState(id, 'cancelled', 'done', 'failed', 'interrupted');
    expect([job.state, job.error, job.headId]).toEqual(['cancelled', null, null]);
    expect(doneStages(job.stages)).toEqual(STAGES.slice(0, index));
    expect(await user.call('head.list', { projectId: photo.projectId })).toEqual([]);
    const incoming = readdirSync(join(folder.path, 'blobs', 'incoming'));
    expect(incoming).toEqual([]);
  });
});

describe('what is refused', () => {
  test('unknown methods, also those that every object has', async () => {
    for (const method of ['head.delete', 'toString', '__proto__', 'constructor', '']) {
      expect(await user.studio.call(method, {})).toMatchObject({ error: { code: 'bad-request' } });
    }
  });

  test('arguments of the wrong shape, with the reason', async () => {
    const photo = await user.addPhoto();
    const wrong: [string, unknown][] = [
      ['project.create', { name: '' }],
      ['project.create', { name: 'x', admin: true }],
      ['project.create', null],
      ['photo.add', { projectId: photo.projectId, name: 'x', blob: '../../etc/passwd' }],
      ['job.start', { photoId: photo.id, settings: { seed: -1 } }],
      ['job.start', { photoId: photo.id, settings: { textureSizePx: 1000 } }],
      ['job.start', { photoId: photo.id, settings: { unknown: 1 } }],
      ['head.export', { headId: photo.id, names: [], directory: 'relative/folder' }],
    ];
    for (const [method, args] of wrong) {
      expect([method, await user.studio.call(method, args)]).toMatchObject([
        method,
        { error: { code: 'bad-request' } },
      ]);
    }
    expect(await user.call('job.list', { projectId: photo.projectId })).toEqual([]);
  });

  test('a file that is no picture, and nothing is left of it', async () => {
    const { id: projectId } = await user.call('project.create', { name: 'Empty' });
    const uploaded = await user.studio.upload(
      (async function* () {
        yield Buffer.from('this is a text, not a picture');
      })(),
    );
    const blob = 'blob' in uploaded ? uploaded.blob : '';
    await expect(user.call('photo.add', { projectId, name: 'x.jpg', blob })).rejects.toMatchObject({
      code: 'unsupported-image',
    });
    expect(await user.call('photo.list', { projectId })).toEqual([]);
  });

  test('diffusion without a pack, before any work is done', async () => {
    const photo = await user.addPhoto();
    const start = user.studio.call('job.start', { photoId: photo.id, settings: { method: 'diffusion' } });
    const installed = readdirSync(join(import.meta.dirname, '../../../models')).includes('gen3d-small');
    if (!installed)
      expect(await start).toMatchObject({ error: { code: 'model-missing', stage: '04-views' } });
    else expect(await start).toHaveProperty('result');
  });
});

test('an export writes the chosen files and no others', async () => {
  const photo = await user.addPhoto();
  const { id } = await user.call('job.start', { photoId: photo.id, settings: {} });
  const { headId } = await user.untilState(id, 'done');
  const out = join(folder.path, 'export');
  const written = await user.call('head.export', {
    headId: headId!,
    names: ['head.glb', 'views/view-00.png'],
    directory: out,
  });
  expect(written?.files).toEqual([join(out, 'head.glb'), join(out, 'views/view-00.png')]);
  expect(readdirSync(out, { recursive: true }).sort()).toEqual(['head.glb', 'views', 'views/view-00.png']);
  const [head] = await user.call('head.list', { projectId: photo.projectId });
  expect(readFileSync(join(out, 'head.glb')).byteLength).toBe(head!.files[0]!.bytes);
  // Retouched since: a second export goes beside it.
  writeFileSync(join(out, 'head.glb'), 'retouched');
  const again = { headId: headId!, names: [], directory: out };
  const beside = await user.call('head.export', again);
  expect(beside!.directory).toBe(join(out, head!.name));
  expect(existsSync(join(out, head!.name, 'head.glb'))).toBe(true);
  expect((await user.call('head.export', again))!.directory).toBe(join(out, `${head!.name}-2`));
  expect(readFileSync(join(out, 'head.glb'), 'utf8')).toBe('retouched');
  await expect(
    user.call('head.export', { headId: headId!, names: ['../x'], directory: out }),
  ).rejects.toMatchObject({ code: 'not-found' });
  await expect(user.call('head.export', { headId: headId!, names: [] })).rejects.toMatchObject({
    code: 'bad-request',
  });
});

test('thumbnails are small upright pictures', async () => {
  const { id: projectId } = await user.call('project.create', { name: 'Samples' });
  const [sample] = await user.call('sample.list', {});
  const photo = await user.call('photo.addSample', { projectId, sampleId: sample!.id });
  const png = await user.studio.blobs.get(photo.thumbnail);
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  expect(Buffer.from(png).readUInt32BE(16)).toBeLessThanOrEqual(512);
  const project = (await user.call('project.list', {})).find(({ id }) => id === projectId);
  expect(project).toMatchObject({ photoCount: 1, headCount: 0 });
});
