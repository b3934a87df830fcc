import type { ViewsMethod } from '../src-main/contract/entities.ts';
import type { Theme } from './state/preferences.svelte.ts';

/** Every word on screen, in one place for translation. What the studio itself says (errors, stages) comes with it. */
export const strings = {
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
  photosIn: (name: string) => `Photos in ${name}`,
  headCount: (heads: number) => (heads === 0 ? 'no head yet' : count(heads, 'head')),
  working: 'working…',
  pastedPictureName: 'Pasted picture',
  addingPictures: (pictures: number) => `Adding ${count(pictures, 'picture')}…`,
  dropHere: 'Drop the picture to add it',
  notAPicture: 'That is not a file.',
  notAPictureHint: 'Drop a JPEG, PNG, WebP, AVIF, TIFF or HEIC file from your disk.',

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
    diffusion: { title: 'Diffusion', hint: 'Invents the hidden sides with the multi-view model. Slower.' },
  } satisfies Record<ViewsMethod, { title: string; hint: string }>,
  seed: 'Seed',
  seedHint: 'Same photo, settings and seed: same head.',
  seedUnlockedHint: 'A new seed for each head.',
  drawSeed: 'Draw another seed',
  lockSeed: 'Keep this seed',
  steps: 'Steps',
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

  results: 'Results',
  resultName: (number: number) => `Version ${number}`,
  resultSettings: (method: string, seed: number) => `${method}, seed ${seed}`,
  useSettings: 'Use these settings again',
  noResult: 'No head yet',
  noResultText: 'Check the settings and press Generate. A head of your own computer, in about a minute.',
  showAs: 'Show',
  headTab: 'Head',
  viewsTab: 'Views',
  viewTitle: (number: number, azimuthDeg: number) => `View ${number}, ${azimuthDeg}°`,
  openView: (title: string) => `${title}: show large`,
  previousView: 'Previous view',
  nextView: 'Next view',
  shading: 'Shading',
  shadings: { textured: 'Texture', flat: 'Unlit', clay: 'Clay', normals: 'Normals' },
  model: 'Model',
  models: {
    'head.glb': 'Finished head',
    'surface.glb': 'Reconstructed surface',
    'prior.glb': 'Estimated head, without hair',
  },
  wireframe: 'Wireframe',
  autoTurn: 'Turn',
  resetView: 'Reset view',
  turntable: 'Turntable of the head. Arrow keys orbit, plus and minus zoom.',
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
  },

  export: 'Export',
  exportTitle: 'Export head',
  exportFiles: 'Files',
  exportGroups: { mesh: 'Mesh and textures', views: 'Views', report: 'Report' },
  exportAll: 'All',
  exportNone: 'None',
  exportFolder: 'Folder',
  exportFolderHint: 'A folder of the computer that runs the studio. Without one, the studio uses its own.',
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
