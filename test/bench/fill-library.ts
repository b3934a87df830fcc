/** A library of thousands of made-up heads, the same names each time. */
import { randomUUID } from 'node:crypto';
import { createStages } from '../../src-main/app/job-progress.ts';
import {
  HEAD_SETTINGS_DEFAULTS,
  type JobTask,
  PHOTO_EDITS_DEFAULTS,
} from '../../src-main/contract/entities.ts';
import type { Library } from '../../src-main/library/library.ts';
import { createSeededRandom } from '../../src-main/tensor/seeded-random.ts';

export type Filling = {
  heads: number;
  photos: number;
  projects: number;
  /** A blob that is there; absent = pictures that nobody looks at. */
  thumbnail?: string;
};

/** As many files as the pipeline makes for 16 views. */
const FILES = 40;
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

export function createWords(): { random: () => number; words: (count: number) => string } {
  const next = createSeededRandom(Uint32Array.of(5000, 1, 2, 3));
  const word = (): string => WORDS[Math.floor(next() * WORDS.length)]!;
  return { random: next, words: (count) => Array.from({ length: count }, word).join(' ') };
}

export function fillLibrary(
  library: Library,
  { heads, photos: photoCount, projects: projectCount, thumbnail }: Filling,
): void {
  const { random, words } = createWords();
  const time = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
  const blob = (): string => randomUUID().replaceAll('-', '').repeat(2);
  const projects = Array.from({ length: projectCount }, () => randomUUID());
  library.transaction(() => {
    for (const [n, id] of projects.entries())
      library.projects.insert({ id, name: words(2), createdAt: time(n) });
    const photos = Array.from({ length: photoCount }, (_, n) => {
      const photo = { id: randomUUID(), projectId: projects[n % projectCount]!, name: `IMGX ${n}.jpg` };
      const sizes = { blob: blob(), thumbnail: thumbnail ?? blob(), widthPx: 1, heightPx: 1 };
      library.photos.insert({
        ...photo,
        ...sizes,
        currentHeadId: null,
        edits: PHOTO_EDITS_DEFAULTS,
        createdAt: time(n),
      });
      return photo;
    });
    for (let n = 0; n < heads; n++) {
      const photo = photos[n % photoCount]!;
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
