/**
 * M with hair and a colour everywhere: the proxy that all views are drawn from.
 *
 * In: photo, person mask, photo camera, bald M. Out: {@link ColouredHead}: M given the hair's volume, a colour and a share of
 * the photo's mirror image at every vertex, and the photo as a probe. About a second, uninterruptible.
 */
import { RIG_EXTENT_M } from '../../camera/view-rig.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { nameVertexGroups } from '../../mesh/vertex-groups.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { createPhotoProbe, probePhoto } from '../../render/photo-probe.ts';
import type { Prior } from '../03-prior/prior.ts';
import { fillColours } from './fill-colours.ts';
import { findHairPalette } from './hair-palette.ts';
import { HAIR_MARGIN_M, inflateHair } from './inflate-hair.ts';
import type { ColouredHead } from './reproject-view.ts';
import { findScalpZone } from '../../render/scalp-zone.ts';

export type ColourHeadInput = {
  image: ImageRgba;
  /** (H, W) of the photo's size, 255 = person. */
  maskAlpha: Uint8Array;
  prior: Pick<Prior, 'topology' | 'positionsHead' | 'photoCamera'>;
  viewSizePx: number;
};

export function colourHead(input: ColourHeadInput, log: (message: string) => void): ColouredHead {
  const { prior } = input;
  const { mirror } = prior.topology;
  const { triangles } = triangulateTopology(prior.topology);
  const zone = findScalpZone(prior.positionsHead);
  const source = {
    image: input.image,
    maskAlpha: input.maskAlpha,
    camera: prior.photoCamera,
    pxPerM: input.viewSizePx / RIG_EXTENT_M,
  };
  const vertexGroups = nameVertexGroups(prior.topology);
  const bald: TriangleMesh = { positionsHead: prior.positionsHead, triangles };
  const baldProbe = createPhotoProbe({ ...source, mesh: bald, marginM: HAIR_MARGIN_M });
  const seen = probePhoto(baldProbe, bald.positionsHead, vertexNormals(bald));
  const isSkin = (i: number): boolean => vertexGroups[i] === 'skin';
  const proxy = inflateHair({
    positionsHead: bald.positionsHead,
    triangles,
    mirror,
    zone,
    probe: baldProbe,
    findPalette: (rimColours, graph) =>
      findHairPalette({ positionsHead: bald.positionsHead, graph, isSkin, zone, seen, rimColours }),
  });
  const mesh: TriangleMesh = { positionsHead: proxy.positionsHead, triangles };
  const probe = createPhotoProbe({ ...source, mesh });
  const { thicknessM, palette } = proxy;
  const normals = vertexNormals(mesh);
  const colours = fillColours({ mesh, normals, mirror, vertexGroups, zone, thicknessM, probe, palette });
  const thickest = thicknessM.reduce((max, value) => Math.max(max, value), 0);
  const isBald = palette === null || palette.hair === null;
  const millimetres = (thickest * 1000).toFixed(0);
  const contrasts = `against skin ${palette?.contrast.toFixed(2)}, strands ${colours.hairContrast.toFixed(2)}`;
  log(`hair: ${isBald ? 'none' : `up to ${millimetres} mm`}; contrast ${contrasts}`);
  return { mesh, normals, mirror, probe, colours };
}
