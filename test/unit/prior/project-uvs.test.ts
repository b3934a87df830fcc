import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packBeside, type Size } from '../../../src-main/pipeline/03-prior/loaders/pack-charts.ts';
import { projectUvs } from '../../../src-main/pipeline/03-prior/loaders/project-uvs.ts';
import { readHeadModel } from '../../../src-main/pipeline/03-prior/read-head-model.ts';
import { rasteriseTexels } from '../../../src-main/render/texel-fragments.ts';
import { ellipsoidTemplate } from '../../support/sphere-template.ts';

const SIZE_PX = 512;
const RADII = [0.075, 0.11, 0.095];

/** A head with a nose, eyeballs and a bag behind the mouth; `neckY`: open below it. Faces CCW from outside. */
function makeHead(neckY = -Infinity): { positionsHead: Float32Array; quads: Uint32Array; part: number[] } {
  const eye = (x: number): { centre: number[]; radii: number[] } => ({
    centre: [x, 0.02, 0.075],
    radii: [0.012, 0.012, 0.012],
  });
  const { topology, positionsHead } = ellipsoidTemplate(
    [
      { name: 'skin', centre: [0, 0, 0], radii: RADII },
      { name: 'eye-left', ...eye(0.032) },
      { name: 'eye-right', ...eye(-0.032) },
      { name: 'mouth', centre: [0, -0.05, 0.05], radii: [0.025, 0.01, 0.025] },
    ],
    24,
    40,
  );
  const kept = [...topology.quadGroups.keys()].filter((q) =>
    topology.quads.subarray(q * 4, q * 4 + 4).every((v) => positionsHead[v * 3 + 1]! > neckY),
  );
  const quads = Uint32Array.from(
    kept.flatMap((q) => {
      const [a, b, c, d] = [...topology.quads.subarray(q * 4, q * 4 + 4)] as [number, number, number, number];
      return c === d ? [b, a, c, c] : [b, a, d, c];
    }),
  );
  return { positionsHead, quads, part: kept.map((q) => topology.quadGroups[q]!) };
}

/** Texels that each face owns, and would own alone; the longest side of a face in the map. */
function measure({ quads }: ReturnType<typeof makeHead>, map: ReturnType<typeof projectUvs>) {
  const { uvs, quadUvs } = map;
  const count = quads.length / 4;
  const triangleUvs = Uint32Array.from({ length: count * 6 }, (_, i) => {
    return quadUvs[Math.floor(i / 6) * 4 + [0, 1, 2, 0, 2, 3][i % 6]!]!;
  });
  const owned = new Float64Array(count);
  const { triangleIds } = rasteriseTexels({ uvs, triangleUvs }, SIZE_PX);
  for (const id of triangleIds) if (id >= 0) owned[id >> 1]!++;
  const areas = new Float64Array(count);
  let longest = 0;
  for (let t = 0; t < count * 2; t++) {
    const side = (k: number, axis: number): number =>
      (uvs[triangleUvs[t * 3 + k]! * 2 + axis]! - uvs[triangleUvs[t * 3]! * 2 + axis]!) * SIZE_PX;
    areas[t >> 1]! += Math.abs(side(1, 0) * side(2, 1) - side(2, 0) * side(1, 1)) / 2;
    longest = Math.max(longest, ...[1, 2].map((k) => Math.hypot(side(k, 0), side(k, 1)) / SIZE_PX));
  }
  return { owned, areas, longest };
}

