import { expect, test, vi } from 'vitest';
import type { ApiName } from '../../src-main/contract/api.ts';
import type { Head, ItemRef, Job, Photo, Project } from '../../src-main/contract/entities.ts';
import type { Transport } from '../../src-renderer/api/transport.ts';
import { Library } from '../../src-renderer/state/library.svelte.ts';

const COUNT = 5000;
const VERSIONS = 2;

/** A project of 5,000 photos with two versions each, oldest first; another one with a single photo. */
function startLibrary() {
  const time = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
  const photos = Array.from({ length: COUNT }, (_, n) => ({
    id: `photo ${n}`,
    projectId: 'p',
    createdAt: time(n),
  }));
  const versions = Array.from({ length: COUNT * VERSIONS }, (_, n) => ({
    photoId: `photo ${n % COUNT}`,
    createdAt: time(n),
  }));
  const answers: Partial<Record<ApiName, unknown>> = {
    'photo.list': photos,
    'job.list': versions.map((version, n) => ({ ...version, id: `job ${n}` })),
    'head.list': versions.map((version, n) => ({ ...version, id: `head ${n}` })),
  };
  const calls: ApiName[] = [];
  let trash: ((payload: { items: ItemRef[] }) => void) | undefined;
  const transport = {
    call: (method: ApiName) => (calls.push(method), Promise.resolve(answers[method])),
    on: (event: string, listener: typeof trash) => {
      if (event === 'items.trashed') trash = listener;
      return () => undefined;
    },
  };
  const library = new Library(transport as unknown as Transport);
  library.listen();
  library.projects.set('p', { id: 'p' } as Project);
  library.photos.set('other', { id: 'other', projectId: 'q', createdAt: time(0) } as Photo);
  library.jobs.set('other job', { id: 'other job', photoId: 'other', createdAt: time(0) } as Job);
  library.heads.set('other head', { id: 'other head', photoId: 'other', createdAt: time(0) } as Head);
  return { library, calls, trash: (items: ItemRef[]) => trash!({ items }) };
}

test('a project that many ask for at once is read once, and again after a failure', async () => {
  const { library, calls } = startLibrary();
  await Promise.all(Array.from({ length: 200 }, () => library.loadProject('p')));
  await library.loadProject('p');
  expect(calls).toEqual(['photo.list', 'job.list', 'head.list']);

  const transport = { call: vi.fn(() => Promise.reject(new Error('lost'))) };
  const failing = new Library(transport as unknown as Transport);
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(failing.loadProject('p')).rejects.toThrow('lost');
    expect(transport.call).toHaveBeenCalledTimes(3 * attempt);
  }
});

test('each photo has its own jobs and versions, newest first', async () => {
  const { library } = startLibrary();
  await library.loadProject('p');
  const photos = library.photosOf('p');
  expect(photos).toHaveLength(COUNT);
  expect([photos[0]!.id, photos.at(-1)!.id]).toEqual([`photo ${COUNT - 1}`, 'photo 0']);
  expect(library.headsOf('photo 7').map(({ id }) => id)).toEqual([`head ${COUNT + 7}`, 'head 7']);
  expect(library.jobsOf('photo 7').map(({ id }) => id)).toEqual([`job ${COUNT + 7}`, 'job 7']);
  expect(library.headsOf('nobody')).toEqual([]);
  library.heads.delete('head 7');
  expect(library.headsOf('photo 7').map(({ id }) => id)).toEqual([`head ${COUNT + 7}`]);
});

test.each([
  ['a project', [{ kind: 'project', id: 'p' }]],
  ['all its photos', Array.from({ length: COUNT }, (_, n) => ({ kind: 'photo', id: `photo ${n}` }))],
] as [string, ItemRef[]][])('%s goes into the trash in one pass over the library', async (_, items) => {
  const { library, trash } = startLibrary();
  await library.loadProject('p');
  const passes = [library.photos, library.jobs, library.heads].map((map) => vi.spyOn(map, 'values'));
  trash(items);
  for (const pass of passes) expect(pass.mock.calls.length).toBeLessThanOrEqual(1);
  const left = [library.photos, library.jobs, library.heads].map((map) => [...map.keys()]);
  expect(left).toEqual([['other'], ['other job'], ['other head']]);
});
