import type { ImageRgba } from '../../image/image.ts';

export type HeadTexture = {
  /** Texels that have their colour from views a network enlarged; absent where that was not asked for or not possible. */
  superResolvedTexels?: number;
  /** (S, S, 4) sRGB base colour in the template's UV layout; opaque, padded beyond the islands. */
  baseColour: ImageRgba;
  /** (S, S) code of the contract's texture-sources.ts. */
  sourceMap: Uint8Array;
  /** (S, S, 4) sRGB of the hair shell, where the head has one: same layout, its own surface. */
  hairColour?: ImageRgba | null;
  /** (S, S) the same codes for the hair. */
  hairSourceMap?: Uint8Array | null;
  /** (M, M, 4) tangent-space normals of the skin's fine relief, glTF's directions; absent in older results. */
  normalMap?: ImageRgba;
  /** The same for strands and locks of the hair shell, in its map's layout; absent in older results. */
  hairNormalMap?: ImageRgba | null;
  /** (M, M, 4) in the same layout, M ≤ S: red = ambient occlusion, green = roughness; absent in results of older versions. */
  occlusionRoughness?: ImageRgba;
};
