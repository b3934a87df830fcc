import { HEAD_SETTINGS_DEFAULTS, type HeadSettings } from '../contract/entities.ts';

/** Stored settings; what a studio that did not have a setting yet left out gets its default. */
export function parseSettings(json: string): HeadSettings {
  return { ...HEAD_SETTINGS_DEFAULTS, ...(JSON.parse(json) as Partial<HeadSettings>) };
}
