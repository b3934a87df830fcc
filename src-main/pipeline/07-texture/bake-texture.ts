/**
 * Stage 07: the base colour map of the fitted head.
 *
 * In: photo, analysis, prior (its camera), views, fitted head, settings. Out: {@link HeadTexture}: (S, S, 4) sRGB base
 * colour in the template's UV layout, opaque and padded beyond the islands; (S, S) where each texel's colour came from;
 * occlusion and roughness.
 * The photo wins where it sees, views fill in, what nobody sees is mirrored or filled (method.md §3). The paper stops at
 * vertex colours of its implicit surface (NeuS2).
 * The map is painted in bands of rows: besides the two maps about 100 bytes a texel of a band are alive.
 * Longest uninterruptible piece: the vertex colours before the first band, about 0.9 s, and the padding, about 0.6 s at
 * 2048 px.
 */
import type { Points } from '../../camera/frames.ts';
import type { HeadSettings } from '../../contract/entities.ts';
import { fillUncovered } from '../../image/fill-uncovered.ts';
import { createImage } from '../../image/image.ts';
import { appendShell, selectQuads } from '../../mesh/append-shell.ts';
import type { HeadTopology, TriangleMesh } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { createPhotoProbe, type PhotoProbe, probePhoto, widenGaps } from '../../render/photo-probe.ts';
import { rasteriseTexels, type UvTriangles } from '../../render/texel-fragments.ts';
import type { Photo } from '../01-photo/photo.ts';
import type { Analysis } from '../02-analyse/analysis.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { Views } from '../04-views/views.ts';
import type { FittedHead } from '../06-head/head.ts';
import { checkpoint } from '../checkpoint.ts';
import type { Stage, StageContext } from '../stage.ts';
import { type ColourInput, colourVertices, type VertexColours } from './colour-vertices.ts';
import { enlargeViews } from './enlarge-views.ts';
import { findFeatureHeights } from './feature-heights.ts';
import { AHEAD, findIrisAxis } from './find-iris.ts';
import { type Detail, growDetail } from './grow-detail.ts';
import {
  detailDeviation,
  type DetailPicture,
  HAIR_DETAIL,
  learnDetail,
  SKIN_DETAIL,
} from './learn-detail.ts';
import { HAIR_RELIEF, paintNormalMap, SKIN_RELIEF } from './maps/paint-normal-map.ts';
import { withoutParts } from './maps/without-parts.ts';
import { paintSurfaceMap } from './maps/paint-surface-map.ts';
import { paintBand, type PaintedMap, type Painter } from './paint-band.ts';
import { pictureBacks, type SortedPhoto, sortPixels, suitsHair, suitsSkin } from './sort-pixels.ts';
import { texelsPerM } from './texel-density.ts';
import { standOff } from './stand-off.ts';
import type { HeadTexture } from './texture.ts';

export type BakeTextureInput = {
  photo: Pick<Photo, 'image'>;
  /** Without landmarks eyes look straight ahead, and a model without eyes and mouth has them where the mean head has. */
  analysis: Pick<Analysis, 'mask'> & Partial<Pick<Analysis, 'landmarks'>>;
  prior: Prior;
  views: Views;
  head: FittedHead;
  settings: Pick<HeadSettings, 'textureSizePx' | 'delight' | 'superResolution'>;
};

/** Texels in a band: 13 MB of working memory. */
const BAND_TEXELS = 128 * 1024;
/**
 * A closed mouth is fitted with the lips a hair's breadth apart, and a white line of teeth would show from nearby. What
 * lies within this distance of what the photo sees between the lips takes the photo's colour, m.
 */
const LIP_GAP_M = 0.002;
/** Occlusion and roughness are smooth: more texels show nothing more. */
const SURFACE_MAP_PX = 1024;
/** Relief of half a millimetre and more: what a photo resolves. */
const NORMAL_MAP_PX = 1024;
/** Share of the time before the first band, before the hair's first, from the last one on, and before the normal map. */
const PREPARED = 0.2;
const HAIR_FROM = 0.5;
const PAINTED = 0.75;
const NORMALS_FROM = 0.92;
/** Deviations of ln brightness: below the first nothing would show, above the second hair looks spotted. */
const LACKING_MIN = 0.01;
const LACKING_MAX = 0.07;
/** The same of skin's pores and blotches: more is stubble that was taken for skin. */
const PORES_MAX = 0.03;
/** Hair's mesh that shows hair's colour on less than this share stands off a bald head: it takes the views as they are. */
const SHOWN_LEAST = 0.15;
/** Name of the hair as a part. */
const HAIR = 'hair';

