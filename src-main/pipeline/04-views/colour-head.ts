/**
 * M with hair and a colour everywhere: the proxy that all views are drawn from.
 *
 * In: photo, person mask, photo camera, bald M. Out: {@link ColouredHead}: M given the hair's volume, a colour and a share of
 * the photo's mirror image at every vertex, and the photo as a probe. About a second, uninterruptible.
 */
import { RIG_EXTENT_M } from '../../camera/view-rig.ts';
import type { Points } from '../../camera/frames.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { nameVertexGroups } from '../../mesh/vertex-groups.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { createPhotoProbe, type PhotoProbe, probePhoto } from '../../render/photo-probe.ts';
import type { Prior } from '../03-prior/prior.ts';
import { fillColours } from './fill-colours.ts';
import { findHairPalette, type HairPalette, type SeenColours } from './hair-palette.ts';
import { HAIR_MARGIN_M, inflateHair } from './inflate-hair.ts';
import type { ColouredHead } from './reproject-view.ts';
import { findScalpZone, type ScalpZone } from '../../render/scalp-zone.ts';

/** The proxy, and what of the photo's hair it was made from. */
export type ProxyHead = ColouredHead & {
  zone: ScalpZone;
  vertexGroups: readonly string[];
  /** (N) m that hair stands off the bald head. */
  thicknessM: Float32Array;
  palette: HairPalette | null;
  /** (N, 3) m: the proxy without hair that hangs below the hairline. */
  inflateScalp(): Points<'Head'>;
  /** The photo around the bald head, and its colours at the bald head's vertices. */
  baldProbe: PhotoProbe;
  seen: SeenColours;
  /** (M, 3) sRGB [0, 1] of hair that stands clear of the skull. */
  rimColours: Float32Array;
};

export type ColourHeadInput = {
  image: ImageRgba;
  /** (H, W) of the photo's size, 255 = person. */
  maskAlpha: Uint8Array;
  prior: Pick<Prior, 'topology' | 'positionsHead' | 'photoCamera'>;
  viewSizePx: number;
};

export function colourHead(input: ColourHeadInput, log: (message: string) => void): ProxyHead {
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
  const { thicknessM, palette, rimColours, inflateScalp } = proxy;
  const normals = vertexNormals(mesh);
  const colours = fillColours({ mesh, normals, mirror, vertexGroups, zone, thicknessM, probe, palette });
  const thickest = thicknessM.reduce((max, value) => Math.max(max, value), 0);
  const isBald = palette === null || palette.hair === null;
  const millimetres = (thickest * 1000).toFixed(0);
  const contrasts = `against skin ${palette?.contrast.toFixed(2)}, strands ${colours.hairContrast.toFixed(2)}`;
  log(`hair: ${isBald ? 'none' : `up to ${millimetres} mm`}; contrast ${contrasts}`);
  return {
    mesh,
    normals,
    mirror,
    probe,
    colours,
    zone,
    vertexGroups,
    thicknessM,
    palette,
    baldProbe,
    seen,
    rimColours,
    inflateScalp,
  };
}
