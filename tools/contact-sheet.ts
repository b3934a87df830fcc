/** Pictures of finished heads for looking: what left the studio (head.glb), read back and rendered from all sides. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NodeIO, type Document, type Primitive, type Texture } from '@gltf-transform/core';
import sharp, { type OverlayOptions } from 'sharp';
import type { Camera } from '../src-main/camera/camera.ts';
import { rigCamera } from '../src-main/camera/view-rig.ts';
import type { ImageRgba } from '../src-main/image/image.ts';
import type { TriangleMesh } from '../src-main/mesh/mesh.ts';
import { rasterise } from '../src-main/render/rasterise.ts';
import { renderTextured } from '../src-main/render/render-head.ts';
import { shadeClay } from '../src-main/render/shade-clay.ts';

/** Front, three-quarter, sides, back: azimuth and elevation in degrees. */
const SIDES = [
  [0, 0],
  [40, 5],
  [90, 0],
  [180, 0],
  [-90, 0],
] as const;
const CLAY_SIDES = [
  [0, 0],
  [40, 5],
  [90, 0],
] as const;

const VIEW_COLUMNS = 8;
const BACKGROUND = '#7b7b80';

export type SheetRow = { photo: string; glb: string };

/** Without hair, and the lines of its triangles. */
const BARE_SIDE = [40, 5] as const;
const WIRE_SIDE = [20, 5] as const;
/** Within this barycentric weight of an edge a pixel is line. */
const LINE_WEIGHT = 0.06;
const LINE_SHADE = 0.45;
/** Node of the hair in head.glb (src-main/pipeline/08-export). */
const HAIR = 'hair';

/**
 * One row a head: photo, textured from five sides, clay from three, clay without hair, wireframe without hair, base colour
 * map. Writes a PNG or JPEG by the name's ending.
 */
export async function writeContactSheet(rows: SheetRow[], file: string, tilePx = 256): Promise<void> {
  const columns = 1 + SIDES.length + CLAY_SIDES.length + 3;
  const tiles: OverlayOptions[] = [];
  for (const [row, { photo, glb }] of rows.entries()) {
    const pictures = [await photoTile(photo, tilePx), ...(await headTiles(glb, tilePx))];
    pictures.forEach((input, column) => tiles.push({ input, left: column * tilePx, top: row * tilePx }));
  }
  const canvas = {
    width: columns * tilePx,
    height: rows.length * tilePx,
    channels: 3 as const,
    background: BACKGROUND,
  };
  await sharp({ create: canvas }).composite(tiles).toFile(file);
}

/** The generated views of one head (`views/` of its folder), eight in a row. */
export async function writeViewSheet(directory: string, file: string, tilePx = 192): Promise<void> {
  const names = readdirSync(directory)
    .filter((name) => /^view-\d+\.png$/.test(name))
    .sort();
  const tiles = names.map(async (name, index) => ({
    input: await sharp(join(directory, name)).resize(tilePx).png().toBuffer(),
    left: (index % VIEW_COLUMNS) * tilePx,
    top: Math.floor(index / VIEW_COLUMNS) * tilePx,
  }));
  const rows = Math.ceil(names.length / VIEW_COLUMNS);
  const size = { width: VIEW_COLUMNS * tilePx, height: rows * tilePx };
  await sharp({ create: { ...size, channels: 3, background: BACKGROUND } })
    .composite(await Promise.all(tiles))
    .toFile(file);
}

async function photoTile(photo: string, tilePx: number): Promise<Buffer> {
  return sharp(photo)
    .autoOrient()
    .resize(tilePx, tilePx, { fit: 'contain', background: '#2b2b2e' })
    .png()
    .toBuffer();
}

async function headTiles(glb: string, tilePx: number): Promise<Buffer[]> {
  const document = await new NodeIO().read(glb);
  const { mesh, uvs, atlas, map } = await readHead(document, () => true);
  const { mesh: bare } = await readHead(document, (name) => name !== HAIR);
  const uvSet = { uvs, triangleUvs: mesh.triangles };
  const textured = SIDES.map(([azimuth, elevation]) =>
    renderTextured(mesh, uvSet, atlas, closeCamera(azimuth, elevation, tilePx), {
      ambient: 0.75,
      cullBack: true,
    }),
  );
  const clay = CLAY_SIDES.map(([azimuth, elevation]) =>
    shadeClay(mesh, closeCamera(azimuth, elevation, tilePx)),
  );
  const last = [
    shadeClay(bare, closeCamera(...BARE_SIDE, tilePx)),
    drawLines(bare, closeCamera(...WIRE_SIDE, tilePx)),
  ];
  const tiles = await Promise.all([...textured, ...clay, ...last].map(encode));
  return [...tiles, await sharp(map).resize(tilePx, tilePx).png().toBuffer()];
}

