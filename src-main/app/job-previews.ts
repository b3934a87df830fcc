/** What running jobs show of their views: announced, and removed when nobody can be looking at it any more. */
import type { BlobStore } from '../blobs/blob-store.ts';
import type { BlobId } from '../contract/entities.ts';
import type { ViewsPreview } from '../contract/events.ts';
import type { Emit } from './events.ts';

export type JobPreviews = {
  show(jobId: string, preview: Omit<ViewsPreview, 'jobId'>): void;
  /** The job is over. */
  end(jobId: string): void;
};

/** A window that was told of a picture has fetched it by then, and has been told of the next one. */
const KEEP_MS = 10_000;

export function createJobPreviews(blobs: BlobStore, emit: Emit): JobPreviews {
  let last: BlobId | null = null;
  const retire = (): void => {
    const old = last;
    last = null;
    // A sheet that stays behind because the studio ends is unreferenced: the next clean-up takes it.
    if (old !== null) setTimeout(() => void blobs.remove([old]).catch(() => undefined), KEEP_MS).unref();
  };
  return {
    show: (jobId, preview) => {
      if (preview.sheet !== last) retire();
      last = preview.sheet;
      emit('views.preview', { preview: { jobId, ...preview } });
    },
    end: retire,
  };
}
