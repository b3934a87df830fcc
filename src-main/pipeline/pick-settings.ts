import type { HeadSettings } from '../contract/entities.ts';

/** What stage 04 reads; the seed reaches it by its context. */
export const VIEW_SETTINGS = ['method', 'steps', 'views', 'viewSizePx'] as const;

/** What a stage is not given does not make it run again when it changes. */
export function pickSettings<K extends keyof HeadSettings>(
  settings: HeadSettings,
  keys: readonly K[],
): Pick<HeadSettings, K> {
  return Object.fromEntries(keys.map((key) => [key, settings[key]])) as Pick<HeadSettings, K>;
}
