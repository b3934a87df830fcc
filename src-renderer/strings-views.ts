import type { Regeneration, TakeOrigin } from '../src-main/contract/views.ts';

/** The words of the views step; a part of `strings`. */
export const viewStrings = {
  layout: 'Arrange',
  layouts: { grid: 'Grid', ring: 'Ring' },
  worstFirst: 'Worst first',
  ringHint: 'The head from above, facing you',
  select: (title: string) => `${title}: select`,
  locked: 'locked',
  edited: 'edited',
  elevation: (deg: number) =>
    deg === 0 ? 'at eye level' : `${Math.abs(deg)}° from ${deg > 0 ? 'above' : 'below'}`,
  selected: (views: number) => (views === 1 ? '1 view selected' : `${views} views selected`),
  selectNone: 'Select none',
  backToAll: 'All views',

  stale: (views: number) =>
    views === 1 ? '1 view is newer than this head.' : `${views} views are newer than this head.`,
  staleRest: 'Head, texture and files will be made again; the surface too, unless only colours changed.',
  build: 'Update the head',
  useHeads: 'Back to this head’s views',
  editing: 'Views are being made…',
  waiting: 'Waiting for the job before it…',

  scores: 'How it fits',
  scoreNames: {
    identity: 'Face, distance from the photo',
    neighbours: 'Difference from the views beside',
    outline: 'Outline shared with the estimated head',
    normals: 'Angle to the estimated head',
  },
  scoreShort: { identity: 'face', neighbours: 'beside', outline: 'outline', normals: 'angle' },
  scoreHints: {
    identity: 'Below 0.60 the network takes the two for the same person.',
    neighbours: 'Colour of the same places in the two neighbouring views.',
    outline: 'Against the estimated head with its hair.',
    normals: 'Against the estimated head with its hair.',
  },
  noFace: 'no face seen',
  notScored: 'not measured',
  levels: { good: 'fits', fair: 'look twice', poor: 'look first' },

  takes: 'Takes',
  takeTitle: (number: number) => `Take ${number}`,
  takeOrigin: (origin: TakeOrigin) =>
    origin.kind === 'generated'
      ? 'as generated'
      : origin.kind === 'painted'
        ? 'painted over'
        : `seed ${origin.seed}, ${Math.round(100 * origin.strength)} %${origin.mask === null ? '' : ', masked'}`,
  useTake: (number: number) => `Use take ${number}`,
  inUse: 'in use',
  lock: 'Lock this view',
  unlock: 'Unlock this view',
  lockSelected: 'Lock',
  unlockSelected: 'Unlock',
  lockedHint: 'Locked: unlock it to change it.',

  regenerate: 'Make anew',
  regenerateSelected: (views: number) => (views === 1 ? 'Make this view anew' : `Make ${views} views anew`),
  regenerateMasked: 'Make the mask anew',
  regenerateHint: 'The other views, and what is not painted, are held.',
  strength: 'Strength',
  strengthHint: 'How far it may go from the first answer: little changes ends of hair, 100 % its length.',
  seedHint: 'Of the next press; then another one is drawn.',
  cannot: {
    'no-pack':
      'No multi-view model is installed. Reprojection draws nothing at random, so a view made again would be the same. Paint over it instead.',
    'other-count':
      'The installed multi-view model makes another number of views than this head has. Paint over the view instead.',
  } satisfies Record<Exclude<Regeneration, 'available'>, string>,
  mask: 'Mask',
  tools: { move: 'Move', paint: 'Paint', erase: 'Erase' },
  tool: 'Tool',
  brushSize: 'Brush',
  clearMask: 'Clear',
  px: (px: number) => `${px} px`,

  paintOver: 'Paint over',
  paintHint: 'Save the view, change it in your own program, bring it back: same size, with its transparency.',
  savePng: 'Save as PNG',
  bringBack: 'Bring back…',
  pngName: (number: number, take: number) => `view-${String(number).padStart(2, '0')}-take-${take}.png`,

  stage: (title: string) =>
    `${title}, large. Arrow keys move, plus and minus zoom; with the brush arrow keys move it and Space paints.`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Whole view',
  zoom: (fraction: number) => `${Math.round(100 * fraction)} %`,
} as const;
