import { type HeadSettings, HEAD_SETTINGS_DEFAULTS } from '../../src-main/contract/entities.ts';

/** What the form holds: corrections are kept with the photo, a head model of one's own with the studio's settings. */
export type FormSettings = Omit<HeadSettings, 'photoEdits' | 'headModel'>;

export type Theme = 'system' | 'dark' | 'light';
export const THEMES: readonly Theme[] = ['system', 'dark', 'light'];

const STORAGE_KEY = 'gen3d-studio.preferences';

/** The largest seed: an unsigned 32-bit number (contract, HeadSettings.seed). */
export const SEED_MAX = 2 ** 32 - 1;

export type PreferenceStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** What this window remembers between starts. Results remember their own settings; this is only the next form. */
export class Preferences {
  theme: Theme = $state('system');
  settings: FormSettings = $state(formSettings(HEAD_SETTINGS_DEFAULTS));
  /** A locked seed is used again; otherwise each start of a job draws a new one. */
  seedLocked = $state(true);
  /** A notification of the system when a head is finished while another window is in front. */
  notify = $state(false);
  readonly #storage: PreferenceStorage;

  constructor(storage: PreferenceStorage) {
    this.#storage = storage;
    const saved: unknown = parse(storage.getItem(STORAGE_KEY));
    if (!isRecord(saved)) return;
    const theme = THEMES.find((name) => name === saved['theme']);
    if (theme) this.theme = theme;
    if (typeof saved['notify'] === 'boolean') this.notify = saved['notify'];
    if (typeof saved['seedLocked'] === 'boolean') this.seedLocked = saved['seedLocked'];
    if (isRecord(saved['settings'])) this.settings = readSettings(saved['settings']);
  }

  save(): void {
    const { theme, settings, seedLocked, notify } = this;
    this.#storage.setItem(STORAGE_KEY, JSON.stringify({ theme, settings, seedLocked, notify }));
  }

  setSeed(input: HTMLInputElement): void {
    this.settings.seed = readSeed(input, this.settings.seed);
  }

  drawSeed(): void {
    this.settings.seed = randomSeed();
  }
}

export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/** As it was typed; what is no seed is put right in the field. */
export function readSeed(input: HTMLInputElement, otherwise: number): number {
  const typed = Math.round(input.valueAsNumber);
  const seed = Number.isFinite(typed) ? Math.min(Math.max(typed, 0), SEED_MAX) : otherwise;
  input.valueAsNumber = seed;
  return seed;
}

/** Unknown or mistyped fields of an older version fall back to the defaults. */
function readSettings(saved: Record<string, unknown>): FormSettings {
  const settings: Record<string, unknown> = formSettings(HEAD_SETTINGS_DEFAULTS);
  for (const key of Object.keys(settings)) {
    if (typeof saved[key] === typeof settings[key]) settings[key] = saved[key];
  }
  return settings as FormSettings;
}

export function formSettings({ photoEdits: _, headModel: __, ...settings }: HeadSettings): FormSettings {
  return settings;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
