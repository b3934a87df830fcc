import type { Transport } from '../api/transport.ts';
import { strings } from '../strings.ts';
import type { Library } from './library.svelte.ts';

/** A notification of the system for each head that is finished while nobody looks at the window. Returns what ends it. */
export function announceDone(
  transport: Pick<Transport, 'on'>,
  library: Pick<Library, 'photos'>,
  wanted: () => boolean,
): () => void {
  return transport.on('job.changed', ({ job }) => {
    if (!wanted() || !document.hidden) return;
    if (job.state !== 'done' && job.state !== 'failed') return;
    const name = library.photos.get(job.photoId)?.name ?? strings.photo;
    new Notification(strings.jobEnded(name, strings.jobStates[job.state]), {
      body: job.error?.message ?? '',
      tag: job.id,
    });
  });
}
