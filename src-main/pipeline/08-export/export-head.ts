/**
 * Stage 08: everything that leaves the studio, as named bytes.
 * in: photo, prior, N views, surface, fitted head, texture (Head frame, m) → out: head.glb (with the head model's
 * expression shapes as morph targets, set to the photo's expression, and its joints), coarser levels head-lod1.glb …,
 * head.obj (expression of the photo) + head-neutral.obj + head.mtl + textures/, views/view-00.png …, cameras.json,
 * prior.glb, surface.glb, and the scores of the report.
 * Beyond the paper, which stops at a mesh with vertex colours.
 * The GLB carries its map as JPEG from JPEG_FROM_PX on (2048²: 0.7 MB instead of 5.5 MB as PNG, no visible loss);
 * textures/base-colour.png is the lossless master for retouching.
 * Levels of detail share its layout and carry the map at LOD_MAP_PX.
 * Longest uninterruptible piece: one picture being encoded, about 1.5 s for a 4096² PNG.
 */
import { cancelled } from '../../contract/errors.ts';
import type { FileCheck } from '../../contract/file-check.ts';
import { shareSources, type SourceShares } from '../../contract/texture-sources.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { Photo } from '../01-photo/photo.ts';
import type { Analysis } from '../02-analyse/analysis.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { Views } from '../04-views/views.ts';
import type { Surface } from '../05-surface/surface.ts';
import type { FittedHead } from '../06-head/head.ts';
import type { HeadRigging } from '../06-head/rigging.ts';
import type { HeadTexture } from '../07-texture/texture.ts';
import type { Stage } from '../stage.ts';
import { checkFile } from './check-files.ts';
import { encodeJpeg, encodePng } from './encode-png.ts';
import type { ExportedFile, ExportedFiles } from './exported-files.ts';
import { CLAY, texturedGroups } from './group-materials.ts';
import { HAIR, hairOnLevel, withHair } from './hair-parts.ts';
import { type HeadForParts, headParts, quadParts } from './head-parts.ts';
import {
  HAIR_MAP_NAME,
  HAIR_NORMAL_MAP_NAME,
  isThere,
  type Job,
  MAP_NAME,
  mapJobs,
  NORMAL_MAP_NAME,
  sourceMapJobs,
  sourceMaps,
} from './map-files.ts';
import { lodTopology } from './lod-topology.ts';
import { unitNormals } from './split-seams.ts';
import { writeCameras } from './write-cameras.ts';
import { writeFbx } from './write-fbx.ts';
import { type GlbModel, type GlbPart, type GlbPicture, NO_MAPS, RIGHTS, writeGlb } from './write-glb.ts';
import { writeMtl, writeObj } from './write-obj.ts';

export type ExportInput = {
  photo: Photo;
  analysis: Analysis;
  prior: Prior;
  views: Views;
  surface: Surface;
  head: FittedHead;
  /** Null for a head model of the user's own. */
  rigging: HeadRigging | null;
  texture: HeadTexture;
};

/** From this side on the GLB's map is a JPEG. */
const JPEG_FROM_PX = 2048;
/** A head of half the vertices is seen from further away; 1024² is 0.3 MB. */
const LOD_MAP_PX = 1024;

