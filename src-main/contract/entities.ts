import type { ErrorInfo } from './errors.ts';
import type { StageId } from './stages.ts';

/** SHA-256 of a blob, 64 lowercase hex digits. Both hosts serve it at `/blob/<id>` of the page's own origin. */
export type BlobId = string;

export type ViewsMethod = 'reproject' | 'diffusion';

/** Everything that decides what a head looks like, besides the photo. Same photo + settings → same bytes. */
export type HeadSettings = {
  /** Unsigned 32-bit seed. */
  seed: number;
  method: ViewsMethod;
  /** Denoising steps (method `diffusion`). */
  steps: number;
  /** Number of views N around the head. */
  views: number;
  /** Side of a view image, px. */
  viewSizePx: number;
  /** Side of the base colour map, px: 512, 1024, 2048 or 4096. */
  textureSizePx: number;
  /** Cells along a side of the signed-distance grid. */
  surfaceResolution: number;
};
export const HEAD_SETTINGS_DEFAULTS: HeadSettings = {
  seed: 1,
  method: 'reproject',
  steps: 25,
  views: 16,
  viewSizePx: 512,
  textureSizePx: 2048,
  surfaceResolution: 96,
};

export type Project = { id: string; name: string; createdAt: string; photoCount: number; headCount: number };

export type Photo = {
  id: string;
  projectId: string;
  name: string;
  /** The untouched file as it came in. */
  blob: BlobId;
  /** Upright PNG, at most 512 px, for lists. */
  thumbnail: BlobId;
  widthPx: number;
  heightPx: number;
  createdAt: string;
};

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

/** One stage of a job as the renderer draws it. */
export type StageProgress = {
  id: StageId;
  state: 'waiting' | 'running' | 'done';
  /** [0, 1], never goes back. */
  fraction: number;
  /** Wall seconds; 0 until done. `reused` results of an earlier attempt cost nothing. */
  seconds: number;
  /** Largest resident memory of the engine process during the stage; 0 until done and when reused. */
  peakMb: number;
  reused: boolean;
};

/** A fallback that was taken or a doubt about the input; recorded with the job and shown. */
export type Warning = { code: string; message: string; stage: StageId };

export type Job = {
  id: string;
  photoId: string;
  settings: HeadSettings;
  state: JobState;
  stages: StageProgress[];
  warnings: Warning[];
  error: ErrorInfo | null;
  /** Set when done. */
  headId: string | null;
  createdAt: string;
};

/** One exported file of a head; `name` may contain a folder (`views/view-00.png`). */
export type HeadFile = { name: string; mediaType: string; blob: BlobId; bytes: number };

export type Head = {
  id: string;
  projectId: string;
  photoId: string;
  jobId: string;
  name: string;
  settings: HeadSettings;
  files: HeadFile[];
  /** What the report shows: name → value, with the unit in the name. */
  scores: Record<string, number>;
  createdAt: string;
};

/** A picture that comes with the studio; `url` is a path of the page's own origin (`/sample/<id>`). */
export type Sample = { id: string; name: string; credit: string; url: string };

/** What this machine runs inference on, and why not something else. */
export type DeviceInfo = { provider: string; threads: number; note: string };

export type AppInfo = { version: string; host: 'electron' | 'web' | 'cli'; device: DeviceInfo };
