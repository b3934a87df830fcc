import type { BackupReason } from '../src-main/contract/entities.ts';
import type { InstalledModel } from '../src-main/contract/models.ts';
import type { ProviderProbe } from '../src-main/contract/studio-settings.ts';
import type { Theme } from './state/preferences.svelte.ts';

/** The words of the settings; a part of `strings`. */
export const settingsStrings = {
  settingsTitle: 'Settings of the studio',
  settingsPages: { general: 'General', device: 'Device', models: 'Models', backups: 'Backups' },
  themeNames: { system: 'As the system', dark: 'Dark', light: 'Light' } satisfies Record<Theme, string>,
  threadsSetting: 'Inference threads',
  threadsAuto: 'automatic',
  threadsHint: 'Empty: the studio decides. Takes effect with the next job.',
  notify: 'Notifications',
  notifyText: 'Say so when a head is finished while another window is in front',
  jobEnded: (name: string, state: string) => `${name}: ${state}`,
  deviceTry: 'Try every way to compute',
  deviceTrying: 'Trying…',
  deviceHint:
    'Really runs a small network each way, each in a process of its own: a driver that crashes takes only that.',
  provider: 'Computes with',
  providerWorks: 'Works',
  providerWhy: 'Why not',
  providerUnused: 'It works here, but the studio has not been measured with it and does not use it.',
  providers: {
    cpu: 'Processor (CPU)',
    cuda: 'NVIDIA (CUDA)',
    dml: 'DirectX 12 (DirectML)',
    coreml: 'Apple (Core ML)',
  } satisfies Record<ProviderProbe['provider'], string>,
  yes: 'yes',
  no: 'no',
  modelsInstalled: (models: number, size: string) => `${models} installed, ${size}`,
  modelsCheck: 'Check the files',
  modelChecking: 'checking…',
  modelStates: {
    unchecked: 'not checked',
    intact: 'as released',
    changed: 'changed since its release',
    missing: 'missing',
  } satisfies Record<InstalledModel['state'], string>,
  modelKinds: { network: 'network', pack: 'multi-view pack', 'head-model': 'head model' } satisfies Record<
    InstalledModel['kind'],
    string
  >,
  noPack: 'No multi-view pack is installed: side and back views are made by reprojection.',
  backupsText:
    'Of the records alone: projects, versions, notes. One a day by itself; none is ever removed by itself.',
  backupsNone: 'There is no backup yet.',
  backupCreate: 'Back up now',
  backupRestore: 'Go back to it',
  backupRestoreSure: 'Really go back?',
  backupReasons: {
    daily: 'of the day',
    manual: 'by hand',
    'before-restore': 'before going back',
  } satisfies Record<BackupReason, string>,
  projectExport: (name: string) => `Export ${name} as one file`,
  projectExported: (path: string) => `Written to ${path}`,
} as const;
