import type { TextureSource } from '../../contract/texture-sources.ts';
import type { ImageRgba } from '../../image/image.ts';

/** Where a texel's colour came from; in the order of the contract's TEXTURE_SOURCES. */
export const TEXEL_SOURCES = [
  'none',
  'photo',
  'view',
  'mirror',
  'fill',
] as const satisfies readonly TextureSource[];

export type HeadTexture = {
  /** (S, S, 4) sRGB base colour in the template's UV layout; opaque, padded beyond the islands. */
  baseColour: ImageRgba;
  /** (S, S) index into TEXEL_SOURCES. */
  sourceMap: Uint8Array;
  /** (S, S, 4) sRGB of the hair shell, where the head has one: same layout, its own surface. */
  hairColour?: ImageRgba | null;
  /** (M, M, 4) tangent-space normals of the skin's fine relief, glTF's directions; absent in older results. */
  normalMap?: ImageRgba;
  /** (M, M, 4) in the same layout, M ≤ S: red = ambient occlusion, green = roughness; absent in results of older versions. */
  occlusionRoughness?: ImageRgba;
};
