import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { joinColours } from '../../../src-main/pipeline/07-texture/join-colours.ts';

describe('joinColours', () => {
  const { positionsHead, triangles } = makeIcosphere(0.1, 4);
  const graph = buildVertexGraph({ positionsHead, triangles });
  const count = positionsHead.length / 3;
  /** The photo sees the front; there it is brighter by a tenth. */
  const trust = Float32Array.from({ length: count }, (_, v) => (positionsHead[v * 3 + 2]! > 0 ? 1 : 0));
  const front = Float32Array.from({ length: count * 3 }, (_, i) => 0.1 * trust[Math.floor(i / 3)]!);

  it('is the difference where both see, and goes on beyond, weaker the farther', () => {
    const offset = joinColours(graph, front, trust);
    const at = (z: number): number => {
      const near = [...trust.keys()].filter((v) => Math.abs(positionsHead[v * 3 + 2]! - z) < 0.01);
      return near.reduce((sum, v) => sum + offset[v * 3]! / near.length, 0);
    };
    expect(at(0.07)).toBeCloseTo(0.1, 2);
    expect(at(-0.03)).toBeLessThan(at(0.07));
    expect(at(-0.03)).toBeGreaterThan(0.02);
    expect(at(-0.09)).toBeLessThan(at(-0.03));
  });

  it('does not spread what single vertices at the end of the photo say', () => {
    const dark = front.slice();
    const lash = [...trust.keys()].filter(
      (v) =>
        trust[v] === 1 && positionsHead[v * 3 + 2]! < 0.012 && Math.abs(positionsHead[v * 3 + 1]!) < 0.012,
    );
    expect(lash.length).toBeGreaterThan(2);
    for (const v of lash) dark.fill(-0.6, v * 3, v * 3 + 3);
    const [plain, offset] = [joinColours(graph, front, trust), joinColours(graph, dark, trust)];
    offset.forEach((value, i) => expect(Math.abs(value - plain[i]!)).toBeLessThan(0.03));
  });
});
