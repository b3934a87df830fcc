import { open, type FileHandle } from 'node:fs/promises';
import type { BlobStore } from '../../blobs/blob-store.ts';
import type { StudioApi } from '../../contract/api.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Library } from '../../library/library.ts';
import { freePath } from '../free-path.ts';
import type { Host } from '../host.ts';
import type { LibraryEdits } from '../library-edits.ts';
import { writeFileInPieces } from '../write-files.ts';
import { exportProject } from './export-project.ts';
import { importProject } from './import-project.ts';
import { MAX_FILE_BYTES } from './zip-format.ts';

type ProjectFileCalls = Pick<StudioApi, 'project.export' | 'project.import'>;

export function createProjectFileCalls(
  library: Library,
  blobs: BlobStore,
  host: Host,
  edits: LibraryEdits,
): ProjectFileCalls {
  return {
    'project.export': async ({ projectId, directory }) => {
      const place = directory ?? (await host.chooseDirectory?.('export'));
      if (place === null) return null;
      const { name, chunks } = exportProject(library, blobs, projectId, host.paths.version);
      if (place !== undefined) return { name, path: await writeFileInPieces(freePath(place, name), chunks) };
      // No folders to choose from: the window downloads it. Nothing refers to it, so a clean-up takes it away.
      return { name, blob: (await blobs.putStream(chunks, MAX_FILE_BYTES)).blob };
    },
    'project.import': async (source) => {
      const file = await ('blob' in source ? blobs.openFile(source.blob) : openPath(source.path));
      try {
        return await importProject(file, library, blobs, edits);
      } finally {
        await file.close();
      }
    },
  };
}

async function openPath(path: string): Promise<FileHandle> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, (cause as NodeJS.ErrnoException).code ?? String(cause));
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw unreadable(path, 'it is not a file');
}

function unreadable(path: string, reason: string): StudioError {
  return new StudioError({
    code: 'not-found',
    message: `${path} could not be read (${reason}).`,
    hint: 'Check the path and that you may read the file.',
  });
}
