import { expect, test } from 'vitest';
import type { Job } from '../../src-main/contract/entities.ts';
import type { ViewSet } from '../../src-main/contract/views.ts';
import { queueActions } from '../../src-renderer/menus/queue-actions.ts';
import { takeActions, viewActions } from '../../src-renderer/menus/view-actions.ts';
import type { MenuAction } from '../../src-renderer/state/menus.svelte.ts';
import type { Studio } from '../../src-renderer/state/studio.svelte.ts';
import { strings } from '../../src-renderer/strings.ts';

const labels = (actions: readonly MenuAction[]): string[] => actions.map(({ label }) => label);
const press = (actions: readonly MenuAction[], label: string): void =>
  actions.find((action) => action.label === label)!.run();
const { menus, viewsStep: words } = strings;

test('jobs move within the queue, and never before the one that runs', () => {
  const moved: [string, string | null][] = [];
  const jobs = ['a', 'b', 'c'].map((jobId) => ({ jobId, photoId: `of ${jobId}`, secondsLeft: null }));
  const studio = {
    library: {
      queue: { jobs },
      photos: new Map(),
      jobs: new Map(jobs.map(({ jobId }) => [jobId, { state: jobId === 'a' ? 'running' : 'queued' } as Job])),
    },
    moveJob: (jobId: string, before: string | null) => moved.push([jobId, before]),
  } as unknown as Studio;
  expect(labels(queueActions(studio, 'a'))).toEqual([strings.cancelJob]);
  expect(labels(queueActions(studio, 'b'))).toEqual([menus.moveDown, menus.moveLast, strings.cancelJob]);
  press(queueActions(studio, 'b'), menus.moveDown);
  press(queueActions(studio, 'c'), menus.moveFirst);
  press(queueActions(studio, 'c'), menus.moveUp);
  expect(moved).toEqual([
    ['b', null],
    ['c', 'b'],
    ['c', 'b'],
  ]);
});

test('a locked view is not made anew, and its takes are not exchanged', () => {
  const takes = ['first', 'second'].map((id) => ({ id }));
  const set = (locked: boolean, regeneration = 'available'): ViewSet =>
    ({ regeneration, views: [{ takes, takeId: 'second', locked }] }) as unknown as ViewSet;
  const place = { show: () => undefined, select: () => undefined, selected: false };
  const free = labels(viewActions({} as Studio, set(false), 0, place));
  expect(free).toContain(words.regenerateSelected(1));
  expect(free).toContain(menus.asGenerated);
  expect(labels(viewActions({} as Studio, set(false, 'no-pack'), 0, place))).not.toContain(
    words.regenerateSelected(1),
  );
  expect(labels(viewActions({} as Studio, set(true), 0, place))).toEqual([
    menus.showLarge,
    menus.select,
    words.unlock,
    words.savePng,
  ]);
  expect(labels(takeActions({} as Studio, set(false), 0, 'first'))).toEqual([menus.useTake, words.savePng]);
  expect(labels(takeActions({} as Studio, set(true), 0, 'first'))).toEqual([words.savePng]);
});
