/** Pictures of finished heads for looking: what left the studio (head.glb), read back and rendered from all sides. */
import { NodeIO, type Document, type Primitive } from '@gltf-transform/core';
import sharp, { type OverlayOptions } from 'sharp';
import type { Camera } from '../src-main/camera/camera.ts';
import { rigCamera } from '../src-main/camera/view-rig.ts';
import type { ImageRgba } from '../src-main/image/image.ts';
import type { TriangleMesh } from '../src-main/mesh/mesh.ts';
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

export type SheetRow = { photo: string; glb: string };

/** One row a head: photo, textured from five sides, clay from three. Writes a PNG or JPEG by the name's ending. */
export async function writeContactSheet(rows: SheetRow[], file: string, tilePx = 256): Promise<void> {
  const columns = 1 + SIDES.length + CLAY_SIDES.length;
  const tiles: OverlayOptions[] = [];
  for (const [row, { photo, glb }] of rows.entries()) {
    const pictures = [await photoTile(photo, tilePx), ...(await headTiles(glb, tilePx))];
    pictures.forEach((input, column) => tiles.push({ input, left: column * tilePx, top: row * tilePx }));
  }
  const canvas = {
    width: columns * tilePx,
    height: rows.length * tilePx,
    channels: 3 as const,
    background: '#7b7b80',
  };
  await sharp({ create: canvas }).composite(tiles).toFile(file);
}

async function photoTile(photo: string, tilePx: number): Promise<Buffer> {
  return sharp(photo)
    .autoOrient()
    .resize(tilePx, tilePx, { fit: 'contain', background: '#2b2b2e' })
    .png()
    .toBuffer();
}

async function headTiles(glb: string, tilePx: number): Promise<Buffer[]> {
  const { mesh, uvs, baseColour } = await readHead(await new NodeIO().read(glb));
  const uvSet = { uvs, triangleUvs: mesh.triangles };
  const textured = SIDES.map(([azimuth, elevation]) =>
    renderTextured(mesh, uvSet, baseColour, closeCamera(azimuth, elevation, tilePx), {
      ambient: 0.75,
      cullBack: true,
    }),
  );
  const clay = CLAY_SIDES.map(([azimuth, elevation]) =>
    shadeClay(mesh, closeCamera(azimuth, elevation, tilePx)),
  );
  return Promise.all([...textured, ...clay].map(encode));
}

/** The rig leaves room for long hair; on a sheet that is empty grey. 35 cm remain for head and hair. */
const CLOSER = 1.25;

function closeCamera(azimuthDeg: number, elevationDeg: number, sizePx: number): Camera {
  const camera = rigCamera(azimuthDeg, elevationDeg, sizePx);
  const [fx, fy] = camera.focalPx;
  return { ...camera, focalPx: [fx * CLOSER, fy * CLOSER] };
}

/** All primitives of the file as one mesh; they share the base colour image. */
async function readHead(
  document: Document,
): Promise<{ mesh: TriangleMesh; uvs: Float32Array; baseColour: ImageRgba }> {
  const positions: number[] = [];
  const uvs: number[] = [];
  const triangles: number[] = [];
  const parts = document
    .getRoot()
    .listMeshes()
    .flatMap((mesh) => mesh.listPrimitives().map((primitive) => ({ primitive, weights: mesh.getWeights() })));
  for (const { primitive, weights } of parts) {
    const first = positions.length / 3;
    for (const value of posedPositions(primitive, weights)) positions.push(value);
    for (const value of primitive.getAttribute('TEXCOORD_0')!.getArray()!) uvs.push(value);
    for (const index of primitive.getIndices()!.getArray()!) triangles.push(first + index);
  }
  const texture = document
    .getRoot()
    .listMaterials()
    .map((material) => material.getBaseColorTexture())
    .find(Boolean);
  const { data, info } = await sharp(texture!.getImage()!)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    mesh: { positionsHead: new Float32Array(positions), triangles: new Uint32Array(triangles) },
    uvs: new Float32Array(uvs),
    baseColour: { widthPx: info.width, heightPx: info.height, rgbaSrgb: new Uint8ClampedArray(data) },
  };
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
