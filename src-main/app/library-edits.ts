/** The one way in which the library is edited: as a command that can be undone, followed by the events that it causes. */
import type { EditAction, ItemRef } from '../contract/entities.ts';
import type { Edit } from '../library/history-table.ts';
import type { Library } from '../library/library.ts';
import type { Emit } from './events.ts';

export type LibraryEdits = {
  /**
   * `name` is that of the first item, for the words of "Undo …"; `prepare` makes the rows that are to be edited, in the
   * same transaction.
   */
  apply(action: EditAction, name: string, edits: readonly Edit[], prepare?: () => void): void;
  undo(): void;
  redo(): void;
  announceHistory(): void;
};

/** `onHidden`: photos may have gone out of sight, by an edit, an undo or a redo. */
export function createLibraryEdits(library: Library, emit: Emit, onHidden: () => void): LibraryEdits {
  const announceHistory = (): void => emit('history.changed', { history: library.history.state() });

  const announce = (edits: readonly Edit[]): void => {
    const trashed: ItemRef[] = [];
    /** Their counts, and photos' current versions, follow from what is below them. */
    const projects = new Set<string>();
    const photos = new Set<string>();
    for (const { kind, id, values } of edits) {
      if (typeof values.trashedAt === 'string') trashed.push({ kind, id });
      const cameBack = values.trashedAt === null;
      if (kind === 'project') projects.add(id);
      else if (kind === 'photo') {
        const photo = library.photos.find(id);
        projects.add(library.photos.findAny(id)!.projectId);
        if (photo === null) continue;
        emit(cameBack ? 'photo.added' : 'photo.changed', { photo });
        if (cameBack) for (const head of library.heads.listOfPhoto(id)) emit('head.added', { head });
      } else {
        const { photoId, projectId } = library.heads.findAny(id)!;
        const head = library.heads.find(id);
        if (values.trashedAt !== undefined) {
          photos.add(photoId);
          projects.add(projectId);
        }
        if (head !== null) emit(cameBack ? 'head.added' : 'head.changed', { head });
      }
    }
    if (trashed.length > 0) {
      onHidden();
      emit('items.trashed', { items: trashed });
    }
    for (const id of photos) {
      const photo = library.photos.find(id);
      if (photo !== null) emit('photo.changed', { photo });
    }
    for (const id of projects) {
      const project = library.projects.find(id);
      if (project !== null) emit('project.changed', { project });
    }
    announceHistory();
  };

  return {
    apply: (action, name, edits, prepare) => {
      const label = { action, kind: edits[0]!.kind, name, count: edits.length };
      library.transaction(() => {
        prepare?.();
        library.history.apply(label, edits, new Date().toISOString());
      });
      announce(edits);
    },
    undo: () => announce(library.history.undo()),
    redo: () => announce(library.history.redo()),
    announceHistory,
  };
}
