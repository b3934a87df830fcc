import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBlobStore, type BlobStore } from '../../../src-main/blobs/blob-store.ts';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import type { StageId } from '../../../src-main/contract/stages.ts';
import { STAGES } from '../../../src-main/contract/stages.ts';
import {
  createEngineClient,
  type EngineClient,
  type EngineClientOptions,
} from '../../../src-main/engine/engine-client.ts';
import { createNodeFork } from '../../../src-main/engine/fork-engine.ts';
import type { EngineOptions, EngineTask, StageReport } from '../../../src-main/engine/messages.ts';
import {
  APP_PATHS,
  isAlive,
  makeTemporaryFolder,
  makeTinyPhoto,
  TINY_PIPELINE,
  untilGone,
} from '../../support/studio-host.ts';
import type { TinyBehaviour } from '../../support/tiny-pipeline.ts';

/** Short, so that eight kills do not take sixteen seconds; the product waits CANCEL_GRACE_MS. */
const GRACE_MS = 150;

let folder: ReturnType<typeof makeTemporaryFolder>;
let blobs: BlobStore;
let engine: EngineClient;
let log: string[];

const options = (change: Partial<EngineOptions> = {}): EngineOptions => ({
  blobsDirectory: folder.path,
  modelsDirectory: APP_PATHS.modelsDirectory,
  assetsDirectory: APP_PATHS.assetsDirectory,
  version: 'test',
  pipelineModule: TINY_PIPELINE,
  ...change,
});
const connect = (change: Partial<EngineOptions> = {}, client: EngineClientOptions = {}): EngineClient =>
  createEngineClient(
    createNodeFork(APP_PATHS.engineEntry, options(change), (line) => log.push(line)),
    { graceMs: GRACE_MS, ...client },
  );

beforeAll(() => {
  folder = makeTemporaryFolder();
  blobs = createBlobStore(folder.path);
  log = [];
  engine = connect();
});
afterAll(async () => {
  await engine.close();
  folder.remove();
});

let jobs = 0;
async function taskWith(behaviour: Partial<Record<StageId, TinyBehaviour>>): Promise<EngineTask> {
  const photo = await blobs.put(await makeTinyPhoto({ behaviour }));
  return { jobId: `job-${++jobs}`, photo, settings: HEAD_SETTINGS_DEFAULTS, artefacts: {}, takes: [] };
}

/** Starts a task and waits until `stage` runs. */
async function runInto(stage: StageId, behaviour: TinyBehaviour) {
  const reports: StageReport[] = [];
  let reached: () => void = () => undefined;
  const running = new Promise<void>((resolve) => (reached = resolve));
  const run = engine.run(await taskWith({ [stage]: behaviour }), (report) => {
    reports.push(report);
    if (report.type === 'stage-started' && report.stage === stage) reached();
  });
  run.done.catch(() => undefined);
  await running;
  return { run, reports, pid: engine.pid()! };
}

test('runs tasks one after the other in one process', async () => {
  const first = await engine.run(await taskWith({}), () => undefined).done;
  const pid = engine.pid();
  const second = await engine.run(await taskWith({}), () => undefined).done;
  expect(engine.pid()).toBe(pid);
  expect(second.files).toEqual(first.files);
  expect(first.files.map(({ name }) => name)).toContain('head.glb');
  expect(first.peakMb).toBeGreaterThan(20);
});

test('refuses a second task while one runs', async () => {
  const { run } = await runInto('02-analyse', 'wait');
  const task = await taskWith({});
  expect(() => engine.run(task, () => undefined)).toThrow(/busy/);
  run.cancel();
  await expect(run.done).rejects.toMatchObject({ code: 'cancelled' });
});

