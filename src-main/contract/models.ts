/** What is installed to compute with, for the models screen. */
export const MODEL_KINDS = ['network', 'pack', 'head-model'] as const;
export type InstalledModel = {
  /** Of a network in `models/`, of a pack's folder there, or of the head model. */
  id: string;
  kind: (typeof MODEL_KINDS)[number];
  licence: string;
  /** Who made it and where it comes from. */
  origin: string;
  bytes: number;
  /** `imported`: by the user, who may remove it. `replaced`: an imported pack stands in for it. */
  use: 'own' | 'imported' | 'replaced';
  /**
   * `unchecked`: its files are there. `intact`, `changed`: their hashes were compared with those it was released with.
   */
  state: 'unchecked' | 'intact' | 'changed' | 'missing';
};

/** The network of `models/manifest.json` that `HeadSettings.superResolution` asks for. */
export const SUPER_RESOLUTION_MODEL = 'esrgan-2x';
