import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Points } from '../../../src-main/camera/frames.ts';
import { flippedTriangles } from '../../../src-main/mesh/flipped-triangles.ts';
import { findSelfIntersections } from '../../../src-main/mesh/self-intersections.ts';
import { buildTriangleBvh, refitTriangleBvh } from '../../../src-main/mesh/triangle-bvh.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { readHeadModel } from '../../../src-main/pipeline/03-prior/read-head-model.ts';
import { shapeHead } from '../../../src-main/pipeline/03-prior/shape-head.ts';
import {
  carryExpressions,
  type CarriedExpressions,
} from '../../../src-main/pipeline/06-head/rig/carry-expressions.ts';
import { carryShape, localMaps } from '../../../src-main/pipeline/06-head/rig/carry-shapes.ts';
import { gapToEyeball, measureEyeball } from '../../../src-main/pipeline/06-head/rig/clear-eyeballs.ts';
import { findFaceSlits } from '../../../src-main/pipeline/06-head/rig/face-slits.ts';
import { separateSheets, widestGap } from '../../../src-main/pipeline/06-head/rig/part-sheets.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const model = readHeadModel(new Uint8Array(readFileSync('assets/head-model.bin')));
const { triangles, triangleGroups } = triangulateTopology(model.topology);
const isSkin = Array.from(triangleGroups, (group) =>
  ['skin', 'mouth'].includes(model.topology.groups[group]!),
);
const slits = findFaceSlits(model);
const bvh = buildTriangleBvh({ positionsHead: model.neutralHead, triangles });
const cuts = (positions: Points<'Head'>): number =>
  findSelfIntersections(refitTriangleBvh(bvh, positions), (a, b) => isSkin[a]! && isSkin[b]!).length / 2;
const SEED = 3;