describe('cancel', () => {
  // Every stage in turn: test/unit/app/studio.test.ts.
  test('a stage that listens stops by itself, the engine stays', async () => {
    const { run, pid } = await runInto('04-views', 'wait');
    run.cancel();
    await expect(run.done).rejects.toMatchObject({ code: 'cancelled' });
    expect(engine.pid()).toBe(pid);
    await expect(engine.run(await taskWith({}), () => undefined).done).resolves.toBeDefined();
  });

  test.each(STAGES)(
    'during %s: a stage that is deaf is killed with its process, the next task gets a new one',
    async (stage) => {
      const { run, pid, reports } = await runInto(stage, 'block');
      run.cancel();
      await expect(run.done).rejects.toMatchObject({ code: 'cancelled' });
      await untilGone(pid);
      expect(isAlive(pid)).toBe(false);
      const finished = reports.filter(({ type }) => type === 'stage-done');
      expect(finished.length).toBe(STAGES.indexOf(stage));
      if (stage !== '08-export') return;
      // Once is enough: a task behind a kill starts a process of its own and finds the results.
      const artefacts = Object.fromEntries(
        finished.flatMap((report) =>
          report.type === 'stage-done' ? [[report.stage, report.artefact!]] : [],
        ),
      );
      const reused: string[] = [];
      const task = { ...(await taskWith({ '08-export': 'block' })), artefacts };
      const again = engine.run(task, (report) => {
        if (report.type === 'stage-done' && report.reused) reused.push(report.stage);
        if (report.type === 'stage-started' && report.stage === '08-export') again.cancel();
      });
      await expect(again.done).rejects.toMatchObject({ code: 'cancelled' });
      expect(reused).toEqual(STAGES.slice(0, 7));
    },
  );

  test('before the engine is even up', async () => {
    await engine.close();
    const run = engine.run(await taskWith({}), () => undefined);
    run.cancel();
    await expect(run.done).rejects.toMatchObject({ code: 'cancelled' });
    await expect(engine.run(await taskWith({}), () => undefined).done).resolves.toBeDefined();
  });
});

test('an engine that dies says so, and the next task gets a new one', async () => {
  const run = engine.run(await taskWith({ '04-views': 'crash' }), () => undefined);
  const pid = engine.pid()!;
  await expect(run.done).rejects.toMatchObject({ code: 'engine-stopped', message: /SIGKILL/ });
  await untilGone(pid);
  await expect(engine.run(await taskWith({}), () => undefined).done).resolves.toBeDefined();
});

test('close ends the engine in the middle of a deaf stage', async () => {
  const { run, pid } = await runInto('05-surface', 'block');
  await engine.close();
  await expect(run.done).rejects.toMatchObject({ code: 'engine-stopped' });
  expect(isAlive(pid)).toBe(false);
});

test('an engine with nothing to do is let go, its device stays known, and a task starts a new one', async () => {
  const shortly = connect({}, { idleMs: 1 });
  const device = await shortly.device();
  await expect.poll(() => shortly.pid()).toBeUndefined();
  expect(await shortly.device()).toEqual(device);
  expect(shortly.pid()).toBeUndefined();
  const run = shortly.run(await taskWith({}), () => undefined);
  const pid = shortly.pid()!;
  // A task outlives the idle time: it is not idle.
  await expect(run.done).resolves.toBeDefined();
  await untilGone(pid);
});

test('after a release the next task gets a new engine, one that runs is not disturbed', async () => {
  const device = await engine.device();
  const before = engine.pid()!;
  engine.release();
  await untilGone(before);
  const { run, pid } = await runInto('02-analyse', 'wait');
  engine.release();
  expect(engine.pid()).toBe(pid);
  expect(isAlive(pid)).toBe(true);
  run.cancel();
  await expect(run.done).rejects.toMatchObject({ code: 'cancelled' });
  await untilGone(pid);
  expect(await engine.device()).toEqual(device);
  expect(engine.pid()).toBeUndefined();
  await expect(engine.run(await taskWith({}), () => undefined).done).resolves.toBeDefined();
});

test('an engine that cannot start says why', async () => {
  const broken = join(folder.path, 'broken.ts');
  const errors = join(import.meta.dirname, '../../../src-main/contract/errors.ts');
  writeFileSync(
    broken,
    `import { StudioError } from ${JSON.stringify(errors)};
     export const generateHead = null;
     export const createInference = () => { throw new StudioError({ code: 'model-missing', message: 'm', hint: 'h' }) };`,
  );
  const unusable = connect({ pipelineModule: broken });
  await expect(unusable.device()).rejects.toMatchObject({ code: 'model-missing', hint: 'h' });
  await expect(unusable.run(await taskWith({}), () => undefined).done).rejects.toMatchObject({
    code: 'model-missing',
  });
});

test('an engine file that is not there is engine-stopped, not a hang', async () => {
  const absent = createEngineClient(
    createNodeFork(join(folder.path, 'none.ts'), options(), (line) => log.push(line)),
  );
  await expect(absent.device()).rejects.toMatchObject({ code: 'engine-stopped' });
  expect(log.join('\n')).toContain('Cannot find module');
});
