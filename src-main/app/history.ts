import type { StudioApi } from '../contract/api.ts';
import type { Library } from '../library/library.ts';
import type { LibraryEdits } from './library-edits.ts';

type HistoryCalls = Pick<StudioApi, 'history.state' | 'history.undo' | 'history.redo'>;

export function createHistoryCalls(library: Library, edits: LibraryEdits): HistoryCalls {
  return {
    'history.state': async () => library.history.state(),
    'history.undo': async () => {
      edits.undo();
      return library.history.state();
    },
    'history.redo': async () => {
      edits.redo();
      return library.history.state();
    },
  };
}
