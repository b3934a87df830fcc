/** What a stage is, and what it may touch: no database, no window, no clock. Same inputs + same seed = same head. */
import type { StageId } from '../contract/stages.ts';
import type { ImageRgba } from '../image/image.ts';
import type { Inference } from '../inference/inference.ts';
import type { TriangleMesh } from '../mesh/mesh.ts';

export type StageContext = {
  stage: StageId;
  /** Fires on cancel. Every stage says in its header what its longest uninterruptible piece is. */
  signal: AbortSignal;
  /** Fraction in [0, 1] within the stage; values below the last one are ignored. */
  progress(fraction: number): void;
  /** For the log file; not shown. */
  log(message: string): void;
  /** A fallback that was taken or a doubt about the input: recorded in the job and shown to the artist. */
  warn(code: string, message: string): void;
  /** Shows views as far as they are, small (`PREVIEW_PX`). Absent where nobody watches. */
  preview?(pictures: readonly Preview[]): void;
  /** Shows the surface as far as it is; few triangles (`PREVIEW_CELLS`). Absent where nobody watches. */
  previewMesh?(mesh: TriangleMesh): void;
  /** Uniform in [0, 1), seeded by settings.seed and the stage id, so that a draw here does not move another stage. */
  random(): number;
  inference: Inference;
  /** A file below `assets/`, e.g. `head-model.bin`. Throws StudioError `model-missing`. */
  readAsset(name: string): Promise<Uint8Array>;
  /** A file that the user brought along, by the hash that a setting names. Throws StudioError `model-missing`. */
  readUserFile(id: string): Promise<Uint8Array>;
};

export type Stage<In, Out> = (input: In, context: StageContext) => Promise<Out>;

/** A view (its index in the rig) while it is made. */
export type Preview = { view: number; image: ImageRgba };
/** Longest side of a preview. */
export const PREVIEW_PX = 128;
/** Cells along the longest side of a grid from which a preview is extracted: about 20 k triangles, half a megabyte. */
export const PREVIEW_CELLS = 64;

/**
 * Runs one stage, or a named part of one: timing, progress, cancellation, artefact store and re-use are the caller's
 * business.
 */
export type RunStage = <In, Out>(
  id: StageId,
  stage: Stage<In, Out>,
  input: In,
  part?: string,
) => Promise<Out>;
