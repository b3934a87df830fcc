/** The frame that every evaluation fits: a name, what it needs, and a function that returns numbers. */

import type { ImagePort } from '../synth/makehuman/assets.ts';

export type EvaluationOptions = {
  /** Folder with training data and portraits (`../shared/data` of a developer's machine); null where there is none. */
  dataDir: string | null;
  /** Repository root: models/ and assets/ are below it. */
  rootDir: string;
  /** At most so many items of each kind; null = the protocol's own number. */
  limit: number | null;
  /** Folder for contact sheets; null = none are made. */
  sheetsDir: string | null;
  /** View packs to compare, `FOLDER` or `FOLDER@STEPS`; the first is the one whose numbers carry no prefix. */
  packs: readonly string[];
  /** Decodes pictures with their alpha, which image libraries do outside of this layer. */
  images: ImagePort;
  log(line: string): void;
};

export type EvaluationReport = {
  /** Flat numbers with the unit in the name: the keys that a table or a script reads. */
  numbers: Record<string, number>;
  /** What a reader should see: one row per line. */
  table: string[];
  /** What was measured, on what, and what stands in for what. */
  notes: string[];
};

export type Evaluation = {
  title: string;
  needsData: boolean;
  run(options: EvaluationOptions): Promise<EvaluationReport>;
};
