/** Single views of a head: how they fit, their takes, and what is done to them. */
import type { BlobId, HeadSettings } from './entities.ts';

/** How one view fits what is known. */
export type ViewScores = {
  /** Distance of the face's 128-d embedding from the photo's (below 0.6: the same person); null where no face is seen. */
  identityDistance: number | null;
  /** Mean colour difference from what its two neighbours show of the same surface, % of the range; null: no overlap. */
  neighbourDifferencePercent: number | null;
  /** Overlap of its silhouette with that of M and its hair, [0, 1]. */
  maskIou: number;
  /** Mean angle between its normals and those of M and its hair; null where the two do not overlap. */
  normalDeg: number | null;
};
/** `takeId`: null = as stage 04 generated it. */
export type HeadView = {
  azimuthDeg: number;
  elevationDeg: number;
  takeId: string | null;
  scores: ViewScores;
  /** Share of the head's texture that comes from it, %; absent in heads of studios that did not say. */
  texturePercent?: number;
};

/** How a take came about. `mask`: null = the whole view. */
export type TakeOrigin =
  | { kind: 'generated' }
  | { kind: 'regenerated'; seed: number; strength: number; mask: BlobId | null }
  | { kind: 'painted'; picture: BlobId };
/** One version of one view; never changed. */
export type ViewTake = {
  id: string;
  view: number;
  origin: TakeOrigin;
  /** PNG with alpha, `HeadSettings.viewSizePx` wide. */
  image: BlobId;
  /** What later stages read of it; null = what stage 04 generates. */
  data: BlobId | null;
  /** As it fitted its neighbours when it was made; null for views of studios that did not score them. */
  scores: ViewScores | null;
  createdAt: string;
};
export type ViewState = {
  azimuthDeg: number;
  elevationDeg: number;
  /** Oldest first; the first one was generated. */
  takes: ViewTake[];
  /** The take in use. */
  takeId: string;
  /** Kept from regeneration, paint-over and choice. */
  locked: boolean;
};
/** Why views can, or cannot, be regenerated: it takes a view pack, and the number of views that it makes. */
export type Regeneration = 'available' | 'no-pack' | 'other-count';
/** The views of one generation, with what was done to them since. Heads made from it say which takes they used. */
export type ViewSet = {
  id: string;
  photoId: string;
  settings: HeadSettings;
  views: ViewState[];
  regeneration: Regeneration;
  createdAt: string;
};

/** A take that is used instead of what stage 04 generates for that view. */
export type TakeRef = { view: number; takeId: string; data: BlobId };
/** What is to be done to views. Masks are pictures of any size, white where the view is made anew; none = all of it. */
export type ViewEdit =
  | {
      kind: 'regenerate';
      views: number[];
      seed: number;
      /** (0, 1]: how far back the noise goes; 1 keeps nothing of what is there. */
      strength: number;
      masks: { view: number; blob: BlobId }[];
    }
  | { kind: 'paint'; view: number; picture: BlobId };
