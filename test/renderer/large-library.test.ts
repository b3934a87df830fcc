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
  const listeners = new Map<string, (payload: never) => void>();
  const transport = {
    call: (method: ApiName, args: { photoId?: string }) => {
      calls.push(method);
      const answer = answers[method] as { photoId: string }[];
      const { photoId } = args;
      return Promise.resolve(
        photoId === undefined ? answer : answer.filter((one) => one.photoId === photoId),
      );
    },
    on: (event: string, listener: (payload: never) => void) => {
      listeners.set(event, listener);
      return () => undefined;
    },
  };
  const library = new Library(transport as unknown as Transport);
  const onreplaced = vi.fn();
  library.listen(onreplaced);
  library.projects.set('p', { id: 'p' } as Project);
  library.photos.set('other', { id: 'other', projectId: 'q', createdAt: time(0) } as Photo);
  library.jobs.set('other job', { id: 'other job', photoId: 'other', createdAt: time(0) } as Job);
  library.heads.set('other head', { id: 'other head', photoId: 'other', createdAt: time(0) } as Head);
  const emit = (event: string, payload: object): void => listeners.get(event)!(payload as never);
  return { library, calls, onreplaced, emit, trash: (items: ItemRef[]) => emit('items.trashed', { items }) };
}

test('a project, and a photo, that many ask for at once is read once, and again after a failure', async () => {
  const { library, calls } = startLibrary();
  await Promise.all(Array.from({ length: 200 }, () => library.loadProject('p')));
  await library.loadProject('p');
  expect(calls).toEqual(['photo.list']);
  await Promise.all([library.loadPhoto('photo 7'), library.loadPhoto('photo 7')]);
  await library.loadPhoto('photo 7');
  expect(calls).toEqual(['photo.list', 'job.list', 'head.list']);

  const transport = { call: vi.fn(() => Promise.reject(new Error('lost'))) };
  const failing = new Library(transport as unknown as Transport);
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(failing.loadProject('p')).rejects.toThrow('lost');
    expect(transport.call).toHaveBeenCalledTimes(attempt);
  }
});

test('each photo has its own jobs and versions, newest first', async () => {
  const { library } = startLibrary();
  await library.loadProject('p');
  const photos = library.photosOf('p');
  expect(photos).toHaveLength(COUNT);
  expect([photos[0]!.id, photos.at(-1)!.id]).toEqual([`photo ${COUNT - 1}`, 'photo 0']);
  expect(library.headsOf('photo 7')).toEqual([]);
  await Promise.all([library.loadPhoto('photo 7'), library.loadPhoto('photo 8')]);
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
  await Promise.all([library.loadPhoto('photo 7'), library.loadPhoto('photo 8')]);
  expect([library.jobs.size, library.heads.size]).toEqual([1 + 2 * VERSIONS, 1 + 2 * VERSIONS]);
  const passes = [library.photos, library.jobs, library.heads].map((map) => vi.spyOn(map, 'values'));
  trash(items);
  for (const pass of passes) expect(pass.mock.calls.length).toBeLessThanOrEqual(1);
  const left = [library.photos, library.jobs, library.heads].map((map) => [...map.keys()]);
  expect(left).toEqual([['other'], ['other job'], ['other head']]);
});

test('what a backup brought back replaces all that was known', async () => {
  const { library, emit, onreplaced } = startLibrary();
  await library.loadProject('p');
  await library.loadPhoto('photo 7');
  emit('library.replaced', {});
  expect(onreplaced).toHaveBeenCalledOnce();
  expect([library.photos.size, library.jobs.size, library.heads.size, library.opened.size]).toEqual([
    0, 0, 0, 0,
  ]);
});
