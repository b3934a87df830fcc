/** What running jobs show of their views and surface: announced, and removed when nobody can be looking at it any more. */
import type { BlobStore } from '../blobs/blob-store.ts';
import type { BlobId } from '../contract/entities.ts';
import type { ViewsPreview } from '../contract/events.ts';
import type { Emit } from './events.ts';

export type JobPreviews = {
  show(jobId: string, preview: Omit<ViewsPreview, 'jobId'>): void;
  showSurface(jobId: string, model: BlobId): void;
  /** The job is over. */
  end(jobId: string): void;
};

/** A window that was told of a picture has fetched it by then, and has been told of the next one. */
const KEEP_MS = 10_000;

export function createJobPreviews(blobs: BlobStore, emit: Emit): JobPreviews {
  const last: Record<'sheet' | 'model', BlobId | null> = { sheet: null, model: null };
  const replace = (kind: keyof typeof last, next: BlobId | null): void => {
    const old = last[kind];
    if (old === next) return;
    last[kind] = next;
    // What stays behind because the studio ends is unreferenced: the next clean-up takes it.
    if (old !== null) setTimeout(() => void blobs.remove([old]).catch(() => undefined), KEEP_MS).unref();
  };
  return {
    show: (jobId, preview) => {
      replace('sheet', preview.sheet);
      emit('views.preview', { preview: { jobId, ...preview } });
    },
    showSurface: (jobId, model) => {
      replace('model', model);
      emit('surface.preview', { preview: { jobId, model } });
    },
    end: () => {
      replace('sheet', null);
      replace('model', null);
    },
  };
}
