import type {
  AppInfo,
  Backup,
  BlobId,
  CleanableKind,
  Head,
  HeadSettings,
  HistoryState,
  ItemRef,
  Job,
  Photo,
  PhotoEdits,
  PhotoFit,
  Project,
  QueueState,
  Sample,
  StorageOverview,
  StorageUse,
  TrashItem,
} from './entities.ts';
import type { ExportTarget } from './export-targets.ts';
import type { FoundHead } from './found-head.ts';
import type { LibraryPlace } from './library-place.ts';
import type { ProviderProbe, StudioSettings } from './studio-settings.ts';
import type { InstalledModel } from './models.ts';
import type { StageId } from './stages.ts';
import type { ViewSet } from './views.ts';

/**
 * Calls that the renderer may make: one JSON argument in, JSON out. Bytes travel by blob URL, uploads by
 * `Transport.upload`. Adding a call is two edits: here and in `src-main/app/<noun>.ts`.
 */
export type StudioApi = {
  'app.info': (args: Record<string, never>) => Promise<AppInfo>;
  'settings.get': (args: Record<string, never>) => Promise<StudioSettings>;
  /** Changes what is given and leaves the rest. */
  'settings.set': (args: Partial<Omit<StudioSettings, 'headModel'>>) => Promise<StudioSettings>;
  /**
   * From now on new jobs use the head model of an uploaded file (its licence is in the answer), or the studio's own (`null`).
   * Takes seconds. Throws `bad-request` for a file that is no head model; nothing in it is executed.
   */
  'headModel.use': (args: { blob: BlobId | null }) => Promise<StudioSettings>;
  /** Really runs a tiny graph with each provider, each in a process of its own; takes seconds. */
  'device.probe': (args: Record<string, never>) => Promise<ProviderProbe[]>;
  'model.list': (args: Record<string, never>) => Promise<InstalledModel[]>;
  /** Compares the hashes of a model's files with those it was released with; a pack takes seconds. */
  'model.check': (args: { id: string }) => Promise<InstalledModel>;
  /**
   * A view pack that stands in for the studio's own: a ZIP file that was uploaded, a folder or ZIP file on this machine, or what
   * the host asks for. Its list, its licence and the hash of every file are checked before it is believed; `null`: nothing
   * was chosen. Throws `bad-request`, `model-changed`.
   */
  'model.importPack': (args: { blob: BlobId } | { path?: string }) => Promise<InstalledModel | null>;
  /** An imported pack, for good; the studio's own, if any, is used again. */
  'model.removePack': (args: { id: string }) => Promise<void>;
  'sample.list': (args: Record<string, never>) => Promise<Sample[]>;
  'project.list': (args: Record<string, never>) => Promise<Project[]>;
  'project.create': (args: { name: string }) => Promise<Project>;
  'project.edit': (args: { projectId: string; name: string }) => Promise<Project>;
  /**
   * One `.gen3d` file with the project's photos and versions: below `directory`, or where the host asks for, or as a blob
   * to download where there is nothing to ask with. An older file of the name stays; this one gets a number.
   */
  'project.export': (args: {
    projectId: string;
    directory?: string;
  }) => Promise<{ name: string; path: string } | { name: string; blob: BlobId } | null>;
  /** An uploaded file or one on this machine, from anybody. A new project each time; undo puts it in the trash. */
  'project.import': (args: { blob: BlobId } | { path: string }) => Promise<Project>;
  'photo.list': (args: { projectId: string }) => Promise<Photo[]>;
  /**
   * `blob` was uploaded before; refuses what is not a usable picture (`unsupported-image`, …). Of the file's name, up
   * to 4096 characters, the last part of a path is kept, cut to 120 before its extension.
   */
  'photo.add': (args: { projectId: string; name: string; blob: string }) => Promise<Photo>;
  'photo.addSample': (args: { projectId: string; sampleId: string }) => Promise<Photo>;
  'photo.edit': (args: { photoId: string; name: string }) => Promise<Photo>;
  /** Keeps corrections with the photo: changes what is given and leaves the rest; one undoable edit. `photo.changed` follows. */
  'photo.correct': (args: { photoId: string; edits: Partial<PhotoEdits> }) => Promise<Photo>;
  /**
   * Fits the head model to the photo, in a process of its own, also while a job runs. `edits` instead of those kept with the
   * photo, which it does not change. The first call for a photo takes seconds (the networks look at it); after that
   * a full fit, the very one that a job makes, takes less than one. `live` carries on from the last fit of this photo with
   * the given pins, for a point that is being dragged: some tens of milliseconds. Ask again when the answer is there, not with every
   * pointer event; when the pointer is released: `photo.correct`, then `photo.fit` without `live`.
   * Throws what stages 01 and 02 throw (`no-face-found`, …).
   */
  'photo.fit': (args: { photoId: string; edits?: Partial<PhotoEdits>; live?: boolean }) => Promise<PhotoFit>;
  /** Newest first. */
  'job.list': (args: { projectId: string } | { photoId: string }) => Promise<Job[]>;
  /** Of all projects: those that wait or run, and the newest done ones, which tell how long the next one takes. */
  'job.recent': (args: Record<string, never>) => Promise<Job[]>;
  /**
   * With `base` (a job of the same photo) its results are reused where they come out the same; with `fromStage` that
   * stage and all after it are made again in any case. The base's head stays.
   */
  'job.start': (args: {
    photoId: string;
    settings: Partial<HeadSettings>;
    base?: { jobId: string; fromStage?: StageId };
  }) => Promise<Job>;
  /**
   * `count` jobs that differ in their seed alone (`settings.seed` and the following ones); stages that draw no random
   * numbers are made once, or taken from `base`. With method `reproject` nothing is random: they come out the same.
   */
  'job.startVariants': (args: {
    photoId: string;
    settings: Partial<HeadSettings>;
    count: number;
    base?: { jobId: string };
  }) => Promise<Job[]>;
  'job.cancel': (args: { jobId: string }) => Promise<void>;
  /** Carries on with (retries) an interrupted, failed or cancelled job from its last finished stage. */
  'job.resume': (args: { jobId: string }) => Promise<Job>;
  'queue.state': (args: Record<string, never>) => Promise<QueueState>;
  /** Puts a waiting job before another one, or last (`beforeJobId: null`). */
  'queue.move': (args: { jobId: string; beforeJobId: string | null }) => Promise<QueueState>;
  'queue.pause': (args: Record<string, never>) => Promise<QueueState>;
  'queue.resume': (args: Record<string, never>) => Promise<QueueState>;
  /** Newest first. A project's can be tens of megabytes. */
  'head.list': (args: { projectId: string } | { photoId: string }) => Promise<Head[]>;
  /** Every word of `query` begins a word of the name, the note, the tags or the photo's name. Best first, at most 200; without a word the newest. */
  'head.search': (args: { query: string; projectId?: string; starred?: boolean }) => Promise<FoundHead[]>;
  /** Changes what is given and leaves the rest. */
  'head.edit': (args: {
    headId: string;
    name?: string;
    starred?: boolean;
    note?: string;
    tags?: string[];
  }) => Promise<Head>;
  /** Makes an old version its photo's current one. */
  'head.restore': (args: { headId: string }) => Promise<Photo>;
  /** A job with this version's settings, changed by `settings`; reuses what comes out the same. */
  'head.branch': (args: { headId: string; settings: Partial<HeadSettings> }) => Promise<Job>;
  /**
   * Writes the chosen files (`names`; all when empty) below `directory`, or asks the host for a place; in the units of the
   * program `target`. Nothing is replaced: where one of the names is taken, all go to a new folder in there, which is what
   * comes back as `directory`.
   */
  'head.export': (args: {
    headId: string;
    names: string[];
    directory?: string;
    target?: ExportTarget;
  }) => Promise<{ directory: string; files: string[] } | null>;
  /** The views that a head was made from, with all their takes. */
  'views.open': (args: { headId: string }) => Promise<ViewSet>;
  /** Which take of a view is in use; heads that were made stay as they are until `views.build`. */
  'views.choose': (args: {
    viewSetId: string;
    choices: { view: number; takeId: string }[];
  }) => Promise<ViewSet>;
  'views.lock': (args: { viewSetId: string; views: number[]; locked: boolean }) => Promise<ViewSet>;
  /**
   * New takes of some views, the others and what `masks` leave black held in the joint denoising. Each take is used as soon
   * as it is there. Refuses locked views, and what `ViewSet.regeneration` says.
   */
  'views.regenerate': (args: {
    viewSetId: string;
    views: number[];
    seed: number;
    /** (0, 1]. */
    strength: number;
    /** Uploaded pictures, white where the view is made anew. */
    masks: { view: number; blob: BlobId }[];
  }) => Promise<Job>;
  /** Brings an edited picture back as a take: PNG of the view's size, with its transparency. */
  'views.paint': (args: { viewSetId: string; view: number; blob: BlobId }) => Promise<Job>;
  /** A head from the takes in use: stages 05 to 08, with the settings of `headId`. */
  'views.build': (args: { viewSetId: string; headId: string }) => Promise<Job>;
  /** Newest first. */
  'trash.list': (args: Record<string, never>) => Promise<TrashItem[]>;
  /** Jobs of a photo in the trash are cancelled. */
  'trash.put': (args: { items: ItemRef[] }) => Promise<void>;
  'trash.restore': (args: { items: ItemRef[] }) => Promise<void>;
  /** For good; only what is in the trash. The disk space comes back with `storage.clean`. */
  'trash.purge': (args: { items: ItemRef[] }) => Promise<void>;
  'storage.overview': (args: Record<string, never>) => Promise<StorageOverview>;
  /** `artefacts`: finished jobs can then no longer be re-run from a stage. Answers what was removed. */
  'storage.clean': (args: { kinds: CleanableKind[] }) => Promise<StorageUse>;
  /** Newest first. The studio never removes one by itself. */
  /**
   * In the system's file manager, where the host has one (`LibraryPlace.canAsk`): the library's folder, or one that something
   * was exported to since the start. Throws `bad-request` for any other.
   */
  'folder.show': (args: { directory: string }) => Promise<void>;
  'library.place': (args: Record<string, never>) => Promise<LibraryPlace>;
  /**
   * Copies the library into an empty folder (`directory`, or where the host asks for), compares every file with what was
   * written, and carries on there; the old one stays. Answers when that is done; `library.placed` says how far it is. Needs
   * no restart. Whatever ends it before leaves the library where it was. Throws `bad-request`, `disk-full`, `cancelled`.
   */
  'library.move': (args: { directory?: string }) => Promise<LibraryPlace>;
  'library.cancelMove': (args: Record<string, never>) => Promise<LibraryPlace>;
  /** Removes the files of the library before the last move, for good. */
  'library.removeOld': (args: Record<string, never>) => Promise<LibraryPlace>;
  'backup.list': (args: Record<string, never>) => Promise<Backup[]>;
  'backup.create': (args: Record<string, never>) => Promise<Backup>;
  /** Puts the records back as they were then, after a backup of how they are; not while a job runs. */
  'backup.restore': (args: { name: string }) => Promise<void>;
  'backup.remove': (args: { name: string }) => Promise<void>;
  'history.state': (args: Record<string, never>) => Promise<HistoryState>;
  /** Nothing happens when there is nothing to undo. Undo and redo survive a restart. */
  'history.undo': (args: Record<string, never>) => Promise<HistoryState>;
  'history.redo': (args: Record<string, never>) => Promise<HistoryState>;
};
export type ApiName = keyof StudioApi;
export type ApiArgs<M extends ApiName> = Parameters<StudioApi[M]>[0];
export type ApiResult<M extends ApiName> = Awaited<ReturnType<StudioApi[M]>>;
