/**
 * Where a texel's colour came from. A source map holds one code a texel: an index into TEXTURE_SOURCES, where everything
 * from `view` on is a view, the first one being view 0 of the rig.
 */
export const TEXTURE_SOURCES = ['none', 'photo', 'mirror', 'fill', 'view'] as const;
export type TextureSource = (typeof TEXTURE_SOURCES)[number];

/** Pictures of the source maps in every head's files: of skin, eyes and mouth, and of hair where that is a mesh of its own. */
export const SOURCE_MAP_FILES = {
  head: 'textures/texel-source.png',
  hair: 'textures/hair-texel-source.png',
} as const;

type Srgb = readonly [number, number, number];
const COLOURS_SRGB = {
  none: [0, 0, 0],
  photo: [80, 175, 95],
  mirror: [225, 195, 75],
  fill: [195, 80, 70],
} as const satisfies Record<Exclude<TextureSource, 'view'>, Srgb>;

const FIRST_VIEW = TEXTURE_SOURCES.indexOf('view');

/** Hues of views, degrees: cyan to magenta, which none of the other sources comes near. */
const VIEW_HUES_DEG = [180, 320] as const;
/** Successive multiples of the golden ratio lie far apart, so that neighbours of the rig do. */
const GOLDEN = 0.618034;
const VIEW_LIGHTNESS = [0.46, 0.6, 0.74] as const;
const VIEW_SATURATION = 0.55;

/** Code of view `index` of the rig in a source map. */
export function viewCode(index: number): number {
  return FIRST_VIEW + index;
}

/** The view that a code stands for, counted from 0; null where it is none. */
export function viewOfCode(code: number): number | null {
  return code < FIRST_VIEW ? null : code - FIRST_VIEW;
}

/** How source maps paint a code, sRGB 0 … 255. */
export function sourceColour(code: number): Srgb {
  const source = TEXTURE_SOURCES[Math.min(code, FIRST_VIEW)] ?? 'none';
  return source === 'view' ? viewColour(code - FIRST_VIEW) : COLOURS_SRGB[source];
}

export type SourceShares = Record<Exclude<TextureSource, 'none'>, number> & {
  /** Of every view of the rig; they sum to `view`. */
  views: number[];
};

/** Shares of the covered texels of all maps, %; 0 where nothing is covered. */
export function shareSources(sourceMaps: readonly Uint8Array[], viewCount: number): SourceShares {
  const counts = new Float64Array(256);
  for (const map of sourceMaps) map.forEach((code) => counts[code]!++);
  const covered = counts.subarray(1).reduce((sum, count) => sum + count, 0);
  const percent = (code: number): number => (covered === 0 ? 0 : (100 * counts[code]!) / covered);
  const views = Array.from({ length: viewCount }, (_, index) => percent(viewCode(index)));
  return {
    photo: percent(TEXTURE_SOURCES.indexOf('photo')),
    mirror: percent(TEXTURE_SOURCES.indexOf('mirror')),
    fill: percent(TEXTURE_SOURCES.indexOf('fill')),
    view: views.reduce((sum, share) => sum + share, 0),
    views,
  };
}

function viewColour(index: number): Srgb {
  const [from, to] = VIEW_HUES_DEG;
  const hueDeg = from + (to - from) * ((index * GOLDEN) % 1);
  const lightness = VIEW_LIGHTNESS[index % VIEW_LIGHTNESS.length]!;
  const chroma = VIEW_SATURATION * Math.min(lightness, 1 - lightness);
  // The usual way from hue, saturation and lightness to RGB (CSS Color 4 §7.1).
  const channel = (offset: number): number => {
    const k = (offset + hueDeg / 30) % 12;
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
