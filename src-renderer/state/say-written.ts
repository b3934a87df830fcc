import { strings } from '../strings.ts';
import type { Studio } from './studio.svelte.ts';

/** Says what was written; where the host has a file manager, with the way there. */
export function sayWritten(
  { library, notices, transport }: Pick<Studio, 'library' | 'notices' | 'transport'>,
  what: string,
  directory: string,
): void {
  const show = {
    label: strings.showFolder,
    run: () => void notices.watch(() => transport.call('folder.show', { directory })),
  };
  notices.add('done', what, '', library.info?.host === 'electron' ? show : undefined);
}
