/**
 * A library of 5,000 heads: milliseconds of a search per keystroke and of the lists. Aim: 50 ms a search.
 * `node test/bench/search-library.ts` prints one JSON object.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLibrary } from '../../src-main/library/library.ts';
import { createWords, fillLibrary } from './fill-library.ts';

const HEADS = 5000;
const PHOTOS = 1000;
const PROJECTS = 20;
const RUNS = 9;
/** As an artist types: each keystroke is a search; the first letters find nearly everything. */
const QUERIES = ['', 'h', 'he', 'hero', 'hero cl', 'final trailer', 'imgx 41', 'zzz'];
const { words } = createWords();
const folder = mkdtempSync(join(tmpdir(), 'gen3d-bench-'));
try {
  const path = join(folder, 'library.sqlite');
  const now = '2026-01-01T00:00:00.000Z';
  const filling = openLibrary(path, { now });
  fillLibrary(filling, { heads: HEADS, photos: PHOTOS, projects: PROJECTS });
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
