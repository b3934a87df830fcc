/**
 * A library of 5,000 heads: milliseconds of a search per keystroke and of the lists. Aim: 50 ms a search.
 * `node test/bench/search-library.ts` prints one JSON object.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStages } from '../../src-main/app/job-progress.ts';
import {
  HEAD_SETTINGS_DEFAULTS,
  type JobTask,
  PHOTO_EDITS_DEFAULTS,
} from '../../src-main/contract/entities.ts';
import { openLibrary, type Library } from '../../src-main/library/library.ts';
import { createSeededRandom } from '../../src-main/tensor/seeded-random.ts';

const HEADS = 5000;
const PHOTOS = 1000;
const PROJECTS = 20;
/** As many files as the pipeline makes for 16 views. */
const FILES = 40;
const RUNS = 9;
/** As an artist types: each keystroke is a search; the first letters find nearly everything. */
const QUERIES = ['', 'h', 'he', 'hero', 'hero cl', 'final trailer', 'imgx 41', 'zzz'];
const WORDS = [
  'hero',
  'villain',
  'client',
  'final',
  'trailer',
  'head',
  'clay',
  'ears',
  'héroïne',
  'close',
  'second',
  'try',
];

const { random, words } = createWords();
const folder = mkdtempSync(join(tmpdir(), 'gen3d-bench-'));
try {
  const path = join(folder, 'library.sqlite');
  const now = '2026-01-01T00:00:00.000Z';
  const filling = openLibrary(path, { now });
  fill(filling);
  filling.close();
  const openedMs = performance.now();
  const library = openLibrary(path, { now });
  const openMs = performance.now() - openedMs;
  const project = library.projects.list()[0]!.id;
  const results = {
    heads: HEADS,
    openMs: round(openMs),
    search: Object.fromEntries(
      QUERIES.map((query) => [query, measure(() => library.heads.search({ query, limit: 200 }))]),
    ),
    searchInProject: measure(() => library.heads.search({ query: 'he', projectId: project, limit: 200 })),
    listProjects: measure(() => library.projects.list()),
    listHeadsOfProject: measure(() => library.heads.list(project)),
    rename: measure(() =>
      library.history.apply(
        { action: 'rename', kind: 'head', name: '', count: 1 },
        [{ kind: 'head', id: library.heads.list(project)[0]!.id, values: { name: words(2) } }],
        now,
      ),
    ),
  };
  library.close();
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fill(library: Library): void {
  const time = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
  const blob = (): string => randomUUID().replaceAll('-', '').repeat(2);
  const projects = Array.from({ length: PROJECTS }, () => randomUUID());
  library.transaction(() => {
    for (const [n, id] of projects.entries())
      library.projects.insert({ id, name: words(2), createdAt: time(n) });
    const photos = Array.from({ length: PHOTOS }, (_, n) => {
      const photo = { id: randomUUID(), projectId: projects[n % PROJECTS]!, name: `IMGX ${n}.jpg` };
      const sizes = { blob: blob(), thumbnail: blob(), widthPx: 1, heightPx: 1 };
      library.photos.insert({
        ...photo,
        ...sizes,
        currentHeadId: null,
        edits: PHOTO_EDITS_DEFAULTS,
        createdAt: time(n),
      });
      return photo;
    });
    for (let n = 0; n < HEADS; n++) {
      const photo = photos[n % PHOTOS]!;
      const job = {
        id: randomUUID(),
        photoId: photo.id,
        settings: HEAD_SETTINGS_DEFAULTS,
        createdAt: time(n),
      };
      const task: JobTask = { kind: 'head', viewSetId: null, takes: [] };
      const empty = { task, base: null, warnings: [], error: null, artefacts: {} };
      library.jobs.save({ ...job, ...empty, state: 'done', stages: createStages() });
      library.heads.insert({
        id: randomUUID(),
        projectId: photo.projectId,
        photoId: photo.id,
        jobId: job.id,
        name: words(2),
        starred: random() < 0.1,
        note: random() < 0.5 ? words(12) : '',
        tags: [words(1)],
        settings: job.settings,
        files: Array.from({ length: FILES }, (_, k) => ({
          name: `views/view-${k}.png`,
          mediaType: 'image/png',
          blob: blob(),
          bytes: 1,
        })),
        scores: { identityCosine: random() },
        views: [],
        createdAt: job.createdAt,
      });
    }
  });
}

function createWords(): { random: () => number; words: (count: number) => string } {
  const next = createSeededRandom(Uint32Array.of(5000, 1, 2, 3));
  const word = (): string => WORDS[Math.floor(next() * WORDS.length)]!;
  return { random: next, words: (count) => Array.from({ length: count }, word).join(' ') };
}

/** Wall and processor time; on a busy machine only the latter says something about the code. */
function measure(work: () => unknown): { ms: number; cpuMs: number } {
  const before = process.cpuUsage();
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  }).sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(before);
  return { ms: round(times[RUNS >> 1]!), cpuMs: round((user + system) / 1000 / RUNS) };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