export const exportHead: Stage<ExportInput, ExportedFiles> = async (input, context) => {
  const { photo, prior, views, surface, head, rigging, texture } = input;
  checkVertexCount('head', head.topology, head.positionsHead);
  checkVertexCount('prior', prior.topology, prior.positionsHead);
  const extras = {
    photoSha256: photo.sha256,
    headModel: prior.modelId,
    headModelLicence: prior.modelLicence,
    viewsMethod: views.method,
  };
  const viewFiles = views.views.map((view, index) => ({
    file: `views/view-${String(index).padStart(2, '0')}.png`,
    view,
  }));
  const textured = texturedGroups(head.topology, texture);
  const shapes = rigging?.shapes ?? null;
  const rig = rigging?.rig ?? null;
  const normalsHead = unitNormals(head.positionsHead, triangulateTopology(head.topology).triangles);
  const restHead = rigging?.restHead ?? head.positionsHead;
  const shared = sharedMaps(texture);
  /** Head and hair, of which a file's parts are made. */
  const pieces = (topology: HeadTopology, normals: Points<'Head'>): HeadForParts[] => {
    const skin: HeadForParts = {
      topology,
      restHead,
      normalsHead: normals,
      textured,
      map: 'head',
      shapes,
      rig,
    };
    const hair = head.hair === null ? null : hairOnLevel(topology, head.hair, head.topology, rig);
    return hair === null ? [skin] : [skin, hair];
  };
  const riggedGlb = async (
    topology: HeadTopology,
    baseColour: GlbPicture,
    lodMap: boolean,
  ): Promise<Uint8Array> =>
    writeGlb({
      name: 'head',
      parts: pieces(topology, normalsHead).flatMap(headParts),
      joints: rig?.joints ?? [],
      maps: { baseColour, ...(await shared(lodMap)) },
      extras,
    });
  const objWith = withHair(head);
  const obj = (positionsHead: Points<'Head'>): Uint8Array => {
    const model = objWith(positionsHead);
    const normals = unitNormals(model.positionsHead, triangulateTopology(model.topology).triangles);
    return writeObj({ ...model, normalsHead: normals, mtlName: 'head.mtl' });
  };
  const fbx = (): Uint8Array => {
    const normals = unitNormals(restHead, triangulateTopology(head.topology).triangles);
    return writeFbx({
      parts: pieces(head.topology, normals).flatMap(quadParts),
      joints: rig?.joints ?? [],
      maps: {
        baseColour: MAP_NAME,
        hairColour: isThere(texture.hairColour) ? HAIR_MAP_NAME : null,
        normal: isThere(texture.normalMap) ? NORMAL_MAP_NAME : null,
        hairNormal: isThere(texture.hairNormalMap) ? HAIR_NORMAL_MAP_NAME : null,
      },
      comment: [
        RIGHTS,
        ...Object.entries(extras).map(([key, value]) => `${key}: ${value}`.replace(/\.?$/, '.')),
      ].join(' '),
    });
  };
  const lods = rigging?.lods ?? [];
  let lodMap: Promise<Uint8Array> | null = null;
  const jobs: Job[] = [
    [
      'head.glb',
      'model/gltf-binary',
      async () => riggedGlb(head.topology, await encodeMap(texture.baseColour), false),
    ],
    ...lods.map((lod, index): Job => [
      `head-lod${index + 1}.glb`,
      'model/gltf-binary',
      async () => {
        lodMap ??= encodeJpeg(texture.baseColour, LOD_MAP_PX);
        return riggedGlb(
          lodTopology(head.topology, lod),
          { mediaType: 'image/jpeg', bytes: await lodMap },
          true,
        );
      },
    ]),
    ['head.fbx', 'model/x-fbx', () => fbx()],
    ['head.obj', 'model/obj', () => obj(head.positionsHead)],
    ...(shapes === null ? [] : [['head-neutral.obj', 'model/obj', () => obj(restHead)] satisfies Job]),
    [
      'head.mtl',
      'model/mtl',
      () =>
        writeMtl(objWith(head.positionsHead).topology, [...textured, true], (group) =>
          group === HAIR ? HAIR_MAP_NAME : MAP_NAME,
        ),
    ],
    [MAP_NAME, 'image/png', () => encodePng(texture.baseColour, { alpha: false })],
    ...sourceMapJobs(texture),
    ...mapJobs(texture),
    ...viewFiles.map(({ file, view }): Job => [
      file,
      'image/png',
      () => encodePng(view.image, { alpha: true }),
    ]),
    ['cameras.json', 'application/json', () => writeCameras(prior.photoCamera, viewFiles)],
    [
      'prior.glb',
      'model/gltf-binary',
      () =>
        writeGlb({
          name: 'prior',
          parts: priorParts(prior),
          joints: [],
          maps: NO_MAPS,
          extras,
        }),
    ],
    [
      'surface.glb',
      'model/gltf-binary',
      () =>
        writeGlb({
          name: 'surface',
          parts: [surfacePart(surface)],
          joints: [],
          maps: NO_MAPS,
          extras,
        }),
    ],
  ];
  const files: ExportedFile[] = [];
  const checks: FileCheck[] = [];
  for (const [name, mediaType, make] of jobs) {
    if (context.signal.aborted) throw cancelled();
    const file = { name, mediaType, bytes: await make() };
    files.push(file);
    checks.push(await checkFile(file));
    context.progress(files.length / jobs.length);
  }
  const shares = shareSources(
    sourceMaps(texture).map(([, map]) => map),
    views.views.length,
  );
  return { files, checks, scores: scoresOf(input, shares), texturePercents: shares.views };
};

