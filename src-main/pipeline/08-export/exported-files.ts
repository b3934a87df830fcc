import type { FileCheck } from '../../contract/file-check.ts';

/** A file that leaves the studio; `name` is relative and may hold a folder (`views/view-00.png`). */
export type ExportedFile = { name: string; mediaType: string; bytes: Uint8Array };
export type ExportedFiles = {
  files: ExportedFile[];
  /** What each file holds, in the same order; results of older versions lack it. */
  checks?: FileCheck[];
  /** What the report shows: name → value, with the unit in the name. */
  scores: Record<string, number>;
  /** Share of the texture that each view of the rig gave, %. */
  texturePercents: number[];
};
