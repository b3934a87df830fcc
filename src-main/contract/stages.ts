/**
 * The eight stages of the method, in the order data flows (paper §3.2 and shared names of the folders under
 * `src-main/pipeline`). A test holds the folders and this list together.
 */
export const STAGES = [
  '01-photo',
  '02-analyse',
  '03-prior',
  '04-views',
  '05-surface',
  '06-head',
  '07-texture',
  '08-export',
] as const;
export type StageId = (typeof STAGES)[number];

/** What an artist reads while a stage runs. */
export const STAGE_TITLES = {
  '01-photo': 'Read photo',
  '02-analyse': 'Find the face',
  '03-prior': 'Estimate head',
  '04-views': 'Generate views',
  '05-surface': 'Reconstruct surface',
  '06-head': 'Fit head',
  '07-texture': 'Bake texture',
  '08-export': 'Write files',
} as const satisfies Record<StageId, string>;
