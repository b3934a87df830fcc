import {
  type HeadSettings,
  HEAD_SETTINGS_DEFAULTS,
  type SurfaceMethod,
} from '../src-main/contract/entities.ts';

/** The words of the settings that most heads do not need; a part of `strings`. */
export const headSettingStrings = {
  moreSettings: 'More',
  /** What differs from the defaults, or nothing. */
  moreSettingsChanged: ({
    delight,
    superResolution,
    hairMesh,
    surfaceResolution,
    surfaceMethod,
  }: Settings): string => {
    const { surfaceResolution: cells, surfaceMethod: method, hairMesh: hair } = HEAD_SETTINGS_DEFAULTS;
    const changed = [
      delight > 0 && `light out ${Math.round(100 * delight)} %`,
      superResolution && 'views sharpened',
      hairMesh !== hair && 'hair in the skin',
      (surfaceResolution !== cells || surfaceMethod !== method) &&
        `surface ${surfaceMethod}, ${surfaceResolution}³`,
    ];
    return changed.filter(Boolean).join(' · ');
  },
  delight: 'Take the photo’s light out of the texture',
  delightHint: 'For engines that light the head themselves, and for photos lit from one side.',
  superResolution: 'Sharpen what only the views show',
  superResolutionHint:
    'A network doubles the resolution of the drawn views. A few seconds more, little to see on most heads.',
  hairMesh: 'Hair as a mesh of its own',
  surfaceResolution: 'Grid of the surface',
  cells: (cells: number) => `${cells}³`,
  surfaceMethod: 'Surface',
  surfaceMethods: {
    fusion: { title: 'Fusion', hint: 'Depth and outlines of the views put together. Fast.' },
    neural: {
      title: 'Neural',
      hint: 'Refined by volume rendering of the views: smoother normals, about three times the time.',
    },
  } satisfies Record<SurfaceMethod, { title: string; hint: string }>,
} as const;

type Settings = Pick<
  HeadSettings,
  'delight' | 'superResolution' | 'hairMesh' | 'surfaceResolution' | 'surfaceMethod'
>;
