import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Points } from '../../../src-main/camera/frames.ts';
import { foldedTriangles } from '../../../src-main/mesh/folded-triangles.ts';
import { findSelfIntersections } from '../../../src-main/mesh/self-intersections.ts';
import { buildTriangleBvh } from '../../../src-main/mesh/triangle-bvh.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { readHeadModel } from '../../../src-main/pipeline/03-prior/read-head-model.ts';
import { isOfJaw } from '../../../src-main/pipeline/06-head/rig/face-slits.ts';
import { relaxFolds } from '../../../src-main/pipeline/06-head/rig/relax-folds.ts';
import { relaxTangles } from '../../../src-main/pipeline/06-head/rig/relax-tangles.ts';
import { findSkinPatches, skinTriangles } from '../../../src-main/pipeline/06-head/rig/skin-patches.ts';

const model = readHeadModel(new Uint8Array(readFileSync('assets/head-model.bin')));
const [nose, bag] = findSkinPatches(model);
const base = model.neutralHead;
const regionOf = (v: number): string => model.regionNames[model.regions[v]!]!;
const cuts = (positionsHead: Points<'Head'>, triangles: Uint32Array): number =>
  findSelfIntersections(buildTriangleBvh({ positionsHead, triangles })).length / 2;

const distance = (a: number, b: number): number =>
  Math.hypot(...[0, 1, 2].map((k) => base[a * 3 + k]! - base[b * 3 + k]!));
/** A dent of the chin as deep as to reach the bag behind it. */
const DENT_M = 0.018;
const WIDTH_M = 0.012;

describe('findSkinPatches', () => {
  it('finds the nose, and of bag and lips what the jaw moves', () => {
    expect([nose!.name, bag!.name]).toEqual(['nose', 'bag']);
    expect([...nose!.vertices].every((v) => regionOf(v) === 'nose')).toBe(true);
    const moving = [...bag!.vertices].filter((v) => ['inner', 'mouth'].includes(regionOf(v)));
    expect(moving.length).toBeGreaterThan(200);
    expect(moving.every((v) => isOfJaw(model, v))).toBe(true);
    expect([...bag!.vertices].some((v) => regionOf(v) === 'chin')).toBe(true);
    expect(cuts(base, nose!.triangles) + cuts(base, bag!.triangles)).toBe(0);
  });

  it('a bag that comes out of the chin is inside of it again, and nothing else has moved', () => {
    const moved = base.slice();
    const chin = [...bag!.vertices].filter((v) => regionOf(v) === 'chin');
    const top = chin.reduce((a, v) => (base[v * 3 + 1]! > base[a * 3 + 1]! ? v : a));
    for (const v of bag!.vertices)
      if (regionOf(v) !== 'inner')
        moved[v * 3 + 2]! -= DENT_M * Math.exp(-((distance(v, top) / WIDTH_M) ** 2));
    expect(cuts(moved, bag!.triangles)).toBeGreaterThan(20);
    const before = moved.slice();
    const bvh = buildTriangleBvh({ positionsHead: base, triangles: bag!.triangles });
    expect(relaxTangles(base, moved, bvh)).toBe(0);
    expect(cuts(moved, bag!.triangles)).toBe(0);
    const isOfBag = new Set(bag!.vertices);
    for (let v = 0; v < moved.length / 3; v++)
      if (!isOfBag.has(v)) expect(moved[v * 3 + 2]).toBe(before[v * 3 + 2]);
  });
});

describe('relaxFolds', () => {
  const { triangles } = triangulateTopology(model.topology);
  const graph = buildVertexGraph({ positionsHead: base, triangles });
  const skin = skinTriangles(model.topology);
  const folded = (positionsHead: Points<'Head'>): number =>
    foldedTriangles({ positionsHead, triangles: skin }).length;

  it('turns back a vertex that was dragged over its neighbours, and leaves what is far from it', () => {
    const ear = base.findIndex((_, v) => v < base.length / 3 && regionOf(v) === 'ear-left');
    const moved = base.slice();
    for (let k = 0; k < 3; k++) {
      const beyond = graph.neighbours[graph.offsets[ear]!]!;
      moved[ear * 3 + k] = 3 * base[beyond * 3 + k]! - 2 * base[ear * 3 + k]!;
    }
    expect(folded(base)).toBe(0);
    expect(folded(moved)).toBeGreaterThan(0);
    expect(relaxFolds(base, moved, skin, graph)).toBe(0);
    expect(folded(moved)).toBe(0);
    for (let v = 0; v < moved.length / 3; v++)
      if (distance(v, ear) > 0.03) expect(moved[v * 3]).toBe(base[v * 3]);
  });
});
