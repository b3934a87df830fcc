import { dirname } from 'node:path';
import type { StudioApi } from '../contract/api.ts';
import { StudioError } from '../contract/errors.ts';
import type { Host } from './host.ts';

type ExportCalls = Pick<StudioApi, 'head.export' | 'project.export'>;

/** Exports as they are, remembered, and `folder.show` for where they went: a window must not open what it likes. */
export function withShownFolders(
  exports: ExportCalls,
  libraryDirectory: () => string,
  showFolder: Host['showFolder'],
): ExportCalls & Pick<StudioApi, 'folder.show'> {
  const written = new Set<string>();
  return {
    'head.export': async (args) => {
      const done = await exports['head.export'](args);
      if (done !== null) written.add(done.directory);
      return done;
    },
    'project.export': async (args) => {
      const done = await exports['project.export'](args);
      if (done !== null && 'path' in done) written.add(dirname(done.path));
      return done;
    },
    'folder.show': async ({ directory }) => {
      if (showFolder !== undefined && (written.has(directory) || directory === libraryDirectory()))
        return showFolder(directory);
      throw new StudioError({
        code: 'bad-request',
        message: `${directory} cannot be shown from here.`,
        hint: 'Open it in the file manager of your system.',
      });
    },
  };
}
