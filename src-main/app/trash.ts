import type { StudioApi } from '../contract/api.ts';
import type { ItemRef } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { Edit } from '../library/history-table.ts';
import type { Library } from '../library/library.ts';
import type { JobQueue } from './job-queue.ts';
import type { LibraryEdits } from './library-edits.ts';
import { notFound } from './projects.ts';

type TrashCalls = Pick<StudioApi, 'trash.list' | 'trash.put' | 'trash.restore' | 'trash.purge'>;

export function createTrashCalls(library: Library, queue: JobQueue, edits: LibraryEdits): TrashCalls {
  const findLive = ({ kind, id }: ItemRef): { name: string } => {
    const tables = { project: library.projects, photo: library.photos, head: library.heads };
    const item = tables[kind].find(id);
    if (item === null) throw notFound(kind, id);
    return item;
  };
  const findTrashed = (items: readonly ItemRef[]): { name: string }[] => {
    const listed = library.trash.list();
    return items.map(({ kind, id }) => {
      const item = listed.find((candidate) => candidate.kind === kind && candidate.id === id);
      if (item === undefined) throw notFound(`${kind} in the trash`, id);
      return item;
    });
  };
  const editsOf = (items: readonly ItemRef[], trashedAt: string | null): Edit[] =>
    items.map(({ kind, id }) => ({ kind, id, values: { trashedAt } }));

  return {
    'trash.list': async () => library.trash.list(),
    'trash.put': async ({ items }) => {
      const [first] = items.map(findLive);
      edits.apply('trash', first!.name, editsOf(items, new Date().toISOString()));
    },
    'trash.restore': async ({ items }) => {
      const [first] = findTrashed(items);
      edits.apply('untrash', first!.name, editsOf(items, null));
    },
    'trash.purge': async ({ items }) => {
      findTrashed(items);
      if (queue.isRunning() && items.some(({ kind }) => kind !== 'head')) throw stillRunning();
      library.trash.purge(items);
      library.history.forgetPurged();
      edits.announceHistory();
    },
  };
}

/** A job that is being cancelled still writes its record, which must not lose its photo. */
function stillRunning(): StudioError {
  return new StudioError({
    code: 'bad-request',
    message: 'A job is running, so photos and projects cannot be removed for good just now.',
    hint: 'Wait until it is done, or cancel it, then empty the trash.',
  });
}
