import type { BlobStore } from '../blobs/blob-store.ts';
import type { StudioApi } from '../contract/api.ts';
import type { EditAction, Head, HeadFile } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { Edit } from '../library/history-table.ts';
import type { Library } from '../library/library.ts';
import { fileFor } from './export-target.ts';
import { freeFolder } from './free-path.ts';
import type { Host } from './host.ts';
import type { LibraryEdits } from './library-edits.ts';
import { findPhoto } from './photos.ts';
import { findProject, notFound } from './projects.ts';
import { writeFiles } from './write-files.ts';

type HeadCalls = Pick<StudioApi, 'head.list' | 'head.search' | 'head.edit' | 'head.restore' | 'head.export'>;

/** More than fit on a screen; a search for everything is answered by lists. */
const SEARCH_LIMIT = 200;

/** `signal` fires when the studio closes. */
export function createHeadCalls(
  library: Library,
  blobs: BlobStore,
  host: Host,
  edits: LibraryEdits,
  signal: AbortSignal,
): HeadCalls {
  return {
    'head.list': async (of) =>
      'photoId' in of
        ? library.heads.listOfPhoto(findPhoto(library, of.photoId).id)
        : library.heads.list(findProject(library, of.projectId).id),
    'head.search': async (search) => library.heads.search({ ...search, limit: SEARCH_LIMIT }),
    'head.edit': async ({ headId, ...values }) => {
      const before = findHead(library, headId);
      if (values.tags !== undefined) values.tags = [...new Set(values.tags)];
      const edit: Edit = { kind: 'head', id: headId, values };
      edits.apply(actionOf(values), before.name, [edit]);
      return findHead(library, headId);
    },
    'head.restore': async ({ headId }) => {
      const head = findHead(library, headId);
      const values = { currentHeadId: headId };
      edits.apply('choose-version', head.name, [{ kind: 'photo', id: head.photoId, values }]);
      return findPhoto(library, head.photoId);
    },
    'head.export': async ({ headId, names, directory, target = 'everything' }) => {
      const head = findHead(library, headId);
      const chosen = chooseFiles(head, names);
      const place = directory ?? (await askForDirectory(host));
      if (place === null) return null;
      const files = chosen.map(({ name, blob }) => fileFor(target, { name, read: () => blobs.get(blob) }));
      const folder = freeFolder(
        place,
        files.map(({ name }) => name),
        head.name,
      );
      return { directory: folder, files: await writeFiles(folder, files, { signal }) };
    },
  };
}

/** Throws `not-found`. */
export function findHead(library: Library, id: string): Head {
  const head = library.heads.find(id);
  if (head === null) throw notFound('head', id);
  return head;
}

/** The word for an edit of several fields is that of the first. */
function actionOf(values: object): EditAction {
  const actions: Record<string, EditAction> = { name: 'rename', starred: 'star', note: 'note', tags: 'tag' };
  return actions[Object.keys(values)[0]!]!;
}

function chooseFiles(head: Head, names: string[]): HeadFile[] {
  if (names.length === 0) return head.files;
  return [...new Set(names)].map((name) => {
    const file = head.files.find((candidate) => candidate.name === name);
    if (file === undefined) throw notFound(`file of ${head.name}`, name);
    return file;
  });
}

function askForDirectory(host: Host): Promise<string | null> {
  if (host.chooseDirectory !== undefined) return host.chooseDirectory('export');
  throw new StudioError({
    code: 'bad-request',
    message: 'This studio runs in a browser and cannot ask for a folder.',
    hint: 'Download the files, or type the folder to write to.',
  });
}