/** What all levels of detail share: encoded once; coarser levels carry hair at LOD_MAP_PX and no fine relief. */
function sharedMaps(texture: HeadTexture): (isLod: boolean) => Promise<Omit<GlbModel['maps'], 'baseColour'>> {
  const made = new Map<string, Promise<Uint8Array>>();
  const jpeg = async (
    key: string,
    map: ImageRgba | null | undefined,
    sidePx?: number,
  ): Promise<GlbPicture | null> => {
    if (!isThere(map)) return null;
    const bytes = made.get(key) ?? encodeJpeg(map, sidePx);
    made.set(key, bytes);
    return { mediaType: 'image/jpeg', bytes: await bytes };
  };
  return async (isLod) => ({
    occlusionRoughness: await jpeg('surface', texture.occlusionRoughness),
    hairColour: await (isLod
      ? jpeg('hair-lod', texture.hairColour, Math.min(LOD_MAP_PX, texture.baseColour.widthPx))
      : jpeg('hair', texture.hairColour)),
    normal: isLod ? null : await jpeg('normal', texture.normalMap),
    hairNormal: isLod ? null : await jpeg('hair-normal', texture.hairNormalMap),
  });
}

function priorParts({ topology, positionsHead }: Prior): GlbPart[] {
  const normalsHead = unitNormals(positionsHead, triangulateTopology(topology).triangles);
  return headParts({
    topology,
    restHead: positionsHead,
    normalsHead,
    textured: null,
    map: 'head',
    shapes: null,
    rig: null,
  });
}

function scoresOf({ prior, head, texture }: ExportInput, shares: SourceShares): Record<string, number> {
  return {
    landmarkErrorPercent: prior.landmarkErrorPercent,
    wrapMeanDistanceMm: head.meanDistanceMm,
    texturePhotoPercent: shares.photo,
    textureViewPercent: shares.view,
    textureMirrorPercent: shares.mirror,
    textureFillPercent: shares.fill,
    ...(texture.superResolvedTexels === undefined
      ? {}
      : { superResolvedTexels: texture.superResolvedTexels }),
  };
}

function surfacePart({ mesh }: Surface): GlbPart {
  return {
    name: 'surface-mesh',
    positionsHead: mesh.positionsHead,
    normalsHead: unitNormals(mesh.positionsHead, mesh.triangles),
    uvs: null,
    triangles: mesh.triangles,
    material: CLAY,
    map: null,
    shapes: [],
    skin: null,
  };
}

async function encodeMap(
  image: ImageRgba,
): Promise<{ mediaType: 'image/png' | 'image/jpeg'; bytes: Uint8Array }> {
  return image.widthPx >= JPEG_FROM_PX
    ? { mediaType: 'image/jpeg', bytes: await encodeJpeg(image) }
    : { mediaType: 'image/png', bytes: await encodePng(image, { alpha: false }) };
}

function checkVertexCount(what: string, topology: HeadTopology, positionsHead: Points<'Head'>): void {
  if (positionsHead.length !== topology.vertexCount * 3) {
    throw new RangeError(`${what}: ${positionsHead.length} numbers for ${topology.vertexCount} vertices`);
  }
}
