import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBlobStore, type BlobStore } from '../../../src-main/blobs/blob-store.ts';
import { HEAD_SETTINGS_DEFAULTS, type HeadSettings } from '../../../src-main/contract/entities.ts';
import type { Artefacts, StageReport } from '../../../src-main/engine/messages.ts';
import { createJobRun } from '../../../src-main/engine/run-stage.ts';
import type { GeneratedHead } from '../../../src-main/pipeline/generate-head.ts';
import type { StageContext } from '../../../src-main/pipeline/stage.ts';
import { makeTemporaryFolder, makeTinyPhoto } from '../../support/studio-host.ts';
import { createInference, generateHead, type TinyPhoto } from '../../support/tiny-pipeline.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let blobs: BlobStore;

beforeEach(() => {
  folder = makeTemporaryFolder();
  blobs = createBlobStore(folder.path);
});
afterEach(() => folder.remove());

type Attempt = { files: GeneratedHead; reports: StageReport[]; artefacts: Artefacts; reused: string[] };
type AttemptOptions = {
  photo?: TinyPhoto;
  settings?: Partial<HeadSettings>;
  artefacts?: Artefacts;
  version?: string;
  store?: BlobStore;
};

async function attempt(options: AttemptOptions = {}): Promise<Attempt> {
  const settings = { ...HEAD_SETTINGS_DEFAULTS, ...options.settings };
  const reports: StageReport[] = [];
  const job = createJobRun({
    seed: settings.seed,
    version: options.version ?? '1',
    blobs: options.store ?? blobs,
    artefacts: options.artefacts ?? {},
    inference: await createInference(),
    signal: new AbortController().signal,
    readAsset: () => Promise.reject(new Error('no assets')),
    readUserFile: () => Promise.reject(new Error('no files')),
    report: (report) => reports.push(report),
    log: () => undefined,
    preview: () => undefined,
    previewMesh: () => undefined,
  });
  const files = await generateHead(await makeTinyPhoto(options.photo), settings, job.run);
  const done = reports.filter((report) => report.type === 'stage-done');
  return {
    files,
    reports,
    artefacts: Object.fromEntries(
      done.flatMap(({ stage, artefact }) => (artefact === null ? [] : [[stage, artefact]])),
    ),
    reused: done.filter(({ reused }) => reused).map(({ stage }) => stage),
  };
}

/** Removes or damages the file of an artefact. */
function damage(blob: string): void {
  const path = join(folder.path, blob.slice(0, 2), blob);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 0xff;
  writeFileSync(path, bytes);
}

describe('a resumed job', () => {
  test('takes every finished stage from the store and comes out the same', async () => {
    const first = await attempt({ photo: { behaviour: { '02-analyse': 'warn' } } });
    const second = await attempt({
      photo: { behaviour: { '02-analyse': 'warn' } },
      artefacts: first.artefacts,
    });
    expect(first.reused).toEqual([]);
    expect(second.reused.length).toBe(7);
    expect(second.files).toEqual(first.files);
    expect(second.reports.filter(({ type }) => type === 'warning')).toEqual(
      first.reports.filter(({ type }) => type === 'warning'),
    );
  });

  test('makes a damaged or missing result again, and still reuses what follows from it', async () => {
    const first = await attempt();
    damage(first.artefacts['03-prior']!);
    const { '05-surface': _, ...artefacts } = first.artefacts;
    const second = await attempt({ artefacts });
    expect(second.reused).toEqual(['01-photo', '02-analyse', '04-views', '06-head', '07-texture']);
    expect(second.files).toEqual(first.files);
  });

  test.each([
    ['another seed', { settings: { seed: 2 } }],
    ['another setting', { settings: { views: 8 } }],
    ['another photo', { photo: { salt: 'x' } }],
    ['another version of the studio', { version: '2' }],
  ] satisfies [string, AttemptOptions][])('reuses nothing that was made with %s', async (_, change) => {
    const first = await attempt();
    expect((await attempt({ ...change, artefacts: first.artefacts })).reused).toEqual([]);
  });

  test('keeps what drew no random numbers when only the seed is another', async () => {
    const counted: string[] = [];
    const countFrom = async (seed: number, artefacts: Artefacts): Promise<Artefacts> => {
      const found: Artefacts = {};
      const job = createJobRun({
        seed,
        version: '1',
        blobs,
        artefacts,
        inference: await createInference(),
        signal: new AbortController().signal,
        readAsset: () => Promise.reject(new Error('no assets')),
        readUserFile: () => Promise.reject(new Error('no files')),
        report: (report) => {
          if (report.type !== 'stage-done') return;
          found[report.stage] = report.artefact!;
          if (report.reused) counted.push(report.stage);
        },
        log: () => undefined,
        preview: () => undefined,
        previewMesh: () => undefined,
      });
      await job.run('01-photo', async () => ({ value: 1 }), {});
      await job.run('02-analyse', async (_input, { random }) => ({ value: random() }), {});
      return found;
    };
    await countFrom(2, await countFrom(1, {}));
    expect(counted).toEqual(['01-photo']);
  });

  test('does not take one stage for another', async () => {
    const { artefacts } = await attempt();
    const swapped = { '01-photo': artefacts['02-analyse']!, '02-analyse': artefacts['01-photo']! };
    expect((await attempt({ artefacts: swapped })).reused).toEqual([]);
  });
});

