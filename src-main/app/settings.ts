import type { BlobStore } from '../blobs/blob-store.ts';
import type { StudioApi } from '../contract/api.ts';
import { STUDIO_SETTINGS_DEFAULTS, type StudioSettings } from '../contract/studio-settings.ts';
import type { FitterClient } from '../engine/fitter-client.ts';
import type { Library } from '../library/library.ts';
import { studioSettingsSchema } from './check-args.ts';
import type { Emit } from './events.ts';
import { checkHeadModelSize } from './file-limits.ts';

type SettingsCalls = Pick<StudioApi, 'settings.get' | 'settings.set' | 'headModel.use'>;

const SETTINGS_NAME = 'studio';

/** As chosen; what was never chosen, or by a studio that knew other values, is the default. */
export function readSettings(library: Library): StudioSettings {
  const stored = library.settings.get(SETTINGS_NAME);
  const known: Partial<StudioSettings> = {};
  for (const [name, schema] of Object.entries(studioSettingsSchema.shape)) {
    const parsed = schema.safeParse((stored as Record<string, unknown> | undefined)?.[name]);
    if (parsed.success) Object.assign(known, { [name]: parsed.data });
  }
  return { ...STUDIO_SETTINGS_DEFAULTS, ...known };
}

/** `onThreads`: engines that start from now on have other threads. */
export function createSettingsCalls(
  library: Library,
  blobs: BlobStore,
  emit: Emit,
  fitter: FitterClient,
  onThreads: () => void,
): SettingsCalls {
  const change = (values: Partial<StudioSettings>): StudioSettings => {
    const before = readSettings(library);
    const settings = { ...before, ...values };
    library.settings.set(SETTINGS_NAME, settings);
    if (settings.threads !== before.threads) onThreads();
    emit('settings.changed', { settings });
    return settings;
  };
  return {
    'settings.get': async () => readSettings(library),
    'settings.set': async (values) => change(values),
    'headModel.use': async ({ blob }) => {
      if (blob === null) return change({ headModel: null });
      await checkHeadModelSize(blobs, blob);
      return change({ headModel: await fitter.describeHeadModel(blob) });
    },
  };
}
