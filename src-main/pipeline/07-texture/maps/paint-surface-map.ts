/**
 * The map of what light does on the head: occlusion (red) and roughness (green), as glTF packs them (§3.9.2, §3.9.3).
 * in: prior and fitted head (same topology, N vertices), side of the map → out: (S, S, 4), blue 0 (no metal), padded.
 * Roughness is not measured: one value a part, and hair where that is modelled into the skin: where the wrap moved it away
 * from the prior. Not on the face, and nowhere where hair is a mesh of its own: a chin and a forehead that the fit had moved
 * by 3 mm and more were as dull as hair.
 * Only skin is darkened. Eyes, teeth and tongue move, and a shadow painted on them would go along: tried first, it left
 * black teeth in an opened mouth.
 */
import { createImage, type ImageRgba } from '../../../image/image.ts';
import { fillUncovered } from '../../../image/fill-uncovered.ts';
import { triangulateTopology } from '../../../mesh/triangulate.ts';
import { nameVertexGroups } from '../../../mesh/vertex-groups.ts';
import { vertexNormals } from '../../../mesh/vertex-normals.ts';
import { interpolate } from '../../../render/interpolate.ts';
import { smoothstep } from '../../../render/photo-probe.ts';
import { findScalpZone } from '../../../render/scalp-zone.ts';
import { rasteriseTexels } from '../../../render/texel-fragments.ts';
import type { Prior } from '../../03-prior/prior.ts';
import type { FittedHead } from '../../06-head/head.ts';
import { castOcclusion } from './cast-occlusion.ts';

/** glTF roughness by part: wet parts are smooth; skin and hair as artists set them for a neutral studio light. */
const ROUGHNESS: readonly (readonly [prefix: string, roughness: number])[] = [
  ['eye', 0.12],
  ['teeth', 0.25],
  ['tongue', 0.35],
  ['mouth', 0.4],
];
const SKIN_ROUGHNESS = 0.55;
const HAIR_ROUGHNESS = 0.75;
/** Skin that the wrap moved by this much is hair, m: from nothing to all. */
const HAIR_M = [0.003, 0.008] as const;
/** Below the hairline the face begins here, in front of the ears (Head, m). */
const FACE_Z_M = 0.03;

export function paintSurfaceMap(prior: Prior, head: FittedHead, sizePx: number): ImageRgba {
  const { topology, positionsHead } = head;
  const { triangles, triangleUvs } = triangulateTopology(topology);
  const mesh = { positionsHead, triangles };
  const wet = nameVertexGroups(topology).map(
    (group) => ROUGHNESS.find(([prefix]) => group.startsWith(prefix))?.[1],
  );
  const occlusion = castOcclusion(mesh, vertexNormals(mesh), (vertex) => wet[vertex] === undefined);
  const hairShare = head.hair === null ? findHair(prior, head) : new Float32Array(topology.vertexCount);
  const values = new Float32Array(topology.vertexCount * 2);
  wet.forEach((roughness, vertex) => {
    values[vertex * 2] = occlusion[vertex]!;
    values[vertex * 2 + 1] =
      roughness ?? SKIN_ROUGHNESS + (HAIR_ROUGHNESS - SKIN_ROUGHNESS) * hairShare[vertex]!;
  });
  const fragments = rasteriseTexels({ uvs: topology.uvs, triangleUvs }, sizePx);
  const painted = interpolate(fragments, triangles, values, 2).values;
  const image = createImage(sizePx, sizePx);
  const covered = new Uint8Array(sizePx * sizePx);
  for (let i = 0; i < covered.length; i++) {
    covered[i] = fragments.triangleIds[i]! >= 0 ? 1 : 0;
    image.rgbaSrgb.set([255 * painted[i * 2]!, 255 * painted[i * 2 + 1]!, 0, 255], i * 4);
  }
  fillUncovered(image, covered);
  return image;
}

/** (N) in [0, 1]: how far the skin has hair's shape. */
function findHair(prior: Prior, head: FittedHead): Float32Array {
  const { hairlineDistanceM } = findScalpZone(prior.positionsHead);
  return hairlineDistanceM.map((above, vertex) => {
    const isFace = above < 0 && prior.positionsHead[vertex * 3 + 2]! > FACE_Z_M;
    if (isFace) return 0;
    const moved = [0, 1, 2].map(
      (axis) => head.positionsHead[vertex * 3 + axis]! - prior.positionsHead[vertex * 3 + axis]!,
    );
    return smoothstep(HAIR_M[0], HAIR_M[1], Math.hypot(...moved));
  });
}
