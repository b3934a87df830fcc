import type { MaskView, PhotoTool } from './state/photo-editor.svelte.ts';

/** The words of the photo step; a part of `strings`. */
export const photoStrings = {
  photoTab: 'Photo',
  photoTools: 'Correct the photo',
  photoToolNames: { points: 'Face', mask: 'Outline', frame: 'Crop' } satisfies Record<PhotoTool, string>,
  photoToolHints: {
    points: 'Drag a point to where it belongs; the head follows. A double click lets it go.',
    mask: 'Paint over what belongs to the person, or over background that was taken for it.',
    frame: 'Drag a rectangle around what is to be looked at. Click a face to work on it.',
  } satisfies Record<PhotoTool, string>,
  photoCanvas: {
    points:
      'Photo with the fitted head. Comma and full stop choose a point, arrow keys move it, Delete lets it go.',
    mask: 'Photo with its outline. Arrow keys move the brush, Space paints.',
    frame: 'Photo with its crop and faces. Plus and minus zoom.',
  } satisfies Record<PhotoTool, string>,
  photoLooking: 'Looking at the photo…',
  photoNotes: 'Notes on the photo',
  photoGood: 'A good photo: the face is large, sharp and evenly lit enough.',
  photoReset: 'Undo all corrections',
  showMesh: 'Show the fitted head',
  unpinAll: (pins: number) =>
    pins === 0 ? 'No point moved' : pins === 1 ? 'Let the moved point go' : `Let ${pins} moved points go`,
  maskView: 'Background',
  maskViews: { photo: 'Before', tint: 'Tinted', 'cut-out': 'After' } satisfies Record<MaskView, string>,
  brush: 'Brush',
  brushKeep: 'Person',
  brushRemove: 'Background',
  brushSize: 'Size of the brush',
  unpaint: (strokes: number) => (strokes === 0 ? 'Nothing painted' : 'Remove all that was painted'),
  px: (px: number) => `${px} px`,
  faceName: (widthPx: number, chosen: boolean) =>
    chosen ? `This face, ${widthPx} px wide` : `Face, ${widthPx} px wide`,
  cropToFace: 'Around the face',
  cropNone: 'Whole photo',
  lens: 'Lens, mm (35-mm equivalent)',
  lensFitted: (millimetres: number) => `${Math.round(millimetres)}`,
  lensOfFile: (millimetres: number) => `The file says ${Math.round(millimetres)} mm.`,
  lensUnknown: (millimetres: number) =>
    `The file does not say; ${Math.round(millimetres)} mm fits the face. Type it if you know it.`,
} as const;
