import { type BlobId, HEAD_SETTINGS_DEFAULTS } from './entities.ts';

/** A head model that the user brought. Its licence is to be shown wherever it can be chosen: it binds what is made with it. */
export type UserHeadModel = {
  blob: BlobId;
  /** `flame`, `gnm`. */
  id: string;
  licence: string;
  credits: string;
  vertexCount: number;
};

/** Whose a head model is, the studio's own or one of the user's: part of the report of every head. */
export type HeadModelRights = Pick<UserHeadModel, 'id' | 'licence' | 'credits'>;

export const THEMES = ['system', 'light', 'dark'] as const;
/** What the user chose for the studio as a whole; kept in the library, the same in every window. */
export type StudioSettings = {
  /** Inference threads; null = the studio decides. Takes effect with the next job. */
  threads: number | null;
  /** Of a new job that does not say otherwise. */
  textureSizePx: number;
  theme: (typeof THEMES)[number];
  /** Of a new job that does not say otherwise; null = the studio's own. Set by `headModel.use`. */
  headModel: UserHeadModel | null;
};
export const STUDIO_SETTINGS_DEFAULTS: StudioSettings = {
  threads: null,
  textureSizePx: HEAD_SETTINGS_DEFAULTS.textureSizePx,
  theme: 'system',
  headModel: null,
};

/** Ways of ONNX Runtime to compute. */
export const PROVIDERS = ['cpu', 'cuda', 'dml', 'coreml'] as const;
export type ProviderProbe = {
  provider: (typeof PROVIDERS)[number];
  /** A tiny graph ran on it. */
  works: boolean;
  /** Does the studio use it where it works? */
  used: boolean;
  /** Why not, in words; empty when it works. */
  reason: string;
};
