/**
 * Files that were just written, read back: what is said about them in `report.json` is what they hold.
 * in: named bytes → out: sizes of pictures, counts, names and bounds of models. Throws when a file cannot be read.
 * Uninterruptible: one file, up to 0.2 s for a head of 15 k quads.
 */
import { NodeIO } from '@gltf-transform/core';
import sharp from 'sharp';
import type { FileCheck } from '../../contract/file-check.ts';
import { listFbxObjects } from './encode-fbx.ts';
import type { ExportedFile } from './exported-files.ts';

export async function checkFile({ name, mediaType, bytes }: ExportedFile): Promise<FileCheck> {
  const basics = { name, bytes: bytes.length };
  if (mediaType.startsWith('image/')) {
    const { width, height } = await sharp(bytes).metadata();
    return { ...basics, sizePx: [width, height] };
  }
  if (mediaType === 'model/gltf-binary') return { ...basics, ...(await checkGlb(bytes)) };
  if (mediaType === 'model/x-fbx') return { ...basics, ...checkFbx(bytes) };
  if (mediaType === 'model/obj') return { ...basics, ...checkObj(bytes) };
  return basics;
}

async function checkGlb(bytes: Uint8Array): Promise<Partial<FileCheck>> {
  const root = (await new NodeIO().readBinary(bytes)).getRoot();
  const meshes = root.listMeshes();
  const primitives = meshes.flatMap((mesh) => mesh.listPrimitives());
  const positions = primitives.map((primitive) => primitive.getAttribute('POSITION')!);
  const bound = (which: 'min' | 'max'): number[] =>
    [0, 1, 2].map((k) =>
      Math[which](...positions.map((p) => (which === 'min' ? p.getMin([]) : p.getMax([]))[k]!)),
    );
  return {
    parts: meshes.map((mesh) => mesh.getName()),
    vertices: positions.reduce((sum, p) => sum + p.getCount(), 0),
    faces: primitives.reduce((sum, primitive) => sum + primitive.getIndices()!.getCount() / 3, 0),
    boundsM: [bound('min'), bound('max')],
    shapes: namesOf(
      primitives.flatMap((primitive) => primitive.listTargets().map((shape) => shape.getName())),
    ),
    joints: root.listSkins().flatMap((skin) => skin.listJoints().map((joint) => joint.getName())),
  };
}

function checkFbx(bytes: Uint8Array): Partial<FileCheck> {
  const objects = listFbxObjects(bytes);
  const named = (kind: string, subtype: string): string[] =>
    objects.filter((object) => object.kind === kind && object.subtype === subtype).map(({ name }) => name);
  return {
    parts: named('Geometry', 'Mesh'),
    shapes: namesOf(named('Geometry', 'Shape')),
    joints: named('Model', 'LimbNode'),
  };
}

function checkObj(bytes: Uint8Array): Partial<FileCheck> {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  const uvs: number[][] = [];
  const parts: string[] = [];
  const facesOfEdge = new Map<string, number>();
  let [vertices, faces, mirrored, flat] = [0, 0, 0, 0];
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const [keyword, ...words] = line.split(' ');
    if (keyword === 'v') {
      vertices++;
      words.forEach((word, k) => {
        low[k] = Math.min(low[k]!, Number(word));
        high[k] = Math.max(high[k]!, Number(word));
      });
    } else if (keyword === 'vt') uvs.push(words.map(Number));
    else if (keyword === 'g') parts.push(words.join(' '));
    else if (keyword === 'f') {
      faces++;
      const corners = words.map((corner) => corner.split('/').map(Number));
      corners.forEach(([vertex], k) => {
        const next = corners[(k + 1) % corners.length]![0]!;
        const edge = vertex! < next ? `${vertex}-${next}` : `${next}-${vertex}`;
        facesOfEdge.set(edge, (facesOfEdge.get(edge) ?? 0) + 1);
      });
      const area = signedArea(corners.map(([, uv]) => uvs[uv! - 1]!));
      if (area < 0) mirrored++;
      if (area === 0) flat++;
    }
  }
  return {
    parts,
    vertices,
    faces,
    boundsM: [low, high],
    nonManifoldEdges: [...facesOfEdge.values()].filter((count) => count > 2).length,
    mirroredUvFaces: mirrored,
    flatUvFaces: flat,
  };
}

/** Twice the area of a polygon in the texture, positive when it runs counter-clockwise. */
function signedArea(corners: number[][]): number {
  return corners.reduce((sum, [u, v], k) => {
    const [nextU, nextV] = corners[(k + 1) % corners.length]!;
    return sum + u! * nextV! - nextU! * v!;
  }, 0);
}

const namesOf = (names: string[]): string[] => [...new Set(names)].sort();