/** The rig leaves room for long hair; on a sheet that is empty grey. 35 cm remain for head and hair. */
const CLOSER = 1.25;

function closeCamera(azimuthDeg: number, elevationDeg: number, sizePx: number): Camera {
  const camera = rigCamera(azimuthDeg, elevationDeg, sizePx);
  const [fx, fy] = camera.focalPx;
  return { ...camera, focalPx: [fx * CLOSER, fy * CLOSER] };
}

/** Clay with the edges of the triangles drawn dark. */
function drawLines(mesh: TriangleMesh, camera: Camera): ImageRgba {
  const image = shadeClay(mesh, camera);
  const { triangleIds, barycentrics } = rasterise(mesh, camera);
  triangleIds.forEach((id, pixel) => {
    if (id < 0) return;
    const w1 = barycentrics[pixel * 2]!;
    const w2 = barycentrics[pixel * 2 + 1]!;
    if (Math.min(w1, w2, 1 - w1 - w2) > LINE_WEIGHT) return;
    for (let c = 0; c < 3; c++) image.rgbaSrgb[pixel * 4 + c] = image.rgbaSrgb[pixel * 4 + c]! * LINE_SHADE;
  });
  return image;
}

type SheetHead = {
  mesh: TriangleMesh;
  /** Into the atlas. */
  uvs: Float32Array;
  /** The base colour maps of the file side by side. */
  atlas: ImageRgba;
  /** The first of them, as it is in the file. */
  map: Uint8Array;
};

async function readHead(document: Document, isWanted: (name: string) => boolean): Promise<SheetHead> {
  const positions: number[] = [];
  const uvs: number[] = [];
  const triangles: number[] = [];
  const meshes = document.getRoot().listMeshes();
  const primitives = meshes.flatMap((mesh) =>
    mesh.listPrimitives().map((primitive) => ({ mesh, primitive })),
  );
  const textureOf = (primitive: Primitive): Texture | null =>
    primitive.getMaterial()?.getBaseColorTexture() ?? null;
  const textures = [...new Set(primitives.flatMap(({ primitive }) => textureOf(primitive) ?? []))];
  for (const { mesh, primitive } of primitives) {
    if (!isWanted(mesh.getName())) continue;
    const first = positions.length / 3;
    for (const value of posedPositions(primitive, mesh.getWeights())) positions.push(value);
    const place = Math.max(0, textures.indexOf(textureOf(primitive)!));
    primitive
      .getAttribute('TEXCOORD_0')!
      .getArray()!
      .forEach((value, i) => uvs.push(i % 2 === 0 ? (value + place) / textures.length : value));
    for (const index of primitive.getIndices()!.getArray()!) triangles.push(first + index);
  }
  return {
    mesh: { positionsHead: new Float32Array(positions), triangles: new Uint32Array(triangles) },
    uvs: new Float32Array(uvs),
    atlas: await layBeside(textures.map((texture) => texture.getImage()!)),
    map: textures[0]!.getImage()!,
  };
}

async function layBeside(pictures: Uint8Array[]): Promise<ImageRgba> {
  const { width: side } = await sharp(pictures[0]).metadata();
  const tiles = await Promise.all(pictures.map((picture) => sharp(picture).resize(side, side).toBuffer()));
  const { data, info } = await sharp({
    create: { width: side * pictures.length, height: side, channels: 3, background: '#000' },
  })
    .composite(tiles.map((input, k) => ({ input, left: k * side, top: 0 })))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, rgbaSrgb: new Uint8ClampedArray(data) };
}

/** Positions with the file's own shape weights applied: the expression of the photo. */
function posedPositions(primitive: Primitive, weights: number[]): Float32Array {
  const positions = Float32Array.from(primitive.getAttribute('POSITION')!.getArray()!);
  primitive.listTargets().forEach((target, index) => {
    const weight = weights[index] ?? 0;
    const deltas = target.getAttribute('POSITION')?.getArray();
    if (weight === 0 || !deltas) return;
    for (let i = 0; i < positions.length; i++) positions[i]! += weight * deltas[i]!;
  });
  return positions;
}

function encode(image: ImageRgba): Promise<Buffer> {
  const raw = { width: image.widthPx, height: image.heightPx, channels: 4 as const };
  return sharp(Buffer.from(image.rgbaSrgb.buffer), { raw }).png().toBuffer();
}
