/** What the studio and its engine process say to each other. Small JSON; bytes travel by blob id. */
import type { FileCheck } from '../contract/file-check.ts';
import type {
  BlobId,
  DeviceInfo,
  HeadFile,
  HeadSettings,
  PhotoEdits,
  Warning,
} from '../contract/entities.ts';
import type { ErrorInfo } from '../contract/errors.ts';
import type { ViewsPreview } from '../contract/events.ts';
import type { HeadModelRights } from '../contract/studio-settings.ts';
import type { StageId } from '../contract/stages.ts';
import type { HeadView, TakeRef, ViewEdit, ViewTake } from '../contract/views.ts';

/** Given to the engine as one JSON argument when it is forked. */
export type EngineOptions = {
  /**
   * `decode`: looks at pictures and loads no model. `fit`: fits the head model to a photo that is being corrected.
   * `probe`: tries one provider. Absent = runs jobs.
   */
  role?: 'decode' | 'fit' | 'probe';
  /** To be tried by the role `probe`. */
  provider?: string;
  blobsDirectory: string;
  modelsDirectory: string;
  /** Packs that the user imported; they stand in for those in `modelsDirectory`. */
  packsDirectory?: string;
  assetsDirectory: string;
  /** Inference threads; absent = the engine decides. */
  threads?: number;
  /** Version of the studio: artefacts of another version are made again, not reused. */
  version: string;
  /** Absolute path of a module that exports `generateHead` and `createInference`; absent = the real pipeline. */
  pipelineModule?: string;
};

/** A stage's result, or that of a part of it. */
export type ArtefactSlot = StageId | `${StageId}.${string}`;
/** Finished stages of earlier attempts at a job. */
export type Artefacts = Partial<Record<ArtefactSlot, BlobId>>;

export type EngineTask = {
  jobId: string;
  photo: BlobId;
  settings: HeadSettings;
  artefacts: Artefacts;
  /** Laid over the generated views. */
  takes: Pick<TakeRef, 'view' | 'data'>[];
  /** Absent: a head is made. */
  edit?: ViewEdit;
};

export type EngineRequest =
  | { type: 'start'; task: EngineTask }
  | { type: 'cancel'; jobId: string }
  | { type: 'ask'; id: number; question: HelperQuestion };

/** Is this file a usable picture? Answer: {@link DecodedPhoto}. */
export type PictureQuestion = { about: 'picture'; photo: BlobId };
/** Where is the head in it? Answer: the contract's `PhotoFit`. `live`: carry on from the last answer. */
export type FitQuestion = {
  about: 'fit';
  photo: BlobId;
  edits: PhotoEdits;
  live: boolean;
  /** A file of the user's own; null = the studio's model. */
  headModel: BlobId | null;
};
/** What head model is this file of the user's own? Answer: the contract's `UserHeadModel`. */
export type HeadModelQuestion = { about: 'head-model'; blob: BlobId };
/**
 * Is this, a folder or a ZIP file, a view pack? `staging`: a new folder to put its files into. Answer: {@link StagedPack}.
 */
export type PackQuestion = {
  about: 'view-pack';
  source: { path: string } | { blob: BlobId };
  staging: string;
};
export type HelperQuestion = PictureQuestion | FitQuestion | HeadModelQuestion | PackQuestion;

export type StagedPack = { name: string; licence: string; bytes: number };

/** What lists show of a picture. */
export type DecodedPhoto = {
  thumbnail: BlobId;
  widthPx: number;
  heightPx: number;
  /** Some of it can be seen through. */
  transparent: boolean;
};

export type StageReport =
  | { type: 'stage-started'; stage: StageId }
  | { type: 'progress'; stage: StageId; fraction: number }
  | { type: 'warning'; warning: Warning }
  | { type: 'preview'; preview: Omit<ViewsPreview, 'jobId'> }
  | { type: 'surface-preview'; model: BlobId }
  | {
      type: 'stage-done';
      stage: StageId;
      slot: ArtefactSlot;
      seconds: number;
      peakMb: number;
      reused: boolean;
      /** null: the result was not worth keeping (the last stage's files are blobs of their own). */
      artefact: BlobId | null;
    };

export type TakeResult = Pick<ViewTake, 'view' | 'image' | 'scores'> & { data: BlobId };
export type EngineResult = {
  /** Of a head. */
  files: HeadFile[];
  /** Which head model it was made with; null of an edit. */
  headModel: HeadModelRights | null;
  checks: FileCheck[];
  scores: Record<string, number>;
  views: Omit<HeadView, 'takeId'>[];
  /** Of an edit. */
  takes: TakeResult[];
  peakMb: number;
};

export type EngineReport =
  | { type: 'ready'; device: DeviceInfo }
  /** The engine could not start at all (a model is missing, …); it exits after saying so. */
  | { type: 'unusable'; error: ErrorInfo }
  | { type: 'stage'; jobId: string; report: StageReport }
  | { type: 'done'; jobId: string; result: EngineResult }
  | { type: 'failed'; jobId: string; error: ErrorInfo }
  /** Empty: it works. */
  | { type: 'probed'; reason: string }
  | { type: 'helper-ready' }
  | { type: 'answered'; id: number; answer: unknown }
  | { type: 'refused'; id: number; error: ErrorInfo };
