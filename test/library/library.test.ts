import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStages } from '../../src-main/app/job-progress.ts';
import {
  HEAD_SETTINGS_DEFAULTS,
  PHOTO_EDITS_DEFAULTS,
  type Head,
  type JobState,
  type Photo,
} from '../../src-main/contract/entities.ts';
import type { StoredJob } from '../../src-main/library/job-table.ts';
import { openLibrary, type Library } from '../../src-main/library/library.ts';
import { makeTemporaryFolder } from '../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let library: Library;
const open = (): Library =>
  openLibrary(join(folder.path, 'library.sqlite'), { now: '2026-01-01T00:00:00.000Z' });
const blob = (n: number): string => n.toString(16).padStart(64, '0');

const PHOTO: Photo = {
  id: 'photo',
  projectId: 'project',
  name: 'face.jpg',
  blob: blob(1),
  thumbnail: blob(2),
  widthPx: 640,
  heightPx: 480,
  currentHeadId: null,
  headCount: 0,
  edits: PHOTO_EDITS_DEFAULTS,
  createdAt: '2026-01-01T00:00:01.000Z',
};
const job = (id: string, state: JobState): StoredJob => ({
  id,
  photoId: 'photo',
  settings: HEAD_SETTINGS_DEFAULTS,
  task: { kind: 'head', viewSetId: null, takes: [] },
  base: null,
  state,
  stages: createStages(),
  warnings: [],
  error: null,
  artefacts: {},
  headId: null,
  createdAt: '2026-01-01T00:00:02.000Z',
});
const HEAD: Head = {
  id: 'head',
  projectId: 'project',
  photoId: 'photo',
  jobId: 'done',
  name: 'face',
  starred: false,
  note: '',
  tags: [],
  settings: HEAD_SETTINGS_DEFAULTS,
  files: [{ name: 'head.glb', mediaType: 'model/gltf-binary', blob: blob(3), bytes: 10 }],
  scores: { identityCosine: 0.5 },
  views: [],
  createdAt: '2026-01-01T00:00:03.000Z',
};

beforeEach(() => {
  folder = makeTemporaryFolder();
  library = open();
  library.projects.insert({ id: 'project', name: 'One', createdAt: '2026-01-01T00:00:00.000Z' });
  library.photos.insert(PHOTO);
});
afterEach(() => {
  library.close();
  folder.remove();
});

test('gives back what was stored, after it was closed and opened', () => {
  const failed: StoredJob = {
    ...job('failed', 'failed'),
    error: { code: 'no-face-found', message: 'No face “here”.', hint: 'h', stage: '02-analyse' },
    warnings: [{ code: 'blurred', message: 'm', stage: '02-analyse' }],
    artefacts: { '01-photo': blob(9) },
  };
  library.jobs.save(failed);
  library.jobs.save(job('done', 'done'));
  library.heads.insert(HEAD);
  library.close();
  library = open();
  expect(library.photos.find('photo')).toEqual({ ...PHOTO, currentHeadId: 'head', headCount: 1 });
  expect(library.jobs.find('failed')).toEqual(failed);
  expect(library.jobs.find('done')).toEqual({ ...job('done', 'done'), headId: 'head' });
  expect(library.heads.list('project')).toEqual([HEAD]);
  expect(library.projects.list()).toMatchObject([{ name: 'One', photoCount: 1, headCount: 1 }]);
  expect(library.jobs.find('nothing')).toBeNull();
});

test('lists the newest first, and within the same instant the last one in', () => {
  for (const id of ['a', 'b', 'c']) library.jobs.save(job(id, 'cancelled'));
  expect(library.jobs.list('project').map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  library.jobs.save({ ...job('a', 'failed') });
  expect(library.jobs.list('project').map(({ id, state }) => `${id} ${state}`)).toEqual([
    'c cancelled',
    'b cancelled',
    'a failed',
  ]);
});

test('a job that ran when the studio ended is interrupted, the others stay, the waiting ones in their order', () => {
  const stages = createStages();
  stages[0] = { ...stages[0]!, state: 'done', fraction: 1, seconds: 2 };
  stages[1] = { ...stages[1]!, state: 'running', fraction: 0.4 };
  library.jobs.save({ ...job('running', 'running'), stages, artefacts: { '01-photo': blob(5) } });
  for (const state of ['queued', 'done', 'failed', 'cancelled'] as const)
    library.jobs.save(job(state, state));
  library.close();
  library = open();
  const states = Object.fromEntries(library.jobs.list('project').map(({ id, state }) => [id, state]));
  expect(states).toEqual({
    running: 'interrupted',
    queued: 'queued',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  });
  expect(library.jobs.queued().map(({ id }) => id)).toEqual(['queued']);
  const interrupted = library.jobs.find('running')!;
  expect(interrupted.artefacts).toEqual({ '01-photo': blob(5) });
  expect(interrupted.stages[0]).toMatchObject({ state: 'done', seconds: 2 });
  expect(interrupted.stages[1]).toMatchObject({ state: 'waiting', fraction: 0 });
});

test('knows every blob that something refers to', () => {
  library.jobs.save({ ...job('done', 'done'), artefacts: { '01-photo': blob(7), '02-analyse': blob(8) } });
  library.heads.insert(HEAD);
  expect([...library.blobsInUse()].sort()).toEqual([
    [blob(1), 'photos'],
    [blob(2), 'thumbnails'],
    [blob(3), 'heads'],
    [blob(7), 'artefacts'],
    [blob(8), 'artefacts'],
  ]);
});

test('a transaction is all or nothing', () => {
  expect(() =>
    library.transaction(() => {
      library.jobs.save(job('done', 'done'));
      library.heads.insert({ ...HEAD, jobId: 'no such job' });
    }),
  ).toThrow(/FOREIGN KEY/);
  expect(library.jobs.find('done')).toBeNull();
});

test('a state that the contract does not know is refused by the file itself', () => {
  expect(() => library.jobs.save(job('x', 'asleep' as JobState))).toThrow(/CHECK/);
});