export const bakeTexture: Stage<BakeTextureInput, HeadTexture> = async (input, context) => {
  const { photo, analysis, prior, views, head, settings } = input;
  const { topology, positionsHead, hair } = head;
  const sizePx = settings.textureSizePx;
  const { triangles, triangleUvs } = triangulateTopology(topology);
  const mesh: TriangleMesh = { positionsHead, triangles };
  const uvTriangles: UvTriangles = { uvs: topology.uvs, triangleUvs };
  const whole = hair === null ? mesh : meshOf(appendShell(topology, positionsHead, hair, HAIR));
  const density = texelsPerM(mesh, uvTriangles, sizePx);
  const probe = createPhotoProbe({
    image: photo.image,
    maskAlpha: analysis.mask.alpha,
    camera: prior.photoCamera,
    mesh: whole,
    pxPerM: density,
  });
  const { landmarks } = analysis;
  const common = {
    topology,
    occluder: whole,
    views: views.views,
    delight: settings.delight,
    irisAxis: (vertices: readonly number[]) =>
      landmarks === undefined ? AHEAD : findIrisAxis(positionsHead, vertices, prior.photoCamera, landmarks),
  };
  const coverage = hair?.coverage ?? null;
  const sorted = sortPixels({
    probe,
    mesh,
    whole,
    heightM: standOff(head),
    topology,
    priorHead: prior.positionsHead,
    heights: findFeatureHeights(topology, positionsHead, prior.photoCamera, landmarks),
  });
  const shell: TriangleMesh | null = hair === null ? null : { positionsHead: hair.positionsHead, triangles };
  const hairPart = hair === null ? null : triangulateTopology(selectQuads(topology, hair.quads, HAIR));
  const colourHair = (suits: ColourInput['suits']): VertexColours | null =>
    shell === null
      ? null
      : colourVertices({
          ...common,
          mesh: shell,
          coverage,
          probe: sorted.hair,
          bare: null,
          belowHair: null,
          roots: null,
          suits,
          isHair: true,
        });
  let hairSuits: Painter['suits'] = suitsHair(sorted);
  let hairVertices = colourHair(hairSuits);
  if (hairPart !== null && shell !== null && hairVertices !== null) {
    if (shownShare(hairPart.triangles, shell, sorted.hair, hairVertices) < SHOWN_LEAST) {
      hairSuits = null;
      hairVertices = colourHair(() => 1);
    }
  }
  const vertices = colourVertices({
    ...common,
    mesh,
    coverage,
    probe: sorted.skin,
    bare: sorted.tints.skin === null ? null : sorted.bare,
    belowHair: sorted.tints.skin === null ? null : sorted.belowHair,
    roots: hairVertices?.fill ?? null,
    suits: suitsSkin(sorted),
    isHair: false,
  });
  const mouthProbe = widenGaps(probe, LIP_GAP_M);
  const enlarged = settings.superResolution ? await enlargeViews(views, context, PREPARED) : null;
  const painted = enlarged ?? views.views;
  context.progress(PREPARED);
  const skin = await paintMap(
    {
      mesh,
      probe: sorted.skin,
      mouthProbe,
      views: painted,
      vertices,
      suits: suitsSkin(sorted),
      detail: skinDetail(sorted, mesh, vertices),
    },
    uvTriangles,
    sizePx,
    context,
    [PREPARED, hair === null ? PAINTED : HAIR_FROM],
  );

  let hairMap: PaintedMap | null = null;
  if (hairPart !== null && shell !== null && hairVertices !== null) {
    const painter: Painter = {
      mesh: { ...shell, triangles: hairPart.triangles },
      probe: sorted.hair,
      mouthProbe,
      views: painted,
      vertices: hairVertices,
      suits: hairSuits,
      detail: hairDetail(sorted, pictureBacks(painted, sorted), shell, hairVertices, hairPart.triangles),
    };
    const uvs: UvTriangles = { uvs: topology.uvs, triangleUvs: hairPart.triangleUvs };
    hairMap = await paintMap(painter, uvs, sizePx, context, [HAIR_FROM, PAINTED]);
  }
  const occlusionRoughness = paintSurfaceMap(prior, head, Math.min(sizePx, SURFACE_MAP_PX));
  await checkpoint(context, NORMALS_FROM);
  const normalMap = paintNormalMap({
    baseColour: skin.image,
    sourceMap: withoutParts(skin.sourceMap, topology, triangles, triangleUvs),
    texelsPerM: density,
    sizePx: NORMAL_MAP_PX,
    relief: SKIN_RELIEF,
  });
  const hairNormalMap =
    hairMap === null
      ? null
      : paintNormalMap({
          baseColour: hairMap.image,
          sourceMap: hairMap.sourceMap,
          texelsPerM: density,
          sizePx: NORMAL_MAP_PX,
          relief: HAIR_RELIEF,
        });
  context.progress(1);
  return {
    baseColour: skin.image,
    sourceMap: skin.sourceMap,
    hairColour: hairMap?.image ?? null,
    hairSourceMap: hairMap?.sourceMap ?? null,
    normalMap,
    hairNormalMap,
    occlusionRoughness,
    ...(enlarged === null ? {} : { superResolvedTexels: skin.drawnTexels + (hairMap?.drawnTexels ?? 0) }),
  };
};

