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
import { TEXTURE_SOURCES } from '../../contract/texture-sources.ts';
import type { ImageRgba } from '../../image/image.ts';
import { createImage } from '../../image/image.ts';
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { Photo } from '../01-photo/photo.ts';
import type { Analysis } from '../02-analyse/analysis.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { Views } from '../04-views/views.ts';
import type { Surface } from '../05-surface/surface.ts';
import type { FittedHead } from '../06-head/head.ts';
import { type HeadTexture, TEXEL_SOURCES } from '../07-texture/texture.ts';
import type { Stage } from '../stage.ts';
import { encodeJpeg, encodePng } from './encode-png.ts';
import type { ExportedFile, ExportedFiles } from './exported-files.ts';
import { expressionShapes, withoutExpression } from './expression-shapes.ts';
import { CLAY, texturedGroups } from './group-materials.ts';
import { headParts } from './head-parts.ts';
import { lodTopology } from './lod-topology.ts';
import { readModelOfPrior } from './model-of-prior.ts';
import { placeJoints } from './place-joints.ts';
import { unitNormals } from './split-seams.ts';
import { writeCameras } from './write-cameras.ts';
import { type GlbModel, type GlbPart, writeGlb } from './write-glb.ts';
import { writeMtl, writeObj } from './write-obj.ts';

export type ExportInput = {
  photo: Photo;
  analysis: Analysis;
  prior: Prior;
  views: Views;
  surface: Surface;
  head: FittedHead;
  texture: HeadTexture;
};

/** From this side on the GLB's map is a JPEG. */
const JPEG_FROM_PX = 2048;
/** A head of half the vertices is seen from further away; 1024² is 0.3 MB. */
const LOD_MAP_PX = 1024;
const MAP_NAME = 'textures/base-colour.png';
const SURFACE_MAP_NAME = 'textures/occlusion-roughness.png';
const SOURCE_MAP_NAME = 'textures/texel-source.png';

export const exportHead: Stage<ExportInput, ExportedFiles> = async (input, context) => {
  const { photo, prior, views, surface, head, texture } = input;
  checkVertexCount('head', head.topology, head.positionsHead);
  checkVertexCount('prior', prior.topology, prior.positionsHead);
  const extras = { photoSha256: photo.sha256, headModel: prior.modelId, viewsMethod: views.method };
  const viewFiles = views.views.map((view, index) => ({
    file: `views/view-${String(index).padStart(2, '0')}.png`,
    view,
  }));
  const textured = texturedGroups(head.topology, texture);
  const model = await readModelOfPrior(prior, context);
  const shapes = model === null ? null : expressionShapes(model, prior);
  const normalsHead = unitNormals(head.positionsHead, triangulateTopology(head.topology).triangles);
  const restHead = shapes === null ? head.positionsHead : withoutExpression(head.positionsHead, shapes);
  const rig = model === null ? null : placeJoints(model, head.topology, prior.neutralHead, restHead);
  let encodedMap: Promise<Uint8Array> | null = null;
  const surfaceMap = async (): Promise<GlbModel['occlusionRoughness']> => {
    if (texture.occlusionRoughness === undefined) return null;
    encodedMap ??= encodeJpeg(texture.occlusionRoughness);
    return { mediaType: 'image/jpeg', bytes: await encodedMap };
  };
  const riggedGlb = async (topology: HeadTopology, baseColour: GlbModel['baseColour']): Promise<Uint8Array> =>
    writeGlb({
      name: 'head',
      parts: headParts({ topology, restHead, normalsHead, textured, shapes, rig }),
      joints: rig?.joints ?? [],
      baseColour,
      occlusionRoughness: await surfaceMap(),
      extras,
    });
  const obj = (positionsHead: Points<'Head'>, normals: Points<'Head'>): Uint8Array =>
    writeObj({ topology: head.topology, positionsHead, normalsHead: normals, mtlName: 'head.mtl' });
  const lods = model?.lods ?? [];
  let lodMap: Promise<Uint8Array> | null = null;
  const jobs: Job[] = [
    [
      'head.glb',
      'model/gltf-binary',
      async () => riggedGlb(head.topology, await encodeMap(texture.baseColour)),
    ],
    ...lods.map((lod, index): Job => [
      `head-lod${index + 1}.glb`,
      'model/gltf-binary',
      async () => {
        lodMap ??= encodeJpeg(texture.baseColour, LOD_MAP_PX);
        return riggedGlb(lodTopology(head.topology, lod), { mediaType: 'image/jpeg', bytes: await lodMap });
      },
    ]),
    ['head.obj', 'model/obj', () => obj(head.positionsHead, normalsHead)],
    ...(shapes === null ? [] : [neutralObj(head.topology, restHead, obj)]),
    ['head.mtl', 'model/mtl', () => writeMtl(head.topology, textured, MAP_NAME)],
    [MAP_NAME, 'image/png', () => encodePng(texture.baseColour, { alpha: false })],
    [SOURCE_MAP_NAME, 'image/png', () => encodePng(drawSources(texture), { alpha: false })],
    ...surfaceMapJobs(texture),
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
          baseColour: null,
          occlusionRoughness: null,
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
          baseColour: null,
          occlusionRoughness: null,
          extras,
        }),
    ],
  ];
  const files: ExportedFile[] = [];
  for (const [name, mediaType, make] of jobs) {
    if (context.signal.aborted) throw cancelled();
    files.push({ name, mediaType, bytes: await make() });
    context.progress(files.length / jobs.length);
  }
  return { files, scores: scoresOf(input) };
};

