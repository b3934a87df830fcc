import type { BackupReason } from '../src-main/contract/entities.ts';
import type { InstalledModel } from '../src-main/contract/models.ts';
import type { ProviderProbe } from '../src-main/contract/studio-settings.ts';
import type { Theme } from './state/preferences.svelte.ts';

/** The words of the settings; a part of `strings`. */
export const settingsStrings = {
  settingsTitle: 'Settings of the studio',
  settingsPages: {
    general: 'General',
    device: 'Device',
    models: 'Models',
    headModel: 'Head',
    library: 'Library',
    backups: 'Backups',
  },
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
  noPack: 'No multi-view pack is installed: choose “Reproject” for side and back views, or import a pack.',
  modelUses: {
    own: '',
    imported: 'imported',
    replaced: 'not used: the imported pack stands in for it',
  } satisfies Record<InstalledModel['use'], string>,
  packs: {
    title: 'Import a view pack',
    hint: 'Its list, its licence and the hash of every file are checked first. It stands in for the studio’s own until it is removed.',
    file: 'ZIP file of a view pack',
    choose: 'Choose a ZIP file…',
    checking: 'Checking…',
    folder: 'Import a folder',
    path: 'Folder on this machine',
    imported: (name: string) => `View pack “${name}” is installed`,
    importedLicence: (licence: string) =>
      `Its licence: ${licence}. The method “Diffusion” uses it from now on.`,
    remove: (name: string) => `Remove ${name}`,
    removed: (name: string) => `${name} is removed`,
  },
  headModel: {
    own: (id: string, vertices: number) =>
      `${id}, ${vertices.toLocaleString('en')} vertices, from a file of yours`,
    studios: 'The head model of the studio',
    studiosLicence: 'Free for any use, commercial too (assets/README.md names its sources).',
    licence: 'Licence',
    credits: 'Credits',
    binds:
      'This licence binds every head that is made with it. New heads use it; those that were made stay as they are.',
    file: 'Head model file',
    choose: 'Choose a FLAME or GNM file…',
    reading: 'Reading…',
    back: 'Back to the studio’s own',
    hint: 'FLAME 2020 or 2023 (.pkl, .npz) or GNM (.npz), as their makers give them out. Nothing in the file is executed; it stays in this library and travels in no project file.',
  },
  showFolder: 'Show in folder',
  place: {
    here: 'The library is in',
    folder: 'Empty or new folder to move to',
    choose: 'Choose an empty folder and move…',
    move: 'Move there',
    hint: 'Every file is copied, read back and compared before the studio carries on there. The old library stays until you remove it. You can go on working.',
    progress: 'Moving the library',
    phases: {
      copying: 'Copying and comparing.',
      waiting: 'Waiting for the job that runs.',
      finishing: 'Bringing over what is new.',
    },
    copied: (done: number, all: number, size: string) => `${done} of ${all} files, ${size}`,
    cancel: 'Cancel the move',
    moved: (directory: string) => `The library is now in ${directory}`,
    movedHint: 'Every file was compared. The old one is still there: remove it when you like.',
    old: 'The library before the move is still in',
    removeOld: 'Remove the old one',
  },
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