describe('projectUvs', () => {
  for (const [name, neckY] of [
    ['an open neck', -0.09],
    ['a closed one', -Infinity],
  ] as const) {
    const head = makeHead(neckY);
    const map = projectUvs(head.positionsHead, head.quads);
    const { owned, areas, longest } = measure(head, map);

    it(`lays out a head with ${name} inside the map, no face across it`, () => {
      expect(Math.min(...map.uvs)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...map.uvs)).toBeLessThanOrEqual(1);
      expect(longest).toBeLessThan(0.2);
    });

    it(`gives every part of a head with ${name} texels of its own`, () => {
      for (let part = 0; part < 4; part++) {
        const sum = (values: Float64Array): number =>
          values.reduce((total, value, q) => total + (head.part[q] === part ? value : 0), 0);
        expect(sum(owned) / sum(areas), `part ${part}`).toBeGreaterThan(0.97);
      }
      const taken = areas.filter((area, q) => area > 8 && owned[q]! < 0.5 * area).length;
      expect(taken).toBe(0);
    });

    it(`shows a head with ${name} as from outside, with even density`, () => {
      const { positionsHead: p, quads } = head;
      const perM2 = areas.map((area, q) => {
        const [a, b, c, d] = [0, 1, 2, 3].map((k) => quads[q * 4 + k]! * 3) as [
          number,
          number,
          number,
          number,
        ];
        const edge = (from: number, to: number): number[] => [0, 1, 2].map((i) => p[to + i]! - p[from + i]!);
        const [one, two] = [edge(a, c), edge(b, d)];
        const cross = [0, 1, 2].map((i) => {
          const [j, k] = [(i + 1) % 3, (i + 2) % 3];
          return one[j]! * two[k]! - one[k]! * two[j]!;
        });
        return area / (Math.hypot(...cross) / 2);
      });
      const sorted = [...perM2].sort((a, b) => a - b);
      const at = (share: number): number => Math.sqrt(sorted[Math.floor(share * (sorted.length - 1))]!);
      expect(at(0.95) / at(0.05)).toBeLessThan(4);
      // The crown, which a map by height would squeeze.
      const crown = perM2.filter((_, q) => p[quads[q * 4]! * 3 + 1]! > 0.1);
      expect(Math.sqrt(Math.min(...crown)) / at(0.5)).toBeGreaterThan(0.4);
    });
  }

  it('gives no texel of the face to what lies behind it, such as the walls of the eye sockets', () => {
    const { neutralHead: p, topology } = readHeadModel(readFileSync('assets/head-model.bin'));
    const { quads } = topology;
    const { uvs, quadUvs } = projectUvs(p, quads);
    const outM = Array.from({ length: quads.length / 4 }, (_, q) =>
      [0, 1, 2, 3].reduce((sum, k) => {
        const at = quads[q * 4 + k]! * 3;
        return sum + Math.hypot(p[at]!, p[at + 1]!, p[at + 2]!) / 4;
      }, 0),
    );
    const ownersOf = (faces: number[]): number[] => {
      const triangleUvs = Uint32Array.from(
        faces.flatMap((q) => [0, 1, 2, 0, 2, 3].map((k) => quadUvs[q * 4 + k]!)),
      );
      const { triangleIds } = rasteriseTexels({ uvs, triangleUvs }, 2048);
      return Array.from(triangleIds, (id) => (id < 0 ? -1 : faces[id >> 1]!));
    };
    const faces = [...outM.keys()];
    const outermost = ownersOf(faces.toSorted((a, b) => outM[b]! - outM[a]! || a - b));
    const stolen = ownersOf(faces).filter(
      (face, i) => face >= 0 && outM[outermost[i]!]! > outM[face]! + 0.003,
    );
    expect(stolen.length).toBeLessThan(10);
  });

  it('is the same every time', () => {
    const { positionsHead, quads } = makeHead();
    expect(projectUvs(positionsHead, quads)).toEqual(projectUvs(positionsHead, quads));
  });
});

describe('packBeside', () => {
  it('puts rectangles beside the square, apart from each other', () => {
    const sizes: Size[] = [
      [0.1, 0.05],
      [0.3, 0.08],
      [0.02, 0.2],
      [0.15, 0.15],
    ];
    const corners = packBeside(0.7, sizes, 0.01)!;
    const boxes = sizes.map(([width, height], i) => {
      const [x, y] = [corners[i * 2]!, corners[i * 2 + 1]!];
      expect(x >= 0.71 || y >= 0.71).toBe(true);
      expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(0.99 + 1e-9);
      return { x, y, right: x + width, bottom: y + height };
    });
    boxes.forEach((a, i) =>
      boxes.slice(i + 1).forEach((b) => {
        const apart = Math.max(b.x - a.right, a.x - b.right, b.y - a.bottom, a.y - b.bottom);
        expect(apart).toBeGreaterThan(0.0199);
      }),
    );
  });

  it('says when they do not fit', () => {
    expect(packBeside(0.7, [[0.8, 0.4]], 0.01)).toBeNull();
    expect(packBeside(0.9, new Array<Size>(24).fill([0.09, 0.09]), 0.001)).toBeNull();
  });
});
