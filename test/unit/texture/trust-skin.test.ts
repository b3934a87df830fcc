import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { trustSkin } from '../../../src-main/pipeline/07-texture/trust-skin.ts';

describe('what of the colours is skin', () => {
  it('beside hair the photo counts in full, views do not, and neither lends hair to the fill', () => {
    const mesh = makeIcosphere(0.08, 4);
    const count = mesh.positionsHead.length / 3;
    const skin = [0.8, 0.6, 0.5];
    const isUnderHair = (v: number): boolean => mesh.positionsHead[v * 3 + 1]! > 0.06;
    const colours = Float32Array.from({ length: count * 3 }, (_, i) =>
      isUnderHair(Math.floor(i / 3)) ? 0.05 : skin[i % 3]! + 0.02 * Math.sin(i),
    );
    const trust = trustSkin({
      mesh,
      graph: buildVertexGraph(mesh),
      normals: mesh.positionsHead.map((value) => value / 0.08),
      isSkin: () => true,
      colours,
      seen: new Float32Array(count).fill(1),
      coverage: Float32Array.from({ length: count }, (_, v) => (isUnderHair(v) ? 1 : 0)),
    });
    const covered = [...Array(count).keys()].filter(isUnderHair);
    expect(covered.length).toBeGreaterThan(20);
    for (const v of covered) {
      expect(trust.photo[v]).toBe(1);
      expect(trust.own[v]).toBe(0);
      expect(trust.lend[v]).toBe(0);
    }
    expect(trust.own.filter((share) => share === 1).length).toBe(count - covered.length);
  });
});