test('progress never goes back, ends at 1, and hides no stage', async () => {
  const { reports } = await attempt();
  const byStage = new Map<string, number[]>();
  for (const report of reports) {
    if (report.type === 'progress')
      byStage.set(report.stage, [...(byStage.get(report.stage) ?? []), report.fraction]);
  }
  expect(byStage.size).toBe(8);
  for (const fractions of byStage.values()) {
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  }
});

test('progress ignores NaN, steps back and steps nobody could see', async () => {
  const fractions = await progressOf((context) => {
    for (const value of [0.1, Number.NaN, 0.05, 0.101, 0.2, 7, 1]) context.progress(value);
  });
  expect(fractions).toEqual([0.1, 0.2, 1]);
});

async function progressOf(work: (context: StageContext) => void): Promise<number[]> {
  const fractions: number[] = [];
  const job = createJobRun({
    seed: 1,
    version: '1',
    blobs,
    artefacts: {},
    inference: await createInference(),
    signal: new AbortController().signal,
    readAsset: () => Promise.reject(new Error('no assets')),
    readUserFile: () => Promise.reject(new Error('no files')),
    report: (report) => void (report.type === 'progress' && fractions.push(report.fraction)),
    log: () => undefined,
    preview: () => undefined,
    previewMesh: () => undefined,
  });
  await job.run('01-photo', async (_: null, context) => work(context), null);
  return fractions;
}

test('a draw in one stage does not move another; each stage draws its own numbers', async () => {
  const drawn = async (seed: number, extra: number): Promise<number[]> => {
    const job = createJobRun({
      seed,
      version: '1',
      blobs,
      artefacts: {},
      inference: await createInference(),
      signal: new AbortController().signal,
      readAsset: () => Promise.reject(new Error('no assets')),
      readUserFile: () => Promise.reject(new Error('no files')),
      report: () => undefined,
      log: () => undefined,
      preview: () => undefined,
      previewMesh: () => undefined,
    });
    const draw = async (count: number, { random }: StageContext): Promise<number> => {
      for (let i = 0; i < count; i++) random();
      return random();
    };
    return [await job.run('01-photo', draw, extra), await job.run('02-analyse', draw, 0)];
  };
  const [plain, moved, other] = [await drawn(1, 0), await drawn(1, 5), await drawn(2, 0)];
  expect(moved[0]).not.toBe(plain[0]);
  expect(moved[1]).toBe(plain[1]);
  expect(plain[0]).not.toBe(plain[1]);
  expect(other).not.toEqual(plain);
});

test('a disk that fills up while a result is stored stops the job with disk-full', async () => {
  const full: BlobStore = {
    ...blobs,
    put: () =>
      Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })),
  };
  await expect(attempt({ store: full })).rejects.toThrow('ENOSPC');
  expect(readdirSync(folder.path)).toEqual([]);
});
