import type { Head } from '../../../src-main/contract/entities.ts';
import type { ViewSet } from '../../../src-main/contract/views.ts';

/** Views of which another take is in use than the head was made from. */
export function staleViews(head: Pick<Head, 'views'>, set: Pick<ViewSet, 'views'>): number[] {
  return set.views.flatMap(({ takes, takeId }, view) => {
    const made = head.views[view]?.takeId ?? takes[0]!.id;
    return made === takeId ? [] : [view];
  });
}

/** The takes that the head was made from, as choices, but for those that were undone: what was chosen since is undone by them. */
export function choicesOf(
  head: Pick<Head, 'views'>,
  set: Pick<ViewSet, 'views'>,
): { view: number; takeId: string }[] {
  return staleViews(head, set)
    .filter((view) => !set.views[view]!.locked)
    .map((view) => ({ view, takeId: head.views[view]?.takeId ?? set.views[view]!.takes[0]!.id }))
    .filter(({ view, takeId }) => set.views[view]!.takes.some(({ id }) => id === takeId));
}
