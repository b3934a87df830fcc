import type {
  EditAction,
  EditLabel,
  ItemKind,
  QueuePause,
  ViewsMethod,
} from '../src-main/contract/entities.ts';
import { exportStrings } from './strings-export.ts';
import { headSettingStrings } from './strings-head-settings.ts';
import { menuStrings } from './strings-menus.ts';
import { settingsStrings } from './strings-settings.ts';
import { photoStrings } from './strings-photo.ts';
import { turntableStrings } from './strings-turntable.ts';
import { viewStrings } from './strings-views.ts';
import type { Theme } from './state/preferences.svelte.ts';

const ITEMS = { project: 'project', photo: 'photo', head: 'version' } as const satisfies Record<
  ItemKind,
  string
>;
const EDITED = { ...ITEMS, view: 'view' } as const satisfies Record<EditLabel['kind'], string>;
const EDITS = {
  create: 'adding',
  rename: 'renaming',
  star: 'the star of',
  note: 'the note on',
  tag: 'the tags of',
  'choose-version': 'the choice of',
  correct: 'the correction of',
  trash: 'trashing',
  untrash: 'restoring',
  regenerate: 'regenerating',
  paint: 'painting over',
  'choose-take': 'the take of',
  lock: 'locking',
  unlock: 'unlocking',
} as const satisfies Record<EditAction, string>;

