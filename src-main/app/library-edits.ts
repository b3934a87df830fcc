/** The one way in which the library is edited: as a command that can be undone, followed by the events that it causes. */
import type { EditAction, EditLabel, ItemRef } from '../contract/entities.ts';
import type { ViewSet } from '../contract/views.ts';
import type { Edit } from '../library/history-table.ts';
import type { Library } from '../library/library.ts';
import type { Emit } from './events.ts';

export type LibraryEdits = {
  /**
   * `name` is that of the first item, for the words of "Undo …"; `prepare` makes the rows that are to be edited, in the
   * same transaction.
   */
  apply(action: EditAction, name: string, edits: readonly Edit[], prepare?: () => void): void;
  /** The same for views: `count` of them are changed. */
  applyToViews(
    action: EditAction,
    name: string,
    count: number,
    edits: readonly Edit[],
    prepare?: () => void,
  ): void;
  undo(): void;
  redo(): void;
  announceHistory(): void;
};

export type LibraryEditsParts = {
  library: Library;
  emit: Emit;
  /** Photos may have gone out of sight, by an edit, an undo or a redo. */
  onHidden(): void;
  describeViewSet(id: string): ViewSet | null;
};

export function createLibraryEdits(parts: LibraryEditsParts): LibraryEdits {
  const { library, emit } = parts;
  const announceHistory = (): void => emit('history.changed', { history: library.history.state() });

  const announce = (edits: readonly Edit[]): void => {
    const trashed: ItemRef[] = [];
    /** Their counts, and photos' current versions, follow from what is below them. */
    const projects = new Set<string>();
    const photos = new Set<string>();
    const viewSets = new Set<string>();
    for (const edit of edits) {
      if (edit.kind === 'view-set') viewSets.add(edit.id);
      if (edit.kind === 'view-take') viewSets.add(library.views.setOfTake(edit.id)!);
      if (edit.kind === 'view-set' || edit.kind === 'view-take') continue;
      const { kind, id, values } = edit;
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
      parts.onHidden();
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
    for (const id of viewSets) {
      const viewSet = parts.describeViewSet(id);
      if (viewSet !== null) emit('views.changed', { viewSet });
    }
    announceHistory();
  };
  const apply = (label: EditLabel, edits: readonly Edit[], prepare?: () => void): void => {
    library.transaction(() => {
      prepare?.();
      library.history.apply(label, edits, new Date().toISOString());
    });
    announce(edits);
  };

  return {
    apply: (action, name, edits, prepare) =>
      apply({ action, kind: (edits[0] as ItemRef).kind, name, count: edits.length }, edits, prepare),
    applyToViews: (action, name, count, edits, prepare) =>
      apply({ action, kind: 'view', name, count }, edits, prepare),
    undo: () => announce(library.history.undo()),
    redo: () => announce(library.history.redo()),
    announceHistory,
  };
}
