import type { ErrorInfo } from './errors.ts';
import type { StageId } from './stages.ts';
import type { HeadView, TakeRef, ViewEdit } from './views.ts';

/** SHA-256 of a blob, 64 lowercase hex digits. Both hosts serve it at `/blob/<id>` of the page's own origin. */
export type BlobId = string;

/** A face point that the artist has put in its place: index of one of the 478 landmarks, px of the upright photo. */
export type LandmarkPin = { landmark: number; xPx: number; yPx: number };
export type PixelPoint = { xPx: number; yPx: number };
/** Whole px of the upright photo. */
export type PhotoCrop = PixelPoint & { widthPx: number; heightPx: number };
/** A brush on the portrait mask: `keep` paints what belongs to the person, otherwise background. px of the upright photo. */
export type MaskStroke = { keep: boolean; radiusPx: number; pointsPx: [number, number][] };

/**
 * What the artist corrected in a photo. Kept with the photo, undoable; a job takes them over as they are when it starts,
 * so that what it makes can be made again.
 */
export type PhotoEdits = {
  /** At most one a landmark. The head is fitted through them; the points around one give way. */
  pins: LandmarkPin[];
  /** The only part of the photo that is looked at. */
  crop: PhotoCrop | null;
  /** A place in the face to work on; null = the largest. */
  face: PixelPoint | null;
  /** In the order in which they were painted. */
  maskStrokes: MaskStroke[];
  /** 35-mm equivalent of the lens that took the whole photo; null = what the file says, else a guess. */
  focalLength35Mm: number | null;
};
export const PHOTO_EDITS_DEFAULTS: PhotoEdits = {
  pins: [],
  crop: null,
  face: null,
  maskStrokes: [],
  focalLength35Mm: null,
};

export type ViewsMethod = 'reproject' | 'diffusion';

/**
 * How the views become a surface: `fusion` of their depth and outlines, seconds; `neural` refines that by volume
 * rendering against colours, coverage and normals, for views that know more than the prior's depth.
 */
export const SURFACE_METHODS = ['fusion', 'neural'] as const;
export type SurfaceMethod = (typeof SURFACE_METHODS)[number];

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
  surfaceMethod: SurfaceMethod;
  /** Cells along a side of the signed-distance grid; above `REFINED_ABOVE_CELLS` a grid of half as many is refined. */
  surfaceResolution: number;
  /**
   * true: the head under the hair is bald and the hair a part of its own (GLB node, mesh and material `hair`, OBJ group
   * `hair`, `textures/hair-colour.png`), where there is any. false: hair is modelled into the skin.
   */
  hairMesh: boolean;
  /** [0, 1]: how much of the photo's light is taken out of the base colour; 0 = untouched photo. */
  delight: number;
  /** true: a network (`SUPER_RESOLUTION_MODEL`) makes views twice as fine for what only they show. */
  superResolution: boolean;
  /** Corrections of the photo. A new job that does not say otherwise takes those that are kept with the photo. */
  photoEdits: PhotoEdits;
  /** A file of the user's own (FLAME 2020, 2023 or GNM's layout); null = the studio's model. Default: `StudioSettings.headModel`. */
  headModel: BlobId | null;
};
export const HEAD_SETTINGS_DEFAULTS: HeadSettings = {
  seed: 1,
  method: 'diffusion',
  steps: 1,
  views: 16,
  viewSizePx: 512,
  textureSizePx: 2048,
  surfaceMethod: 'fusion',
  surfaceResolution: 128,
  hairMesh: true,
  delight: 0,
  superResolution: false,
  photoEdits: PHOTO_EDITS_DEFAULTS,
  headModel: null,
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
  /** The version to show and export: the newest one, until another is chosen. null while there is none. */
  currentHeadId: string | null;
  /** Versions that are not in the trash. */
  headCount: number;
  edits: PhotoEdits;
  createdAt: string;
};

