import { HEAD_SETTINGS_DEFAULTS, type HeadSettings, PHOTO_EDITS_DEFAULTS } from '../contract/entities.ts';

/** Stored settings; what a studio that did not have a setting yet left out gets its default. */
export function parseSettings(json: string): HeadSettings {
  const stored = JSON.parse(json) as Partial<HeadSettings>;
  return {
    ...HEAD_SETTINGS_DEFAULTS,
    ...stored,
    photoEdits: { ...PHOTO_EDITS_DEFAULTS, ...stored.photoEdits },
  };
}