/** Another person, smiling a little: what the shapes are carried to. */
describe(`shapes of another face (seed ${SEED})`, () => {
  const random = createSeededRandom(Uint32Array.of(SEED, 0, 0, 0));
  const weights = model.expressionNames.map((name) => (name.startsWith('mouthSmile') ? 0.3 : 0));
  const identity = Array.from({ length: model.identityCount }, (_, k) => (k < 20 ? 3 * (random() - 0.5) : 0));
  const { positionsHead } = shapeHead(model, [...identity, ...weights]);
  let carried: CarriedExpressions;
  const posed = (...names: string[]): Points<'Head'> => {
    const out = carried.restHead.slice();
    for (const name of names) {
      const from = model.expressionNames.indexOf(name) * out.length;
      for (let i = 0; i < out.length; i++) out[i] = out[i]! + carried.deltasHead[from + i]!;
    }
    return out;
  };
  const fractions: number[] = [];
  beforeAll(async () => {
    carried = await carryExpressions(model, positionsHead, weights, async (fraction) => {
      fractions.push(fraction);
    });
  });

  it('takes a breath before every shape, where it can be ended', async () => {
    expect(fractions).toEqual(model.expressionNames.map((_, e) => e / model.expressionNames.length));
    const stop = new Error('cancelled');
    await expect(carryExpressions(model, positionsHead, weights, () => Promise.reject(stop))).rejects.toBe(
      stop,
    );
  });

  it('finds lips and both pairs of lids', () => {
    expect(slits.map(({ name }) => name)).toEqual(['lips', 'left-lids', 'right-lids']);
    for (const { upper, lower } of slits) {
      const height = (list: Uint32Array): number =>
        list.reduce((sum, v) => sum + model.neutralHead[v * 3 + 1]!, 0) / list.length;
      expect(height(upper.vertices)).toBeGreaterThan(height(lower.vertices) + 0.005);
    }
  });

  it('nothing cuts itself, at rest and in the shapes that bring skin to skin', () => {
    expect(cuts(model.neutralHead)).toBeGreaterThan(50);
    expect(cuts(carried.restHead)).toBe(0);
    for (const shape of [
      'eyeBlinkLeft',
      'eyeSquintRight',
      'mouthPucker',
      'mouthShrugLower',
      'mouthPressLeft',
      'jawOpen',
      'jawForward',
      'noseSneerLeft',
    ])
      expect(cuts(posed(shape)), shape).toBe(0);
  });

  it('no shape turns a triangle over', () => {
    const graph = buildVertexGraph({ positionsHead: carried.restHead, triangles });
    const skin = triangles.filter((_, i) => isSkin[Math.floor(i / 3)]!);
    for (const name of model.expressionNames) {
      const moved = name === 'mouthClose' || name === 'tongueOut' ? posed('jawOpen', name) : posed(name);
      expect(flippedTriangles(carried.restHead, moved, skin, graph), name).toEqual([]);
    }
  });

  it('lids meet in a blink, lips over an open jaw; an open jaw opens the mouth', () => {
    const [lips, left, right] = slits;
    for (const [slit, name] of [
      [left, 'eyeBlinkLeft'],
      [right, 'eyeBlinkRight'],
    ] as const) {
      expect(widestGap(carried.restHead, slit!)).toBeGreaterThan(0.005);
      expect(widestGap(posed(name), slit!)).toBeLessThan(0.0015);
    }
    expect(widestGap(posed('jawOpen'), lips!)).toBeGreaterThan(0.015);
    expect(widestGap(posed('jawOpen', 'mouthClose'), lips!)).toBeLessThan(0.0015);
  });

  it('no visible part of a lid sinks into the eyeball deeper than at rest', () => {
    const [, left] = slits;
    const moved = posed('eyeBlinkLeft');
    const at = (p: Points<'Head'>, v: number): number => gapToEyeball(p, v, measureEyeball(p, left!.ball));
    for (const v of [...left!.upper.shown, ...left!.lower.shown])
      expect(at(moved, v)).toBeGreaterThan(Math.min(at(carried.restHead, v), 0) - 0.0005);
  });

  it('at the photo’s weights the head is the fitted one, up to what lips gave way', () => {
    const out = carried.restHead.slice();
    weights.forEach((weight, e) => {
      for (let i = 0; i < out.length; i++)
        out[i] = out[i]! + weight * carried.deltasHead[e * out.length + i]!;
    });
    out.forEach((value, i) => expect(Math.abs(value - positionsHead[i]!)).toBeLessThan(0.0015));
  });
});

describe('local maps', () => {
  it('of a turned, larger head turn and enlarge every displacement', () => {
    const turned = model.neutralHead.slice();
    for (let i = 0; i < turned.length; i += 3) {
      const [x, y] = [turned[i]!, turned[i + 1]!];
      turned.set([-1.1 * y, 1.1 * x, 1.1 * turned[i + 2]!], i);
    }
    const graph = buildVertexGraph({ positionsHead: model.neutralHead, triangles });
    const delta = Float32Array.from(turned, (_, i) => [0.003, 0.001, 0.002][i % 3]!);
    const out = carryShape(delta, localMaps(model.neutralHead, turned, triangles, graph));
    for (let i = 0; i < out.length; i += 3000) {
      expect(out[i]).toBeCloseTo(-0.0011, 3);
      expect(out[i + 1]).toBeCloseTo(0.0033, 3);
      expect(out[i + 2]).toBeCloseTo(0.0022, 3);
    }
  });
});

describe('separateSheets', () => {
  it('leaves what is apart as it is, to the last bit', () => {
    const p = model.neutralHead.slice();
    separateSheets(p, slits[0]!);
    const again = p.slice();
    expect(separateSheets(again, slits[0]!)).toBeLessThan(1e-6);
    again.forEach((value, i) => expect(Math.abs(value - p[i]!)).toBeLessThan(1e-6));
    const lids = model.neutralHead.slice();
    expect(separateSheets(lids, slits[1]!)).toBe(0);
    expect(lids).toEqual(model.neutralHead);
  });
});
