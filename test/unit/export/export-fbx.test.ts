import { parseBinaryFBX } from '@babylonjs/loaders/FBX/parsers/fbxBinaryParser.js';
import { interpretFBX } from '@babylonjs/loaders/FBX/interpreter/fbxInterpreter.js';
import { NodeIO } from '@gltf-transform/core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ExportedFiles } from '../../../src-main/pipeline/08-export/exported-files.ts';
import { exportHead } from '../../../src-main/pipeline/08-export/export-head.ts';
import {
  EYE_CENTRE,
  exportContext,
  exportInput,
  expression,
  gradient,
  positionsHead,
  topology,
} from './export-input.ts';

const CM = 100;
/** 32-bit centimetres of a head. */
const NEAR_CM = 1e-5;

type Scene = ReturnType<typeof interpretFBX>;
type Mesh = NonNullable<Scene['rootModels'][number]['geometry']>;

/** head.fbx of the small head, as Babylon's reader sees it. The eye's quads have a shell of hair. */
describe('exportHead: head.fbx', () => {
  let exported: ExportedFiles;
  let document: ReturnType<typeof parseBinaryFBX>;
  let scene: Scene;
  const bytesOf = (name: string): Uint8Array => exported.files.find((file) => file.name === name)!.bytes;
  const read = (bytes: Uint8Array): ReturnType<typeof parseBinaryFBX> =>
    parseBinaryFBX(Uint8Array.from(bytes).buffer);
  const meshOf = (name: string): Mesh => scene.rootModels.find((model) => model.name === name)!.geometry!;
  const groupOf = (name: string): number => topology.groups.indexOf(name.replace('_', '-'));

  beforeAll(async () => {
    const input = await exportInput(64);
    const skin = topology.groups.indexOf('skin');
    const quads = [...topology.quadGroups.keys()].filter((quad) => topology.quadGroups[quad] === skin);
    const hair = {
      quads: Uint32Array.from(quads.slice(-12)),
      positionsHead: positionsHead.map((value) => value * 1.1),
      coverage: new Float32Array(topology.vertexCount),
    };
    const normalMap = gradient(32);
    exported = await exportHead(
      {
        ...input,
        head: { ...input.head, hair },
        texture: { ...input.texture, hairColour: gradient(64), normalMap },
      },
      exportContext(),
    );
    document = read(bytesOf('head.fbx'));
    scene = interpretFBX(document);
  });

  it('is FBX 7.4 in centimetres with +Y up, right-handed, and nothing that a reader complains of', () => {
    expect(document.version).toBe(7400);
    expect([scene.unitScaleFactor, scene.upAxis]).toEqual([1, 1]);
    expect([scene.frontAxis, scene.frontAxisSign, scene.coordAxis, scene.coordAxisSign]).toEqual([
      2, 1, 0, 1,
    ]);
    // A joint hangs on its parent and on each cluster that it drives: that is how the format says so.
    const complaints = scene.diagnostics.filter(({ subType }) => subType !== 'duplicate-parent');
    expect(complaints).toEqual([]);
    expect(scene.geometries.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    const channels = scene.blendShapes.flatMap((shapes) => shapes.channels);
    expect(channels.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
  });

  it('a mesh per part at the top, its names without hyphens, beside the root joint', () => {
    expect(scene.rootModels.map(({ name, subType }) => [name, subType])).toEqual([
      ['root', 'LimbNode'],
      ['skin', 'Mesh'],
      ['eye_left', 'Mesh'],
      ['hair', 'Mesh'],
    ]);
  });

  it('quads and triangles of the template, with vertices that are shared at uv seams', () => {
    const node = (root: { children: typeof document.nodes }, name: string): typeof document.nodes =>
      root.children.filter((child) => child.name === name);
    const objects = document.nodes.find(({ name }) => name === 'Objects')!;
    const meshes = node(objects, 'Geometry').filter(({ properties }) => properties[2]!.value === 'Mesh');
    const faces = meshes.map((mesh) => {
      const indices = [...(node(mesh, 'PolygonVertexIndex')[0]!.properties[0]!.value as Int32Array)];
      const sides: number[] = [];
      indices.forEach((index, i) => {
        if (index < 0) sides.push(i + 1 - sides.reduce((sum, side) => sum + side, 0));
      });
      return sides;
    });
    ['skin', 'eye_left'].forEach((name, part) => {
      const expected = [...topology.quadGroups.keys()]
        .filter((quad) => topology.quadGroups[quad] === groupOf(name))
        .map((quad) => (topology.quads[quad * 4 + 2] === topology.quads[quad * 4 + 3] ? 3 : 4));
      expect(faces[part]).toEqual(expected);
      const vertices = topology.quads.filter((_, c) => topology.quadGroups[c >> 2] === groupOf(name));
      const stored = node(meshes[part]!, 'Vertices')[0]!.properties[0]!.value as Float64Array;
      expect(stored.length / 3).toBe(new Set(vertices).size);
    });
    expect(faces[2]).toHaveLength(12);
  });

  it('corners have the GLB’s positions and uvs; normals are unit vectors out of the head', async () => {
    const glb = (await new NodeIO().readBinary(bytesOf('head.glb'))).getRoot();
    for (const name of ['skin', 'eye-left', 'hair']) {
      const mesh = meshOf(name.replace('-', '_'));
      const primitive = glb
        .listMeshes()
        .find((candidate) => candidate.getName() === name)!
        .listPrimitives()[0]!;
      const at = (attribute: string, index: number): number[] =>
        primitive.getAttribute(attribute)!.getElement(index, []);
      const expected = [...primitive.getIndices()!.getArray()!].map((index) => {
        const [u, v] = at('TEXCOORD_0', index);
        return [...at('POSITION', index).map((value) => value * CM), u!, 1 - v!];
      });
      const corners = [...mesh.indices].map((index) => [
        ...mesh.positions.subarray(index * 3, index * 3 + 3),
        ...mesh.uvs!.subarray(index * 2, index * 2 + 2),
      ]);
      expect(corners).toHaveLength(expected.length);
      const near = (one: number[]) => (other: number[]) =>
        one.every((value, k) => Math.abs(value - other[k]!) < NEAR_CM);
      expect(corners.filter((corner) => !expected.some(near(corner)))).toEqual([]);
      expect(expected.filter((corner) => !corners.some(near(corner)))).toEqual([]);
      mesh.indices.forEach((index) => {
        const normal = mesh.normals!.subarray(index * 3, index * 3 + 3);
        expect(Math.hypot(...normal)).toBeCloseTo(1, 5);
      });
    }
  });

  it('shapes: names, the photo’s values and deltas; one that does not move the skin is kept', () => {
    const [skin, eye] = scene.blendShapes;
    expect(scene.blendShapes).toHaveLength(2);
    expect(skin!.channels.map(({ name, deformPercent }) => [name, deformPercent])).toEqual([
      ['browInnerUp', 25],
      ['eyeLookOutLeft', 0],
    ]);
    expect(eye!.channels.map(({ name }) => name)).toEqual(['eyeLookOutLeft']);
    const raised = expression.subarray(0, positionsHead.length).filter((value) => value !== 0);
    const [shape] = skin!.channels[0]!.shapes;
    expect(shape!.indices).toHaveLength(raised.length);
    for (let i = 0; i < shape!.vertices.length; i += 3) {
      expect([...shape!.vertices.subarray(i, i + 3)]).toEqual([0, expect.closeTo(0.01 * CM, 5), 0]);
    }
    expect([...skin!.channels[1]!.shapes[0]!.vertices]).toEqual([0, 0, 0]);
  });

  it('joints where they are, weights that add up to 1, bound as they lie', () => {
    const [root] = scene.rootModels;
    const head = root!.children[0]!;
    const eye = head.children[0]!;
    expect([root!.name, head.name, eye.name]).toEqual(['root', 'head', 'eye_left']);
    const place = [0, 1, 2].map((k) => root!.translation[k]! + head.translation[k]! + eye.translation[k]!);
    place.forEach((value, k) => expect(Math.abs(value - EYE_CENTRE[k]! * CM)).toBeLessThan(NEAR_CM));
    expect(scene.skins).toHaveLength(3);
    for (const skin of scene.skins) {
      skin.boneWeights.forEach((weights) =>
        expect(weights.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5),
      );
      for (const { transformLinkMatrix, bindPoseMatrix, isCluster, name } of skin.bones) {
        if (!isCluster) continue;
        [12, 13, 14].forEach((k) => expect(bindPoseMatrix![k]).toBe(-transformLinkMatrix![k]!));
        if (name === 'eye_left') expect(transformLinkMatrix![14]).toBeCloseTo(EYE_CENTRE[2] * CM, 4);
      }
    }
    const bonesOf = (index: number): string[] =>
      scene.skins[index]!.bones.filter(({ isCluster }) => isCluster).map(({ name }) => name);
    expect(bonesOf(0).sort()).toEqual(['head', 'root']);
    expect(bonesOf(1)).toEqual(['eye_left']);
  });

  it('materials: pictures beside the file, relief on the skin only, a colour where the map has nothing', () => {
    const materials = new Map(scene.materials.map((material) => [material.name, material]));
    const pictures = (name: string): string[][] =>
      materials.get(name)!.textures.map((texture) => [texture.propertyName, texture.relativeFileName]);
    const names = exported.files.map((file) => file.name);
    expect(pictures('skin')).toEqual([
      ['DiffuseColor', 'textures/base-colour.png'],
      ['NormalMap', 'textures/normal.png'],
    ]);
    expect(pictures('hair')).toEqual([['DiffuseColor', 'textures/hair-colour.png']]);
    expect(pictures('eye_left')).toEqual([]);
    expect(materials.get('eye_left')!.properties.diffuseColor).toEqual([0.93, 0.91, 0.89]);
    for (const { textures } of scene.materials) {
      for (const { relativeFileName } of textures) expect(names).toContain(relativeFileName);
    }
  });

  it('without a head model’s rig: meshes alone', async () => {
    const { files } = await exportHead(await exportInput(64, 'another-model'), exportContext());
    const bare = interpretFBX(read(files.find(({ name }) => name === 'head.fbx')!.bytes));
    expect(bare.rootModels.map(({ name }) => name)).toEqual(['skin', 'eye_left']);
    expect([bare.skins, bare.blendShapes]).toEqual([[], []]);
  });
});
