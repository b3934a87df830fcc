import type { BlobId, Head, HistoryState, ItemRef, Job, Photo, Project, QueueState } from './entities.ts';
import type { LibraryPlace } from './library-place.ts';
import type { StudioSettings } from './studio-settings.ts';
import type { ViewSet } from './views.ts';

/** Facts that the studio announces. One typed map; payloads are small JSON. */
export type StudioEvents = {
  'job.changed': { job: Job };
  /** Its order, its length or its pause; progress is in `job.changed`. */
  'queue.changed': { queue: QueueState };
  /** Made, or back from the trash. */
  'head.added': { head: Head };
  'head.changed': { head: Head };
  /** Added, or back from the trash. */
  'photo.added': { photo: Photo };
  'photo.changed': { photo: Photo };
  /** Gone from the lists, with everything below them. */
  'items.trashed': { items: ItemRef[] };
  /** Everything is different: read all lists anew. */
  'library.replaced': Record<string, never>;
  /** Where it is, or how far it is on its way to another folder. */
  'library.placed': { place: LibraryPlace };
  'settings.changed': { settings: StudioSettings };
  'history.changed': { history: HistoryState };
  'project.changed': { project: Project };
  /** Takes, choices or locks. */
  'views.changed': { viewSet: ViewSet };
  'views.preview': { preview: ViewsPreview };
  'surface.preview': { preview: SurfacePreview };
};
/**
 * The views of a running job as far as they are: one picture with `columns` cells a row. Its blob lives as long as the job
 * runs; a later preview replaces it.
 */
export type ViewsPreview = { jobId: string; sheet: BlobId; columns: number; views: number[]; cellPx: number };
/** The surface of a running job as far as it is: a grey GLB of few triangles, which lives and is replaced as the views are. */
export type SurfacePreview = { jobId: string; model: BlobId };
export type EventName = keyof StudioEvents;
