import { NodeIO } from '@gltf-transform/core';
import { beforeAll, describe, expect, it } from 'vitest';
import validator from 'gltf-validator';
import type { ExportedFiles } from '../../../src-main/pipeline/08-export/exported-files.ts';
import { exportHead } from '../../../src-main/pipeline/08-export/export-head.ts';
import { exportContext, exportInput, gradient, positionsHead, topology } from './export-input.ts';
import { readObj } from './read-obj.ts';

/** The upper half of the skin has a shell of hair, a centimetre further out. */
describe('exportHead with a hair shell', () => {
  const skin = topology.groups.indexOf('skin');
  const quads = [...topology.quadGroups.keys()].filter(
    (quad) =>
      topology.quadGroups[quad] === skin &&
      [0, 1, 2, 3].every((k) => positionsHead[topology.quads[quad * 4 + k]! * 3 + 1]! > 0.02),
  );
  const shell = positionsHead.map((value) => value * 1.1);
  const normalMap = gradient(32);
  let exported: ExportedFiles;
  const bytesOf = (name: string): Uint8Array => exported.files.find((file) => file.name === name)!.bytes;
  const textOf = (name: string): string => new TextDecoder().decode(bytesOf(name));

  beforeAll(async () => {
    const input = await exportInput(64);
    const hair = {
      quads: Uint32Array.from(quads),
      positionsHead: shell,
      coverage: new Float32Array(topology.vertexCount),
    };
    exported = await exportHead(
      {
        ...input,
        head: { ...input.head, hair },
        texture: { ...input.texture, hairColour: gradient(64), normalMap, hairNormalMap: gradient(16) },
      },
      exportContext(),
    );
  });

  it('GLB: a node, mesh and material `hair` with its own map, on the joints, without shapes, valid', async () => {
    const report = await validator.validateBytes(bytesOf('head.glb'), { maxIssues: 0 });
    // Severity 2 is information.
    expect(report.issues.messages.filter((issue) => issue.severity < 2)).toEqual([]);
    const root = (await new NodeIO().readBinary(bytesOf('head.glb'))).getRoot();
    const node = root.listNodes().find((candidate) => candidate.getName() === 'hair')!;
    const [primitive] = node.getMesh()!.listPrimitives();
    expect(primitive!.getMaterial()!.getName()).toBe('hair');
    expect(primitive!.getMaterial()!.getBaseColorTexture()!.getName()).toBe('hair-colour');
    expect(primitive!.listTargets()).toEqual([]);
    expect(node.getSkin()).not.toBeNull();
    const highest = Math.max(...positionsHead.filter((_, i) => i % 3 === 1));
    expect(primitive!.getAttribute('POSITION')!.getMax([])[1]).toBeCloseTo(1.1 * highest, 5);
  });

  it('skin and hair have a normal map each, other parts none', async () => {
    const materials = (await new NodeIO().readBinary(bytesOf('head.glb'))).getRoot().listMaterials();
    const withRelief = materials.filter((material) => material.getNormalTexture() !== null);
    expect(
      withRelief.map((material) => [material.getName(), material.getNormalTexture()!.getName()]),
    ).toEqual([
      ['skin', 'normal'],
      ['hair', 'hair-normal'],
    ]);
  });

  it('tangents are unit vectors across the normals along which u grows', async () => {
    const root = (await new NodeIO().readBinary(bytesOf('head.glb'))).getRoot();
    const skinMesh = root.listMeshes().find((mesh) => mesh.getName() === 'skin')!;
    const [primitive] = skinMesh.listPrimitives();
    const read = (name: string): ArrayLike<number> => primitive!.getAttribute(name)!.getArray()!;
    const [tangents, normals, positions, uvs] = ['TANGENT', 'NORMAL', 'POSITION', 'TEXCOORD_0'].map(read);
    const indices = primitive!.getIndices()!.getArray()!;
    let checked = 0;
    for (let i = 0; i < indices.length; i += 3) {
      const [a, b] = [indices[i]!, indices[i + 1]!];
      const t = [0, 1, 2].map((k) => tangents![a * 4 + k]!);
      expect(Math.hypot(...t)).toBeCloseTo(1, 4);
      expect(t.reduce((sum, value, k) => sum + value * normals![a * 3 + k]!, 0)).toBeCloseTo(0, 4);
      const du = uvs![b * 2]! - uvs![a * 2]!;
      // Edges that run along a row of the map.
      if (Math.abs(uvs![b * 2 + 1]! - uvs![a * 2 + 1]!) > 1e-6 || Math.abs(du) < 1e-3) continue;
      const along = t.reduce(
        (sum, value, k) => sum + value * (positions![b * 3 + k]! - positions![a * 3 + k]!),
        0,
      );
      expect(Math.sign(along)).toBe(Math.sign(du));
      checked++;
    }
    expect(checked).toBeGreaterThan(10);
  });

  it('OBJ: a last group `hair` with vertices of its own and the head’s uvs; its map in the MTL', () => {
    const obj = readObj(textOf('head.obj'));
    const faces = obj.faces.filter((face) => face.group === 'hair');
    expect(faces).toHaveLength(quads.length);
    faces.forEach((face, i) =>
      face.corners.forEach(({ v, vt }, k) => {
        const vertex = topology.quads[quads[i]! * 4 + k]!;
        expect(v).toBeGreaterThan(topology.vertexCount);
        expect(vt - 1).toBe(topology.quadUvs[quads[i]! * 4 + k]);
        obj.positions[v - 1]!.forEach((value, axis) =>
          expect(value).toBeCloseTo(shell[vertex * 3 + axis]!, 5),
        );
      }),
    );
    expect(textOf('head.mtl')).toMatch(/newmtl hair\n[^]*map_Kd textures\/hair-colour\.png/);
    const names = exported.files.map((file) => file.name);
    expect(names).toContain('textures/hair-colour.png');
    expect(names).toContain('textures/normal.png');
    expect(names).toContain('textures/hair-normal.png');
  });
});
