import type { BlobStore } from '../blobs/blob-store.ts';
import type { StudioApi } from '../contract/api.ts';
import type { Head, HeadFile } from '../contract/entities.ts';
import { StudioError } from '../contract/errors.ts';
import type { Library } from '../library/library.ts';
import type { Host } from './host.ts';
import { findProject, notFound } from './projects.ts';
import { writeFiles } from './write-files.ts';

type HeadCalls = Pick<StudioApi, 'head.list' | 'head.export'>;

/** `signal` fires when the studio closes. */
export function createHeadCalls(
  library: Library,
  blobs: BlobStore,
  host: Host,
  signal: AbortSignal,
): HeadCalls {
  return {
    'head.list': async ({ projectId }) => library.heads.list(findProject(library, projectId).id),
    'head.export': async ({ headId, names, directory }) => {
      const head = library.heads.find(headId);
      if (head === null) throw notFound('head', headId);
      const chosen = chooseFiles(head, names);
      const place = directory ?? (await askForDirectory(host));
      if (place === null) return null;
      const files = chosen.map(({ name, blob }) => ({ name, read: () => blobs.get(blob) }));
      return { directory: place, files: await writeFiles(place, files, { signal }) };
    },
  };
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
  if (host.chooseDirectory !== undefined) return host.chooseDirectory();
  throw new StudioError({
    code: 'bad-request',
    message: 'This studio runs in a browser and cannot ask for a folder.',
    hint: 'Download the files, or type the folder to write to.',
  });
}