/** Every word on screen, in one place for translation. What the studio itself says (errors, stages) comes with it. */
export const strings = {
  viewsStep: viewStrings,
  menus: menuStrings,
  appName: 'gen3d studio',
  library: 'Library',
  skipToContent: 'Skip to content',
  connecting: 'Connecting to the studio…',
  connectionLost: 'The studio does not answer. Trying again…',
  connectionHint: 'If it was closed, start it again and open the address that it prints.',
  notices: 'Messages',
  dismiss: 'Dismiss',
  close: 'Close',
  cancel: 'Cancel',

  undo: 'Undo',
  redo: 'Redo',
  undoWhat: (what: string) => `Undo ${what}`,
  redoWhat: (what: string) => `Redo ${what}`,
  undone: (what: string) => `Undone: ${what}`,
  redone: (what: string) => `Done again: ${what}`,
  editLabel: ({ action, kind, name, count: items }: EditLabel) =>
    `${EDITS[action]} ${items === 1 ? `${EDITED[kind]} “${name}”` : count(items, EDITED[kind])}`,
  rename: (name: string) => `Rename ${name}`,
  newName: (name: string) => `New name of ${name}`,
  moveToTrash: (name: string) => `Move ${name} to the trash`,
  trashed: (name: string) => `“${name}” is in the trash.`,
  trash: 'Trash',
  trashEmpty: 'The trash is empty.',
  trashText: 'Nothing is removed by itself. What is removed for good here cannot be undone.',
  restore: 'Restore',
  purge: 'Remove for good',
  purgeSure: 'Really remove?',
  emptyTrash: 'Empty the trash',
  itemKinds: ITEMS,
  queue: 'Queue',
  queueEmpty: 'Nothing is waiting.',
  queueLeft: (seconds: number) => `All of it: about ${formatDuration(seconds)}`,
  queuePause: 'Pause after this job',
  queueResume: 'Go on',
  queuePaused: {
    user: 'Paused: the next job waits until you go on.',
    restart: 'Jobs were left from the last time. They wait until you go on.',
  } satisfies Record<QueuePause, string>,
  queueRunning: 'running',
  queueWaiting: (jobs: number) => `${jobs} waiting`,
  moveUp: (name: string) => `Move ${name} up`,
  moveDown: (name: string) => `Move ${name} down`,
  cancelNamed: (name: string) => `Cancel ${name}`,
  storage: 'Storage',
  storageText:
    'Kept results of stages let a job start again in the middle; without them it starts from the photo.',
  storageKinds: {
    photos: 'Photos',
    thumbnails: 'Thumbnails',
    heads: 'Heads',
    takes: 'Takes of views',
    headModels: 'Head models of your own',
    artefacts: 'Kept results of stages',
    unreferenced: 'Left over',
    library: 'Records',
    backups: 'Backups of the records',
  },
  storageFiles: (files: number) => count(files, 'file'),
  clean: (what: string) => `Clean up: ${what}`,
  cleanShort: 'Clean up',
  cleaned: (files: number, size: string) => `${count(files, 'file')} removed, ${size} free again.`,

  theme: 'Theme',
  themes: { system: 'as the system', dark: 'dark', light: 'light' } satisfies Record<Theme, string>,
  themeNow: (name: string) => `Theme: ${name}. Change`,
  help: 'Keyboard shortcuts',
  about: 'About and credits',

  projects: 'Projects',
  newProject: 'New project',
  projectName: 'Name',
  createProject: 'Create',
  firstProjectName: 'First heads',
  projectCounts: (photos: number, heads: number) => `${count(photos, 'photo')}, ${count(heads, 'head')}`,
  addPhoto: 'Add photo',
  found: 'What was found',
  photosIn: (name: string) => `Photos in ${name}`,
  headCount: (heads: number) => (heads === 0 ? 'no head yet' : count(heads, 'head')),
  working: 'working…',
  pastedPictureName: 'Pasted picture',
  addingPictures: (pictures: number) => `Adding ${count(pictures, 'picture')}…`,
  picturesAdded: (pictures: number) => `${count(pictures, 'picture')} added.`,
  picturesAddedHint: 'Open one to look at its face points first, or generate them all.',
  generateAll: (pictures: number) => `Generate ${count(pictures, 'head')}`,
  dropHere: 'Drop pictures, a folder of them, or a project to add it',
  notAPicture: 'There is no picture in that.',
  notAPictureHint: 'Drop a JPEG, PNG, WebP, AVIF, TIFF or HEIC file from your disk.',

  search: 'Search the heads: name, note, tag, photo',
  starredOnly: 'Starred only',
  searchResults: (heads: number) => (heads === 0 ? 'Nothing found.' : count(heads, 'version')),

  emptyTitle: 'One photo in, a finished head out',
  emptyText:
    'Drop a picture anywhere, paste it, or choose a file. JPEG, PNG, WebP, AVIF, TIFF, HEIC: one face, well lit, looking at the camera. Nothing leaves this computer.',
  choosePicture: 'Choose a picture…',
  samplesTitle: 'Or start with a sample',
  useSample: (name: string) => `Start with ${name}`,

  photoMissing: 'This photo is not in the library.',

  photo: 'Photo',
  pixels: (width: number, height: number) => `${width} × ${height} px`,
  settings: 'Settings',
  method: 'Side and back views',
  methods: {
    reproject: {
      title: 'Reproject',
      hint: 'Mirrors and fills what the photo does not show. Fast, needs no model.',
    },
    diffusion: {
      title: 'Diffusion',
      hint: 'Draws all sides together with the multi-view model. What the photo does not show is a guess.',
    },
  } satisfies Record<ViewsMethod, { title: string; hint: string }>,
  seed: 'Seed',
  seedHint: 'Same photo, settings and seed: same head.',
  seedUnlockedHint: 'A new seed for each head.',
  drawSeed: 'Draw another seed',
  lockSeed: 'Keep this seed',
  steps: 'Steps',
  variants: (count: number) => `${count} variants`,
  variantsTitle: (count: number, seed: number) =>
    `${count} versions by diffusion that differ in their seed alone: ${seed} to ${(seed + count - 1) % 2 ** 32}. “Reproject” draws nothing at random.`,
  variantsTitleDrawn: (count: number) => `${count} versions by diffusion that differ in their seed alone.`,
  texture: 'Texture size',
  textureSizes: (px: number) => (px >= 1024 ? `${px / 1024}K` : `${px} px`),
  views: 'Views',
  generate: 'Generate head',
  generateAgain: 'Generate again',
  cancelJob: 'Cancel job',
  resumeJob: 'Resume',
  retryHint: 'Finished stages are kept.',

  stages: 'Stages',
  stageStates: { waiting: 'waiting', running: 'running', done: 'done' },
  reused: 'kept',
  queued: 'Waiting for the job before it…',
  total: 'Total',
  progress: 'Progress of the job',
  timeLeft: (seconds: number) => `about ${formatDuration(seconds)} left`,
  jobStates: {
    queued: 'Queued',
    running: 'Running',
    done: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    interrupted: 'Interrupted',
  },
  interruptedText: 'The studio was closed while this job ran.',
  cancelledText: 'You cancelled this job.',
  notes: 'Notes on this head',

  results: 'Versions',
  resultName: (number: number, name: string) => `${number}: ${name}`,
  current: 'current',
  chooseVersion: 'Make current',
  star: (name: string) => `Star ${name}`,
  note: 'Note',
  tags: 'Tags, separated by commas',
  runAgainFrom: (stage: string) => `Run again from “${stage}”`,
  resultSettings: (method: string, seed: number) => `${method}, seed ${seed}`,
  useSettings: 'Use these settings again',
  showAs: 'Show',
  headTab: 'Head',
  viewsTab: 'Views',
  viewTitle: (number: number, azimuthDeg: number) => `View ${number}, ${azimuthDeg}°`,
  openView: (title: string) => `${title}: show large`,
  previousView: 'Previous view',
  nextView: 'Next view',
  ...settingsStrings,
  ...headSettingStrings,
  ...photoStrings,
  ...exportStrings,
  ...turntableStrings,
  loadingHead: 'Loading the head…',
  loadFailed: 'The head could not be shown. Its files are whole and can be exported.',
  noHeadFile: 'This result has no model to show. The views and files are there.',
  noWebGl: 'The turntable needs WebGL, and this window has none.',
  noWebGlHint: 'Switch hardware acceleration on. The views and the export work without it.',
  scores: 'Scores',
  scoreTitles: {
    landmarkErrorPercent: 'Landmark error, of the eye distance',
    wrapMeanDistanceMm: 'Distance of the head from the surface',
    texturePhotoPercent: 'Texture from the photo',
    textureViewPercent: 'Texture from the views',
    textureMirrorPercent: 'Texture mirrored',
    textureFillPercent: 'Texture filled in',
    superResolvedTexels: 'Texels from sharpened views',
  },

  export: 'Export',
  exportTitle: 'Export head',
  exportFiles: 'Files',
  exportGroups: { mesh: 'Mesh and textures', views: 'Views', report: 'Report' },
  exportAll: 'All',
  exportNone: 'None',
  exportFolder: 'Folder',
  exportFolderHint: 'Type a folder of the computer that runs the studio, or download single files above.',
  exportWrite: (files: number) => `Write ${count(files, 'file')}`,
  exportChoose: (files: number) => `Save ${count(files, 'file')} to…`,
  exportDone: (files: number, directory: string) => `${count(files, 'file')} written to ${directory}`,
  download: (name: string) => `Download ${name}`,

  aboutText: 'One picture of a face to a finished 3D head, offline, on your own desk.',
  version: 'Version',
  host: 'Runs as',
  hosts: { electron: 'desktop application', web: 'local web host', cli: 'command line' },
  device: 'Computes on',
  threads: (threads: number) => count(threads, 'thread'),
  paper: 'Method',
  paperText:
    'After “Single Image, Any Face: Generalisable 3D Face Generation”, W. Wang, W. Yang, J. Kittler, X. Zhu, arXiv 2409.16990.',
  privacy: 'Privacy',
  privacyText:
    'No account, no telemetry, no network. Pictures and heads stay in the library on this computer.',
  credits: 'Built with',
} as const;

export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function formatPercent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
