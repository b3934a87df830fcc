import { type Node as GltfNode, NodeIO } from '@gltf-transform/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import validator from 'gltf-validator';
import type { ExportedFiles } from '../../../src-main/pipeline/08-export/exported-files.ts';
import { checkFile } from '../../../src-main/pipeline/08-export/check-files.ts';
import { exportHead } from '../../../src-main/pipeline/08-export/export-head.ts';
import {
  EYE_CENTRE,
  exportContext,
  exportInput,
  expression,
  gradient,
  lodQuads,
  positionsHead,
  topology,
} from './export-input.ts';
import { readObj } from './read-obj.ts';

/** Unused uvs of parts without a map are an information; they stay, so that the parts can be painted later. */
const INFORMATION = 2;

async function errorsAndWarnings(glb: Uint8Array): Promise<unknown[]> {
  const report = await validator.validateBytes(glb, { maxIssues: 0 });
  expect(report.info.totalTriangleCount).toBeGreaterThan(100);
  return report.issues.messages.filter((issue) => issue.severity < INFORMATION);
}

describe('exportHead', () => {
  let exported: ExportedFiles;
  const context = exportContext();
  const bytesOf = (name: string): Uint8Array => exported.files.find((file) => file.name === name)!.bytes;
  const textOf = (name: string): string => new TextDecoder().decode(bytesOf(name));
  beforeAll(async () => {
    exported = await exportHead(await exportInput(64), context);
  });

  it('writes every file once and reports rising progress up to 1', () => {
    expect(exported.files.map((file) => file.name)).toEqual([
      'head.glb',
      'head-lod1.glb',
      'head.fbx',
      'head.obj',
      'head-neutral.obj',
      'head.mtl',
      'textures/base-colour.png',
      'textures/texel-source.png',
      'textures/occlusion-roughness.png',
      'views/view-00.png',
      'views/view-01.png',
      'cameras.json',
      'prior.glb',
      'surface.glb',
    ]);
    expect(context.fractions.at(-1)).toBe(1);
    expect(context.fractions).toEqual([...context.fractions].sort((a, b) => a - b));
  });

  it.each(['head.glb', 'head-lod1.glb', 'prior.glb', 'surface.glb'])(
    '%s passes the Khronos validator: no error, no warning',
    async (name) => {
      expect(await errorsAndWarnings(bytesOf(name))).toEqual([]);
    },
  );

  it('carries the map as JPEG from 2048 px on, still valid', async () => {
    const large = await exportHead(await exportInput(2048), exportContext());
    const glb = large.files[0]!.bytes;
    expect(await errorsAndWarnings(glb)).toEqual([]);
    const document = await new NodeIO().readBinary(glb);
    expect(document.getRoot().listTextures()[0]!.getMimeType()).toBe('image/jpeg');
  });

  it('GLB read back: every triangle of every group has the positions and uvs of the template', async () => {
    const document = await new NodeIO().readBinary(bytesOf('head.glb'));
    const root = document.getRoot();
    const { json } = await new NodeIO().binaryToJSON(bytesOf('head.glb'));
    expect(json.asset).toMatchObject({ version: '2.0', generator: 'gen3d-studio' });
    const [head, ...parts] = root.getDefaultScene()!.listChildren();
    expect(head!.getName()).toBe('head-rig');
    expect(head!.getExtras()).toMatchObject({
      units: 'metres',
      headModel: 'two-ellipsoids',
      headModelLicence: 'CC0-1.0',
      viewsMethod: 'reproject',
    });
    expect(parts.map((node) => node.getName())).toEqual(['skin', 'eye-left']);
    const read = parts.flatMap((node) => {
      const primitive = node.getMesh()!.listPrimitives()[0]!;
      const positions = primitive.getAttribute('POSITION')!;
      const normals = primitive.getAttribute('NORMAL')!;
      const uvs = primitive.getAttribute('TEXCOORD_0')!;
      const targets = primitive.listTargets().map((target) => target.getAttribute('POSITION')!);
      const weights = node.getMesh()!.getWeights();
      return [...primitive.getIndices()!.getArray()!].map((index) => {
        const normal = normals.getElement(index, []);
        expect(Math.hypot(...normal)).toBeCloseTo(1, 5);
        // As a viewer shows it: rest positions and the photo's expression on top.
        const shown = positions
          .getElement(index, [])
          .map((value, k) =>
            targets.reduce<number>((sum, t, i) => sum + weights[i]! * t.getElement(index, [])[k]!, value),
          );
        return [...shown, ...uvs.getElement(index, [])];
      });
    });
    const expected = templateCorners();
    expect(read).toHaveLength(expected.length);
    const difference = read.map((corner, c) =>
      Math.max(...corner.map((v, k) => Math.abs(v - expected[c]![k]!))),
    );
    expect(Math.max(...difference)).toBeLessThan(1e-7);
  });

  it('morph targets: only what moves a part, by name, set to the expression of the photo', async () => {
    const document = await new NodeIO().readBinary(bytesOf('head.glb'));
    const [skin, eye] = document.getRoot().listMeshes();
    // The face names every shape, also those that move other parts only.
    expect(skin!.getExtras()).toEqual({ targetNames: ['browInnerUp', 'eyeLookOutLeft'] });
    expect(skin!.getWeights()).toEqual([0.25, 0]);
    const still = skin!.listPrimitives()[0]!.listTargets()[1]!.getAttribute('POSITION')!;
    expect([...still.getArray()!].every((value) => value === 0)).toBe(true);
    expect(eye!.getExtras()).toEqual({ targetNames: ['eyeLookOutLeft'] });
    expect(eye!.getWeights()).toEqual([0]);
    const rest = skin!.listPrimitives()[0]!.getAttribute('POSITION')!.getMax([]);
    expect(rest[1]).toBeCloseTo(0.12 - 0.25 * 0.01, 6);
  });

  it('joints: names, parents, pivots; bind matrices undo them; weights add up to 1', async () => {
    const document = await new NodeIO().readBinary(bytesOf('head.glb'));
    const [skin] = document.getRoot().listSkins();
    const joints = skin!.listJoints();
    expect(joints.map((joint) => joint.getName())).toEqual(['root', 'head', 'eye-left']);
    const parents = joints.map((joint) => (joint.getParentNode() as GltfNode).getName());
    expect(parents).toEqual(['head-rig', 'root', 'head']);
    joints[2]!
      .getWorldTranslation()
      .forEach((value, k) => expect(Math.abs(value - EYE_CENTRE[k]!)).toBeLessThan(1e-6));
    joints.forEach((joint, index) => {
      const bind = skin!.getInverseBindMatrices()!.getElement(index, []);
      const place = joint.getWorldTranslation();
      expect(bind.slice(0, 12)).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
      place.forEach((value, k) => expect(bind[12 + k]! + value).toBeCloseTo(0, 6));
    });
    for (const mesh of document.getRoot().listMeshes()) {
      const primitive = mesh.listPrimitives()[0]!;
      const weights = primitive.getAttribute('WEIGHTS_0')!;
      for (let i = 0; i < weights.getCount(); i++) {
        const entry = weights.getElement(i, []);
        expect(entry.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
        primitive
          .getAttribute('JOINTS_0')!
          .getElement(i, [])
          .forEach((joint, k) => expect(entry[k]! > 0 || joint === 0).toBe(true));
      }
    }
  });

  it('a coarser level: its own faces by group, the same positions, uvs, shapes and joints', async () => {
    const document = await new NodeIO().readBinary(bytesOf('head-lod1.glb'));
    const meshes = document.getRoot().listMeshes();
    expect(meshes.map((mesh) => mesh.getName())).toEqual(['skin', 'eye-left']);
    expect(meshes[0]!.getExtras()).toEqual({ targetNames: ['browInnerUp', 'eyeLookOutLeft'] });
    expect(document.getRoot().listSkins()[0]!.listJoints()).toHaveLength(3);
    const faces = meshes.map((mesh) => mesh.listPrimitives()[0]!.getIndices()!.getCount() / 3);
    const expected = [0, 1].map((group) =>
      lodQuads
        .filter((quad) => topology.quadGroups[quad] === group)
        .reduce(
          (sum, quad) => sum + (topology.quads[quad * 4 + 2] === topology.quads[quad * 4 + 3] ? 1 : 2),
          0,
        ),
    );
    expect(faces).toEqual(expected);
    const map = await sharp(document.getRoot().listTextures()[0]!.getImage()!).metadata();
    expect([map.format, map.width]).toEqual(['jpeg', 64]);
  });

  it('head-neutral.obj: the faces of head.obj with the expression taken out, on the same materials', () => {
    const neutral = readObj(textOf('head-neutral.obj'));
    const posed = readObj(textOf('head.obj'));
    expect(neutral.mtllib).toBe('head.mtl');
    expect(neutral.faces).toEqual(posed.faces);
    posed.positions.forEach((position, vertex) =>
      position.forEach((value, axis) => {
        const moved = value - 0.25 * expression[vertex * 3 + axis]!;
        expect(Math.abs(neutral.positions[vertex]![axis]! - moved)).toBeLessThan(2e-6);
      }),
    );
  });

  it('leaves shapes, joints, levels and the neutral OBJ out when the prior came from another head model', async () => {
    const { files } = await exportHead(await exportInput(64, 'another-model'), exportContext());
    const document = await new NodeIO().readBinary(files[0]!.bytes);
    expect(document.getRoot().listMeshes()[0]!.listPrimitives()[0]!.listTargets()).toEqual([]);
    expect(document.getRoot().listSkins()).toEqual([]);
    expect(files.filter(({ name }) => /lod|neutral/.test(name))).toEqual([]);
  });

  it('both sides of the uv seam share one normal', async () => {
    const document = await new NodeIO().readBinary(bytesOf('head.glb'));
    const primitive = document.getRoot().listMeshes()[0]!.listPrimitives()[0]!;
    const positions = primitive.getAttribute('POSITION')!;
    const normals = primitive.getAttribute('NORMAL')!;
    const normalAt = new Map<string, string>();
    let repeated = 0;
    for (let i = 0; i < positions.getCount(); i++) {
      const place = positions.getElement(i, []).join();
      const normal = normals.getElement(i, []).join();
      if (normalAt.has(place)) repeated++;
      expect(normalAt.get(place) ?? normal).toBe(normal);
      normalAt.set(place, normal);
    }
    expect(repeated).toBeGreaterThanOrEqual(7);
  });

  it('gives the map to groups that it covers and a colour to the others', async () => {
    const document = await new NodeIO().readBinary(bytesOf('head.glb'));
    const textured = document
      .getRoot()
      .listMaterials()
      .map((material) => [material.getName(), material.getBaseColorTexture() !== null]);
    expect(textured).toEqual([
      ['skin', true],
      ['eye-left', false],
    ]);
    const [skin, eye] = document.getRoot().listMaterials();
    expect(skin!.getOcclusionTexture()).toBe(skin!.getMetallicRoughnessTexture());
    expect([skin!.getOcclusionTexture()!.getName(), skin!.getRoughnessFactor()]).toEqual([
      'occlusion-roughness',
      1,
    ]);
    expect([eye!.getOcclusionTexture(), eye!.getRoughnessFactor()]).toEqual([null, 0.12]);
    expect(textOf('head.mtl').match(/^Pr .*/gm)).toEqual(['Pr 0.60', 'Pr 0.12']);
    expect(textOf('head.mtl').match(/map_Kd textures\/base-colour\.png/g)).toHaveLength(1);
  });

  it('OBJ read back: same quads, uvs with v turned round, groups and materials by name', () => {
    const obj = readObj(textOf('head.obj'));
    expect(obj.mtllib).toBe('head.mtl');
    expect(obj.positions).toHaveLength(topology.vertexCount);
    obj.positions
      .flat()
      .forEach((value, i) => expect(Math.abs(value - positionsHead[i]!)).toBeLessThan(1e-6));
    const quads: number[][] = [];
    for (let i = 0; i < topology.quads.length; i += 4) {
      const corners = [...topology.quads.slice(i, i + 4)];
      quads.push(corners[2] === corners[3] ? corners.slice(0, 3) : corners);
    }
    expect(obj.faces.map((face) => face.corners.map(({ v }) => v - 1))).toEqual(quads);
    expect(quads.some((quad) => quad.length === 3) && quads.some((quad) => quad.length === 4)).toBe(true);
    obj.faces.forEach((face, quad) => {
      expect([face.group, face.material]).toEqual(Array(2).fill(topology.groups[topology.quadGroups[quad]!]));
      face.corners.forEach((corner, side) => {
        const uv = topology.quadUvs[quad * 4 + side]! * 2;
        expect(corner.vn).toBe(corner.v);
        expect(obj.uvs[corner.vt - 1]![0]).toBeCloseTo(topology.uvs[uv]!, 5);
        expect(1 - obj.uvs[corner.vt - 1]![1]!).toBeCloseTo(topology.uvs[uv + 1]!, 5);
      });
    });
  });

  it('cameras.json says where a head point falls in each view', () => {
    const cameras = JSON.parse(textOf('cameras.json')) as {
      views: { file: string; focalPx: number[]; centrePx: number[]; cameraFromHead: number[] }[];
    };
    const [front, back] = cameras.views;
    const project = (
      { focalPx, centrePx, cameraFromHead: m }: typeof front & object,
      p: number[],
    ): number[] => {
      const row = (r: number): number => m[r]! * p[0]! + m[4 + r]! * p[1]! + m[8 + r]! * p[2]! + m[12 + r]!;
      return [centrePx[0]! - (focalPx[0]! * row(0)) / row(2), centrePx[1]! + (focalPx[1]! * row(1)) / row(2)];
    };
    expect(front!.file).toBe('views/view-00.png');
    // The subject's left (+X) is at the right of the front view and at the left of the back view; up is a smaller row.
    expect(project(front!, [0.1, 0, 0])[0]).toBeGreaterThan(8);
    expect(project(back!, [0.1, 0, 0])[0]).toBeLessThan(8);
    expect(project(front!, [0, 0.1, 0])[1]).toBeLessThan(8);
  });

  it('pictures keep their pixels, views their alpha', async () => {
    const view = await sharp(bytesOf('views/view-00.png')).raw().toBuffer({ resolveWithObject: true });
    expect(view.info).toMatchObject({ width: 16, height: 16, channels: 4 });
    expect([...view.data]).toEqual([...gradient(16).rgbaSrgb]);
    const map = await sharp(bytesOf('textures/base-colour.png')).raw().toBuffer({ resolveWithObject: true });
    expect(map.info).toMatchObject({ width: 64, height: 64, channels: 3 });
    expect([...map.data.subarray(0, 3)]).toEqual([0, 0, 90]);
  });

  it('scores: shares of the written texels add up to 100', () => {
    expect(exported.scores).toMatchObject({ landmarkErrorPercent: 1.25, wrapMeanDistanceMm: 0.5 });
    expect(exported.scores['texturePhotoPercent']).toBeCloseTo(75);
    expect(exported.scores['textureViewPercent']).toBeCloseTo(25);
    expect(exported.texturePercents).toEqual([0, 25]);
  });

  it('takes textures of older versions, which have no occlusion and roughness', async () => {
    const input = await exportInput(64);
    const { baseColour, sourceMap } = input.texture;
    const { files } = await exportHead({ ...input, texture: { baseColour, sourceMap } }, exportContext());
    expect(await errorsAndWarnings(files[0]!.bytes)).toEqual([]);
    expect(files.some(({ name }) => name === 'textures/occlusion-roughness.png')).toBe(false);
  });

  it('checks say what each file holds', () => {
    const { checks } = exported;
    expect(checks!.map(({ name, bytes }) => [name, bytes])).toEqual(
      exported.files.map((file) => [file.name, file.bytes.length]),
    );
    const of = (name: string) => checks!.find((check) => check.name === name)!;
    const shapes = ['browInnerUp', 'eyeLookOutLeft'];
    const triangles = templateCorners().length / 3;
    expect(of('head.glb')).toMatchObject({ parts: ['skin', 'eye-left'], faces: triangles, shapes });
    expect(of('head.glb').joints).toEqual(['root', 'head', 'eye-left']);
    expect(of('head.glb').boundsM![1]![1]).toBeCloseTo(0.12 - 0.25 * 0.01, 6);
    expect(of('head.fbx')).toMatchObject({ parts: ['skin', 'eye_left'], shapes });
    expect(of('head.fbx').joints).toEqual(['root', 'head', 'eye_left']);
    const faces = topology.quadGroups.length;
    expect(of('head.obj')).toMatchObject({ vertices: topology.vertexCount, faces, nonManifoldEdges: 0 });
    expect(of('head.obj').boundsM![1]![1]).toBeCloseTo(0.12, 5);
    expect(of('textures/base-colour.png').sizePx).toEqual([64, 64]);
  });

  it('checks find an edge of three faces, a mirrored and a flat face, and an FBX that is cut off', async () => {
    const obj = [
      ...['v 0 0 0', 'v 1 0 0', 'v 0 1 0', 'v 0 0 1', 'v 0 -1 0', 'vt 0 0', 'vt 1 0', 'vt 0 1', 'g one'],
      ...['f 1/1 2/2 3/3', 'f 1/1 2/3 4/2', 'f 1/1 2/1 5/2'],
    ].join('\n');
    const check = await checkFile({
      name: 'a.obj',
      mediaType: 'model/obj',
      bytes: new TextEncoder().encode(obj),
    });
    expect(check).toMatchObject({ nonManifoldEdges: 1, mirroredUvFaces: 1, flatUvFaces: 1, faces: 3 });
    expect(check.boundsM).toEqual([
      [0, -1, 0],
      [1, 1, 1],
    ]);
    const bytes = bytesOf('head.fbx').slice(0, 20_000);
    await expect(checkFile({ name: 'a.fbx', mediaType: 'model/x-fbx', bytes })).rejects.toThrow(RangeError);
  });

  it('same input, same bytes', async () => {
    const again = await exportHead(await exportInput(64), exportContext());
    again.files.forEach((file, index) => {
      expect(Buffer.compare(file.bytes, exported.files[index]!.bytes), file.name).toBe(0);
    });
  });

  it('stops between two files when cancelled', async () => {
    const abort = new AbortController();
    const cancelledContext = exportContext('two-ellipsoids', abort.signal);
    const progress = (fraction: number): void => {
      if (fraction > 0.3) abort.abort();
    };
    await expect(exportHead(await exportInput(64), { ...cancelledContext, progress })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('refuses positions that do not belong to the topology', async () => {
    const input = await exportInput(64);
    input.head = { ...input.head, positionsHead: new Float32Array(9) };
    await expect(exportHead(input, exportContext())).rejects.toThrow(/9 numbers for \d+ vertices/);
  });
});

/** Position and uv of each triangle corner of the template, straight from its quads. */
function templateCorners(): number[][] {
  const corners: number[][] = [];
  for (let quad = 0; quad < topology.quadGroups.length; quad++) {
    const at = quad * 4;
    const sides = topology.quads[at + 2] === topology.quads[at + 3] ? [0, 1, 2] : [0, 1, 2, 0, 2, 3];
    for (const side of sides) {
      const vertex = topology.quads[at + side]! * 3;
      const uv = topology.quadUvs[at + side]! * 2;
      corners.push([...positionsHead.slice(vertex, vertex + 3), ...topology.uvs.slice(uv, uv + 2)]);
    }
  }
  return corners;
}
