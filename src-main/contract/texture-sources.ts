/** Where a texel's colour came from, and how `textures/texel-source.png` of every head paints it. */
export const TEXTURE_SOURCES = [
  { id: 'none', colourSrgb: [0, 0, 0] },
  { id: 'photo', colourSrgb: [80, 175, 95] },
  { id: 'view', colourSrgb: [70, 120, 200] },
  { id: 'mirror', colourSrgb: [225, 195, 75] },
  { id: 'fill', colourSrgb: [195, 80, 70] },
] as const satisfies readonly { id: string; colourSrgb: readonly [number, number, number] }[];
export type TextureSource = (typeof TEXTURE_SOURCES)[number]['id'];
