/** The texture's maps as files: names, and who encodes them when. in: texture → out: jobs that give PNGs. */
import { SOURCE_MAP_FILES, sourceColour } from '../../contract/texture-sources.ts';
import { createImage, type ImageRgba } from '../../image/image.ts';
import type { HeadTexture } from '../07-texture/texture.ts';
import { encodePng } from './encode-png.ts';

/** A file still to be made. */
export type Job = [name: string, mediaType: string, make: () => Uint8Array | Promise<Uint8Array>];

export const MAP_NAME = 'textures/base-colour.png';
const SURFACE_MAP_NAME = 'textures/occlusion-roughness.png';
export const HAIR_MAP_NAME = 'textures/hair-colour.png';
export const NORMAL_MAP_NAME = 'textures/normal.png';
export const HAIR_NORMAL_MAP_NAME = 'textures/hair-normal.png';

/** Older results lack some maps. */
export function isThere(map: ImageRgba | null | undefined): map is ImageRgba {
  return map !== null && map !== undefined;
}

export function mapJobs({ hairColour, hairNormalMap, normalMap, occlusionRoughness }: HeadTexture): Job[] {
  const maps: [string, ImageRgba | null | undefined][] = [
    [SURFACE_MAP_NAME, occlusionRoughness],
    [NORMAL_MAP_NAME, normalMap],
    [HAIR_MAP_NAME, hairColour],
    [HAIR_NORMAL_MAP_NAME, hairNormalMap],
  ];
  return maps.flatMap(([name, map]): Job[] =>
    isThere(map) ? [[name, 'image/png', () => encodePng(map, { alpha: false })]] : [],
  );
}

export function sourceMaps({ sourceMap, hairSourceMap }: HeadTexture): [name: string, map: Uint8Array][] {
  const hair = hairSourceMap ?? null;
  return [
    [SOURCE_MAP_FILES.head, sourceMap],
    ...(hair === null ? [] : [[SOURCE_MAP_FILES.hair, hair] satisfies [string, Uint8Array]]),
  ];
}

export function sourceMapJobs(texture: HeadTexture): Job[] {
  const { widthPx, heightPx } = texture.baseColour;
  const draw = (map: Uint8Array): ImageRgba => {
    const colours = Array.from({ length: 256 }, (_, code) => sourceColour(code));
    const image = createImage(widthPx, heightPx);
    const { rgbaSrgb } = image;
    map.forEach((code, texel) => {
      const colour = colours[code]!;
      rgbaSrgb[texel * 4] = colour[0];
      rgbaSrgb[texel * 4 + 1] = colour[1];
      rgbaSrgb[texel * 4 + 2] = colour[2];
    });
    return image;
  };
  return sourceMaps(texture).map(([name, map]): Job => [
    name,
    'image/png',
    () => encodePng(draw(map), { alpha: false }),
  ]);
}
