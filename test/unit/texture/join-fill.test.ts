import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph, solveVertexField } from '../../../src-main/mesh/vertex-graph.ts';
import { joinFill } from '../../../src-main/pipeline/07-texture/join-fill.ts';
import { mirrorUnseen } from '../../../src-main/pipeline/07-texture/mirror-unseen.ts';

const { positionsHead, triangles } = makeIcosphere(0.1, 4);
const graph = buildVertexGraph({ positionsHead, triangles });
const count = positionsHead.length / 3;
const place = (v: number, axis: number): number => positionsHead[v * 3 + axis]!;
const all = [...Array(count).keys()];
const meanOf = (values: Float32Array, isIt: (v: number) => boolean): number => {
  const found = all.filter(isIt);
  expect(found.length).toBeGreaterThan(3);
  return found.reduce((sum, v) => sum + values[v * 3]! / found.length, 0);
};

describe('joinFill', () => {
  /** The photo sees the front, in the shade; the fill is bright. */
  const photo = {
    colours: new Float32Array(count * 3).fill(0.2),
    weights: Float32Array.from(all, (v) => (place(v, 2) > 0 ? 1 : 0)),
  };
  const join = (roots: number, isSkin: (v: number) => boolean = () => true): Float32Array => {
    const fill = new Float32Array(count * 3).fill(0.7);
    joinFill({ graph, fill, photo, isSkin, rooted: new Float32Array(count).fill(roots) });
    return fill;
  };
  const beside = (v: number): boolean => place(v, 2) < -0.004 && place(v, 2) > -0.012;
  const farther = (v: number): boolean => place(v, 2) < -0.03 && place(v, 2) > -0.04;

  it('meets the photo at its end and is itself far from there', () => {
    const fill = join(0);
    expect(meanOf(fill, (v) => place(v, 2) > 0.01)).toBeCloseTo(0.2, 1);
    expect(meanOf(fill, beside)).toBeLessThan(0.35);
    expect(meanOf(fill, (v) => place(v, 2) < -0.09)).toBeGreaterThan(0.52);
  });

  it('among roots of hair it is itself soon', () => {
    expect(meanOf(join(1), farther)).toBeGreaterThan(0.66);
    expect(meanOf(join(0), farther)).toBeLessThan(0.6);
  });

  it('leaves what is no skin', () => {
    expect(join(0, () => false)).toEqual(new Float32Array(count * 3).fill(0.7));
  });
});

describe('mirrorUnseen', () => {
  it('a patch in the shade takes the other side’s form, not its light', () => {
    const mirror = Uint32Array.from(all, (v) => {
      const [x, y, z] = [-place(v, 0), place(v, 1), place(v, 2)];
      const distance = (j: number): number => Math.hypot(place(j, 0) - x, place(j, 1) - y, place(j, 2) - z);
      return all.reduce((best, j) => (distance(j) < distance(best) ? j : best));
    });
    // Left is in the light, right in the shade; form is a ramp in height. A patch of the right is unknown.
    const truth = Float32Array.from(
      { length: count * 3 },
      (_, k) => (place(Math.floor(k / 3), 0) > 0 ? 0.7 : 0.2) + place(Math.floor(k / 3), 1),
    );
    const isPatch = (v: number): boolean => Math.hypot(place(v, 0) + 0.1, place(v, 1), place(v, 2)) < 0.03;
    const values = truth.map((value, k) => (isPatch(Math.floor(k / 3)) ? 0 : value));
    const confidence = Float32Array.from(all, (v) => (isPatch(v) ? 0 : 60));
    const lend = new Float32Array(count).fill(1);
    const { isMirror, guidance } = mirrorUnseen({
      mirror,
      values,
      confidence,
      lend,
      isSkin: () => true,
      known: 15,
    });
    expect([...isMirror]).toEqual(all.map((v) => (isPatch(v) ? 1 : 0)));
    const fill = solveVertexField(graph, { channels: 3, values, confidence, guidance, fallback: [0, 0, 0] });
    for (const v of all.filter(isPatch)) expect(Math.abs(fill[v * 3]! - truth[v * 3]!)).toBeLessThan(0.12);
  });
});
