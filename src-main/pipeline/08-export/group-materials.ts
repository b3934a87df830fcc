/**
 * How each face group of the template looks where the base colour map says nothing, and how shiny it is everywhere.
 * Shared by the GLB and the MTL writer, so that both files show the same head.
 */
import type { HeadTopology } from '../../mesh/mesh.ts';
import type { HeadTexture } from '../07-texture/texture.ts';

export type GroupMaterial = {
  /** Colour without a map, sRGB in [0, 1]. */
  colourSrgb: readonly [number, number, number];
  /** glTF roughness. */
  roughness: number;
};

/** Wet parts are smooth, skin is in between. Colours were picked by eye under the viewport's neutral light. */
const MATERIALS: readonly (readonly [prefix: string, material: GroupMaterial])[] = [
  ['skin', { colourSrgb: [0.8, 0.62, 0.53], roughness: 0.6 }],
  ['eye', { colourSrgb: [0.93, 0.91, 0.89], roughness: 0.12 }],
  ['teeth', { colourSrgb: [0.89, 0.86, 0.78], roughness: 0.25 }],
  ['hair', { colourSrgb: [0.29, 0.22, 0.18], roughness: 0.7 }],
  ['tongue', { colourSrgb: [0.67, 0.34, 0.33], roughness: 0.35 }],
  ['mouth', { colourSrgb: [0.45, 0.17, 0.16], roughness: 0.4 }],
];
/** Grey clay: what has no map at all (prior, surface) and groups that a template of the user's own may bring. */
export const CLAY: GroupMaterial = { colourSrgb: [0.74, 0.72, 0.7], roughness: 0.8 };

export function groupMaterial(group: string): GroupMaterial {
  return MATERIALS.find(([prefix]) => group.startsWith(prefix))?.[1] ?? CLAY;
}

/** A group uses the map when at least this share of its corners lies on texels that were written. */
const TEXTURED_SHARE = 0.5;

/** (groups) whether the base colour map holds something for the group. */
export function texturedGroups(topology: HeadTopology, texture: HeadTexture): boolean[] {
  const { quads, quadUvs, quadGroups, uvs, groups } = topology;
  const { widthPx, heightPx } = texture.baseColour;
  const covered = new Float64Array(groups.length);
  const corners = new Float64Array(groups.length);
  for (let corner = 0; corner < quads.length; corner++) {
    const group = quadGroups[corner >> 2]!;
    const uv = quadUvs[corner]! * 2;
    const x = Math.min(Math.max(Math.floor(uvs[uv]! * widthPx), 0), widthPx - 1);
    const y = Math.min(Math.max(Math.floor(uvs[uv + 1]! * heightPx), 0), heightPx - 1);
    corners[group]!++;
    if (texture.sourceMap[y * widthPx + x] !== 0) covered[group]!++;
  }
  return groups.map((_, group) => covered[group]! > TEXTURED_SHARE * corners[group]!);
}
