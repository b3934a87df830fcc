/**
 * Stage 08: everything that leaves the studio, as named bytes.
 * in: photo, prior, N views, surface, fitted head, texture (Head frame, m) → out: head.glb (with the head model's
 * expression shapes as morph targets, set to the photo's expression), head.obj + head.mtl + textures/,
 * views/view-00.png …, cameras.json, prior.glb, surface.glb, and the scores of the report.
 * Beyond the paper, which stops at a mesh with vertex colours.
 * The GLB carries its map as JPEG from JPEG_FROM_PX on (2048²: 0.7 MB instead of 5.5 MB as PNG, no visible loss);
 * textures/base-colour.png is the lossless master for retouching.
 * Longest uninterruptible piece: one picture being encoded, about 1.5 s for a 4096² PNG.
 */
import { cancelled } from '../../contract/errors.ts';
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
import { CLAY, groupMaterial, texturedGroups } from './group-materials.ts';
import { splitSeams, unitNormals } from './split-seams.ts';
import { type ExpressionShapes, readExpressionShapes, withoutExpression } from './expression-shapes.ts';
import { writeCameras } from './write-cameras.ts';
import { type GlbPart, writeGlb } from './write-glb.ts';
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
/** Movements below a hundredth of a millimetre are rounding of the model's 16-bit shapes. */
const STILL_M = 1e-5;
const MAP_NAME = 'textures/base-colour.png';
const SOURCE_MAP_NAME = 'textures/texel-source.png';
/** Colours of textures/texel-source.png, in the order of TEXEL_SOURCES: black, green, blue, yellow, red. */
const SOURCE_COLOURS_SRGB = [
  [0, 0, 0],
  [80, 175, 95],
  [70, 120, 200],
  [225, 195, 75],
  [195, 80, 70],
] as const satisfies readonly (readonly [number, number, number])[];

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
  const shapes = await readExpressionShapes(prior, context);
  const jobs: [name: string, mediaType: string, make: () => Uint8Array | Promise<Uint8Array>][] = [
    [
      'head.glb',
      'model/gltf-binary',
      async () =>
        writeGlb({
          name: 'head',
          parts: templateParts(head.topology, head.positionsHead, textured, shapes),
          baseColour: await encodeMap(texture.baseColour),
          extras,
        }),
    ],
    [
      'head.obj',
      'model/obj',
      () =>
        writeObj({
          topology: head.topology,
          positionsHead: head.positionsHead,
          normalsHead: unitNormals(head.positionsHead, triangulateTopology(head.topology).triangles),
          mtlName: 'head.mtl',
        }),
    ],
    ['head.mtl', 'model/mtl', () => writeMtl(head.topology, textured, MAP_NAME)],
    [MAP_NAME, 'image/png', () => encodePng(texture.baseColour, { alpha: false })],
    [SOURCE_MAP_NAME, 'image/png', () => encodePng(drawSources(texture), { alpha: false })],
    ...viewFiles.map(({ file, view }): (typeof jobs)[number] => [
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
          parts: templateParts(prior.topology, prior.positionsHead, null, null),
          baseColour: null,
          extras,
        }),
    ],
    [
      'surface.glb',
      'model/gltf-binary',
      () => writeGlb({ name: 'surface', parts: [surfacePart(surface)], baseColour: null, extras }),
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

/** `textured` null = no map: grey clay, so that prior and surface are judged by their shape. */
function templateParts(
  topology: HeadTopology,
  positionsHead: Points<'Head'>,
  textured: readonly boolean[] | null,
  shapes: ExpressionShapes | null,
): GlbPart[] {
  const restHead = shapes === null ? positionsHead : withoutExpression(positionsHead, shapes);
  return splitSeams(topology, positionsHead).map((mesh) => ({
    name: topology.groups[mesh.group]!,
    positionsHead: gatherPoints(restHead, mesh.vertices, 0),
    normalsHead: mesh.normalsHead,
    uvs: mesh.uvs,
    triangles: mesh.triangles,
    material: textured === null ? CLAY : groupMaterial(topology.groups[mesh.group]!),
    textured: textured?.[mesh.group] ?? false,
    shapes: shapes === null ? [] : partShapes(shapes, positionsHead.length, mesh.vertices),
  }));
}

/** The shapes that move a part at all: teeth know nothing of eyebrows. */
function partShapes(
  { names, weights, deltasHead }: ExpressionShapes,
  length: number,
  vertices: Uint32Array,
): GlbPart['shapes'] {
  return names.flatMap((name, shape) => {
    const deltas = gatherPoints(deltasHead, vertices, shape * length);
    if (deltas.every((value) => Math.abs(value) < STILL_M)) return [];
    for (let i = 0; i < deltas.length; i++) if (Math.abs(deltas[i]!) < STILL_M) deltas[i] = 0;
    return [{ name, weight: weights[shape]!, deltasHead: deltas }];
  });
}

function gatherPoints(values: Float32Array, vertices: Uint32Array, offset: number): Float32Array {
  const out = new Float32Array(vertices.length * 3);
  vertices.forEach((vertex, i) =>
    out.set(values.subarray(offset + vertex * 3, offset + vertex * 3 + 3), i * 3),
  );
  return out;
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
    image.rgbaSrgb.set(SOURCE_COLOURS_SRGB[source] ?? SOURCE_COLOURS_SRGB[0], texel * 4);
  });
  return image;
}

function checkVertexCount(what: string, topology: HeadTopology, positionsHead: Points<'Head'>): void {
  if (positionsHead.length !== topology.vertexCount * 3) {
    throw new RangeError(`${what}: ${positionsHead.length} numbers for ${topology.vertexCount} vertices`);
  }
}
