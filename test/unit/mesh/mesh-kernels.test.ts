import { describe, expect, it } from 'vitest';
import { checkMesh, labelSets } from '../../../src-main/mesh/mesh-checks.ts';
import { makeBox, makeIcosphere, makeUvSphere } from '../../../src-main/mesh/primitives.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { ellipsoidTemplate } from '../../support/sphere-template.ts';

describe('primitives', () => {
  it.each([
    ['box', makeBox([1, 2, 3]), 6, 0],
    ['uv sphere', makeUvSphere(0.5, 60, 120), (4 / 3) * Math.PI * 0.125, 0.003],
    ['icosphere', makeIcosphere(0.5, 4), (4 / 3) * Math.PI * 0.125, 0.003],
  ] as const)(
    '%s is watertight, turned outwards and of the right volume',
    (_name, mesh, volume, tolerance) => {
      const report = checkMesh(mesh);
      expect(report).toMatchObject({
        watertight: true,
        componentCount: 1,
        eulerCharacteristic: 2,
        degenerateCount: 0,
      });
      expect(Math.abs(report.volumeM3 / volume - 1)).toBeLessThanOrEqual(tolerance);
    },
  );
});

describe('vertex normals', () => {
  it('are radial on a sphere', () => {
    const mesh = makeIcosphere(0.3, 3);
    const normals = vertexNormals(mesh);
    for (let i = 0; i < normals.length; i++) expect(normals[i]).toBeCloseTo(mesh.positionsHead[i]! / 0.3, 2);
  });

  it('do not depend on which diagonal cuts a face: corners of a box point along its diagonals', () => {
    const mesh = makeBox([1, 1, 1]);
    vertexNormals(mesh).forEach((value, i) => {
      expect(value).toBeCloseTo(Math.sign(mesh.positionsHead[i]!) / Math.sqrt(3), 5);
    });
  });

  it('are zero, not NaN, where nothing has an area', () => {
    const mesh = { positionsHead: new Float32Array(12), triangles: new Uint32Array([0, 1, 2]) };
    expect([...vertexNormals(mesh)]).toEqual(new Array<number>(12).fill(0));
  });
});

describe('mesh checks', () => {
  const box = makeBox([1, 1, 1]);

  it('sees a hole, a flipped face and a fin', () => {
    const holed = checkMesh({ ...box, triangles: box.triangles.slice(3) });
    expect(holed).toMatchObject({ watertight: false, boundaryEdgeCount: 3, boundaryLoopCount: 1 });
    const flipped = Uint32Array.from(box.triangles);
    flipped.set([flipped[1]!, flipped[0]!, flipped[2]!]);
    expect(checkMesh({ ...box, triangles: flipped })).toMatchObject({
      watertight: false,
      flippedEdgeCount: 3,
    });
    const fin = Uint32Array.from([...box.triangles, box.triangles[0]!, box.triangles[1]!, 7]);
    expect(checkMesh({ ...box, triangles: fin }).nonManifoldEdgeCount).toBeGreaterThan(0);
  });

  it('counts separate parts and refuses indices out of range', () => {
    const positionsHead = new Float32Array([
      ...box.positionsHead,
      ...box.positionsHead.map((value) => value + 5),
    ]);
    const triangles = new Uint32Array([...box.triangles, ...box.triangles.map((index) => index + 8)]);
    expect(checkMesh({ positionsHead, triangles }).componentCount).toBe(2);
    expect([...new Set(labelSets(triangles, 3, 16))]).toEqual([0, 8]);
    expect(() => checkMesh({ positionsHead: box.positionsHead, triangles })).toThrow(/vertex \d+ of 8/);
  });
});

describe('triangulate', () => {
  const parts = [
    { name: 'skin', centre: [0, 0, 0], radii: [0.08, 0.12, 0.1] },
    { name: 'eye-left', centre: [0.03, 0.03, 0.09], radii: [0.012, 0.012, 0.012] },
  ];
  const { topology, positionsHead } = ellipsoidTemplate(parts, 8, 12);
  const { triangles, triangleUvs, triangleGroups } = triangulateTopology(topology);

  it('turns a closed quad mesh into a closed triangle mesh; triangles written as quads stay one', () => {
    const report = checkMesh({ positionsHead, triangles });
    expect(report).toMatchObject({ watertight: true, componentCount: 2, degenerateCount: 0 });
    expect(report.triangleCount).toBe(2 * (6 * 12 * 2 + 2 * 12));
  });

  it('keeps corners, texture coordinates and groups together', () => {
    const corners = new Set<string>();
    for (let i = 0; i < topology.quads.length; i++) {
      corners.add(`${topology.quads[i]}/${topology.quadUvs[i]}/${topology.quadGroups[Math.floor(i / 4)]}`);
    }
    for (let i = 0; i < triangles.length; i++) {
      expect(corners).toContain(`${triangles[i]}/${triangleUvs[i]}/${triangleGroups[Math.floor(i / 3)]}`);
    }
  });
});