/** Share of the vertices of `triangles` that photo or views show. */
function shownShare(
  triangles: Uint32Array,
  { positionsHead }: TriangleMesh,
  probe: PhotoProbe,
  { normals, viewWeights }: VertexColours,
): number {
  const vertices = [...new Set(triangles)];
  const { weights } = probePhoto(probe, positionsHead, normals);
  return vertices.reduce((sum, v) => sum + Math.max(weights[v]!, viewWeights.seen[v]!), 0) / vertices.length;
}

/** Pores of the photo's skin for all skin it does not show: no view resolves them. */
function skinDetail(
  { skinPicture }: SortedPhoto,
  { positionsHead }: TriangleMesh,
  { normals, parts }: VertexColours,
): Detail | null {
  const example = skinPicture === null ? null : learnDetail(skinPicture, SKIN_DETAIL);
  if (example === null) return null;
  const vertices = [...parts.keys()].filter((v) => parts[v] === 'skin');
  const detail = growDetail(example, positionsHead, normals, vertices);
  const share = Math.min(1, PORES_MAX / example.deviation);
  return (x, y, z) => share * detail(x, y, z);
}

/** Strands and locks of the photo's hair, as strong as the views lack them; null where they lack nothing, or nothing is known. */
function hairDetail(
  { hairPicture }: SortedPhoto,
  backs: readonly DetailPicture[],
  { positionsHead }: TriangleMesh,
  { normals }: VertexColours,
  triangles: Uint32Array,
): Detail | null {
  if (hairPicture === null) return null;
  const wanted = detailDeviation([hairPicture], HAIR_DETAIL);
  const present = detailDeviation(backs, HAIR_DETAIL);
  const example = learnDetail(hairPicture, HAIR_DETAIL);
  if (wanted === null || present === null || example === null) return null;
  const lacking = Math.min(LACKING_MAX, Math.sqrt(Math.max(0, wanted ** 2 - present ** 2)));
  if (lacking < LACKING_MIN) return null;
  const detail = growDetail(example, positionsHead, normals, [...new Set(triangles)]);
  return (x, y, z) => (lacking / wanted) * detail(x, y, z);
}

async function paintMap(
  painter: Painter,
  uvTriangles: UvTriangles,
  sizePx: number,
  context: StageContext,
  [start, end]: readonly [number, number],
): Promise<PaintedMap> {
  const out: PaintedMap = {
    image: createImage(sizePx, sizePx),
    sourceMap: new Uint8Array(sizePx * sizePx),
    drawnTexels: 0,
  };
  const bandRows = Math.max(1, Math.floor(BAND_TEXELS / sizePx));
  for (let from = 0; from < sizePx; from += bandRows) {
    await checkpoint(context, start + ((end - start) * from) / sizePx);
    const count = Math.min(bandRows, sizePx - from);
    paintBand(painter, rasteriseTexels(uvTriangles, sizePx, { from, count }), from, out);
  }
  fillUncovered(out.image, out.sourceMap);
  for (let i = 3; i < out.image.rgbaSrgb.length; i += 4) out.image.rgbaSrgb[i] = 255;
  await checkpoint(context, end);
  return out;
}

function meshOf(part: { topology: HeadTopology; positionsHead: Points<'Head'> }): TriangleMesh {
  return { positionsHead: part.positionsHead, triangles: triangulateTopology(part.topology).triangles };
}