/** The head model fitted to a photo, as the photo step draws it over the picture. Positions are px of the upright photo. */
export type PhotoFit = {
  /** (478 × 2) x, y: the face points as the network found them, before any pin. */
  foundPx: number[];
  /** (478 × 2) x, y: the same points on the fitted head. */
  fittedPx: number[];
  /** (478) the point looks towards the camera; the others are hidden by the head and hardly believed. */
  facing: boolean[];
  /** (L × 4) x0, y0, x1, y1: lines of the fitted mesh (its coarsest level) that look towards the camera. */
  wirePx: number[];
  /** Mean distance of fitted from found or pinned points, % of the distance between the outer eye corners. */
  landmarkErrorPercent: number;
  /** [0, 1] by region of the head: how much the photo says about its shape. Of the last full fit. */
  confidence: Record<string, number>;
  /** What the stages up to the fit doubt or had to make do with. */
  warnings: Warning[];
  /** Boxes of all faces that were found, px of the upright photo; the first is worked on. */
  faces: PhotoCrop[];
  /** Grey PNG of the cropped picture, smaller where that is large, before the brush: white = person. */
  mask: BlobId;
  /** Of the file: 35-mm equivalent, mm; null when it does not say. */
  fileFocalLength35Mm: number | null;
  /** Of the fitted camera, for the whole photo. */
  fittedFocalLength35Mm: number;
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

/**
 * The job whose results are reused: all that come out the same with the new settings, or, with `fromStage`, at most those
 * before that stage.
 */
export type JobBase = { jobId: string; fromStage: StageId | null };

/**
 * What a job makes: a head, from generated views with `takes` laid over them; or (`views`) new takes, with nothing behind
 * stage 04. The `takes` of an edit are those in use when it starts, so that one made meanwhile is not lost; none while it waits.
 */
export type JobTask =
  | { kind: 'head'; viewSetId: string | null; takes: TakeRef[] }
  | { kind: 'views'; viewSetId: string; takes: TakeRef[]; edit: ViewEdit };

export type Job = {
  id: string;
  photoId: string;
  settings: HeadSettings;
  task: JobTask;
  base: JobBase | null;
  state: JobState;
  stages: StageProgress[];
  warnings: Warning[];
  error: ErrorInfo | null;
  /** Set when a head is done. */
  headId: string | null;
  createdAt: string;
};

/** One exported file of a head; `name` may contain a folder (`views/view-00.png`). */
export type HeadFile = { name: string; mediaType: string; blob: BlobId; bytes: number };

/** `user`: by `queue.pause`; `restart`: jobs were left from the last time, and nothing computes before somebody says so. */
export type QueuePause = 'user' | 'restart';
export type QueuedJob = {
  jobId: string;
  photoId: string;
  /** Expected wall seconds, from this machine's last jobs; null before the first one. */
  secondsLeft: number | null;
};
export type QueueState = {
  /** Pausing lets the running job end; it only keeps the next one from starting. */
  paused: QueuePause | null;
  /** In the order they run; the running one is first. */
  jobs: QueuedJob[];
  /** Of all together: they run one after the other. */
  secondsLeft: number | null;
};

/** One version: what one job made of a photo with one set of settings. Never overwritten. */
export type Head = {
  id: string;
  projectId: string;
  photoId: string;
  jobId: string;
  name: string;
  starred: boolean;
  note: string;
  /** Short words, each once, in the order they were given. */
  tags: string[];
  settings: HeadSettings;
  files: HeadFile[];
  /** What the report shows: name → value, with the unit in the name. */
  scores: Record<string, number>;
  /** In the order of the rig; empty for heads of studios that did not score views. */
  views: HeadView[];
  createdAt: string;
};

export const ITEM_KINDS = ['project', 'photo', 'head'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];
export type ItemRef = { kind: ItemKind; id: string };

/** Something in the trash; what is below it (a photo's heads) comes back with it and is not listed by itself. */
export type TrashItem = ItemRef & {
  name: string;
  projectId: string;
  /** The photo's; null for a project. */
  thumbnail: BlobId | null;
  trashedAt: string;
};

/** What an edit does, for the words "Undo …" and "Redo …". */
export const EDIT_ACTIONS = [
  'create',
  'rename',
  'star',
  'note',
  'tag',
  'choose-version',
  'correct',
  'trash',
  'untrash',
  'regenerate',
  'paint',
  'choose-take',
  'lock',
  'unlock',
] as const;
export type EditAction = (typeof EDIT_ACTIONS)[number];
export type EditLabel = {
  action: EditAction;
  kind: ItemKind | 'view';
  /** Name of the first item. */
  name: string;
  /** Number of items. */
  count: number;
};
/** The edits that `history.undo` and `history.redo` would change next. */
export type HistoryState = { undo: EditLabel | null; redo: EditLabel | null };

/** `daily`: by itself, when the last one is older than a day; `before-restore`: the records that a restore replaced. */
export const BACKUP_REASONS = ['daily', 'manual', 'before-restore'] as const;
export type BackupReason = (typeof BACKUP_REASONS)[number];
/**
 * The library's records (projects, versions, notes, …) at one moment. Pictures and heads are not copied: they are files
 * that no clean-up removes while the present records, or the trash, refer to them.
 */
export type Backup = { name: string; reason: BackupReason; createdAt: string; bytes: number };

/** What a file of the library is for. `artefacts`: results of stages, from which a job can start again. */
export const BLOB_KINDS = ['photos', 'thumbnails', 'heads', 'takes', 'headModels', 'artefacts'] as const;
export type BlobKind = (typeof BLOB_KINDS)[number];
export type StorageUse = { files: number; bytes: number };
export type StorageOverview = Record<BlobKind, StorageUse> & {
  /** What nothing refers to any more. */
  unreferenced: StorageUse;
  /** The records: what `library.sqlite` takes. */
  library: StorageUse;
  backups: StorageUse;
};
/** What `storage.clean` may remove; never a photo, a head or anything in the trash. */
export const CLEANABLE_KINDS = ['unreferenced', 'artefacts'] as const;
export type CleanableKind = (typeof CLEANABLE_KINDS)[number];

/** A picture that comes with the studio; `url` is a path of the page's own origin (`/sample/<id>`). */
export type Sample = { id: string; name: string; credit: string; url: string };

/** What this machine runs inference on, and why not something else. */
export type DeviceInfo = { provider: string; threads: number; note: string };

export type AppInfo = { version: string; host: 'electron' | 'web' | 'cli'; device: DeviceInfo };