type Job = [name: string, mediaType: string, make: () => Uint8Array | Promise<Uint8Array>];

function surfaceMapJobs({ occlusionRoughness: map }: HeadTexture): Job[] {
  if (map === undefined) return [];
  return [[SURFACE_MAP_NAME, 'image/png', () => encodePng(map, { alpha: false })]];
}

/** The same faces and uvs with all expression weights at 0; uses the material file and the maps of head.obj. */
function neutralObj(
  topology: HeadTopology,
  restHead: Points<'Head'>,
  write: (positionsHead: Points<'Head'>, normalsHead: Points<'Head'>) => Uint8Array,
): Job {
  return [
    'head-neutral.obj',
    'model/obj',
    () => write(restHead, unitNormals(restHead, triangulateTopology(topology).triangles)),
  ];
}

function priorParts({ topology, positionsHead }: Prior): GlbPart[] {
  const normalsHead = unitNormals(positionsHead, triangulateTopology(topology).triangles);
  return headParts({
    topology,
    restHead: positionsHead,
    normalsHead,
    textured: null,
    shapes: null,
    rig: null,
  });
}

function scoresOf({ prior, head, texture }: ExportInput): Record<string, number> {
  const texels = new Float64Array(TEXEL_SOURCES.length);
  for (const source of texture.sourceMap) texels[source]!++;
  const covered = texture.sourceMap.length - texels[0]!;
  const shares = TEXEL_SOURCES.slice(1).map((source, index): [string, number] => [
    `texture${source[0]!.toUpperCase()}${source.slice(1)}Percent`,
    covered === 0 ? 0 : (100 * texels[index + 1]!) / covered,
  ]);
  return {
    landmarkErrorPercent: prior.landmarkErrorPercent,
    wrapMeanDistanceMm: head.meanDistanceMm,
    ...Object.fromEntries(shares),
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
    textured: false,
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

function drawSources(texture: HeadTexture): ImageRgba {
  const image = createImage(texture.baseColour.widthPx, texture.baseColour.heightPx);
  texture.sourceMap.forEach((source, texel) => {
    image.rgbaSrgb.set((TEXTURE_SOURCES[source] ?? TEXTURE_SOURCES[0]).colourSrgb, texel * 4);
  });
  return image;
}

function checkVertexCount(what: string, topology: HeadTopology, positionsHead: Points<'Head'>): void {
  if (positionsHead.length !== topology.vertexCount * 3) {
    throw new RangeError(`${what}: ${positionsHead.length} numbers for ${topology.vertexCount} vertices`);
  }
}
