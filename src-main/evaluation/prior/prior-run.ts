import type { ImageRgba } from '../../image/image.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import type { StageContext } from '../../pipeline/stage.ts';

/** What every part of the evaluation works with. */
export type PriorRun = {
  prepared: PreparedModel;
  dataDir: string;
  context: StageContext;
  log(line: string): void;
  /** Looks at the first SHEET_FITS fits of each kind. */
  sheets: { known: ImageRgba[]; portraits: ImageRgba[] };
};

/** As many as are looked at before a model is believed. */
export const SHEET_FITS = 40;
