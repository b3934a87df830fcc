import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { fitSkin } from '../../../src-main/pipeline/06-head/fit-skin.ts';

const RADIUS_M = 0.09;
const GROWN_M = 0.004;
/** Bumps as generated views make them: a pixel of the network high, three of them wide. */
const BUMP_M = 0.002;
const WAVE_M = 0.012;

/** A ball of M's, and a surface 4 mm outside of it with bumps: what is the ball's size, and what is noise? */
describe('fitSkin', () => {
  const { positionsHead, triangles } = makeIcosphere(RADIUS_M, 5);
  const count = positionsHead.length / 3;
  const size = 96;
  const spacing = 0.22 / (size - 1);
  const bump = (p: readonly number[]): number =>
    BUMP_M * p.reduce((product, value) => product * Math.cos((2 * Math.PI * value) / WAVE_M), 1.5);
  const values = Float32Array.from({ length: size ** 3 }, (_, i) => {
    const p = [i % size, Math.floor(i / size) % size, Math.floor(i / size ** 2)].map(
      (index) => index * spacing - 0.11,
    );
    return Math.hypot(...p) - RADIUS_M - GROWN_M - bump(p);
  });
  const sdf = {
    size: [size, size, size] as const,
    originHead: [-0.11, -0.11, -0.11] as const,
    spacing,
    values,
  };
  const radii = (doubt: number, trusted: (v: number) => boolean): Float64Array => {
    const out = fitSkin({
      positionsHead,
      triangles,
      graph: buildVertexGraph({ positionsHead, triangles }),
      trust: Float32Array.from({ length: count }, (_, v) => (trusted(v) ? 1 : 0)),
      covered: Float32Array.from({ length: count }, (_, v) => (trusted(v) ? 0 : 1)),
      ownOffset: new Float32Array(count),
      sdf,
      doubt,
    });
    return Float64Array.from({ length: count }, (_, v) => Math.hypot(...out.subarray(v * 3, v * 3 + 3)));
  };
  const spread = (values: Float64Array): { mean: number; deviation: number } => {
    const mean = values.reduce((a, b) => a + b) / count;
    return { mean, deviation: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / count) };
  };
  const all = (): boolean => true;

  it('sure views: bumps are form; doubted ones: the size is believed, the bumps are not', () => {
    const [sure, doubted] = [spread(radii(0, all)), spread(radii(1, all))];
    expect(sure.mean - RADIUS_M).toBeCloseTo(GROWN_M, 3.3);
    expect(doubted.mean - RADIUS_M).toBeCloseTo(GROWN_M, 3.3);
    // Bumps of a product of cosines: a third of their height in root mean square, at the ball about half of that.
    expect(sure.deviation).toBeGreaterThan(3e-4);
    expect(doubted.deviation).toBeLessThan(sure.deviation / 8);
  });

  it('half a doubt is half-way', () => {
    const [sure, half, doubted] = [radii(0, all), radii(0.5, all), radii(1, all)];
    for (let v = 0; v < count; v += 100) expect(half[v]!).toBeCloseTo((sure[v]! + doubted[v]!) / 2, 4);
  });

  it('where nothing is known a doubted change fades without a step', () => {
    const known = radii(1, (v) => positionsHead[v * 3 + 1]! > 0);
    const lowest = Math.min(...known);
    // Opposite of what is known M has most of it back, moved a little towards that side as a whole.
    expect(Math.abs(lowest - RADIUS_M)).toBeLessThan(1e-3);
    expect(Math.max(...known)).toBeLessThan(RADIUS_M + GROWN_M + 1e-3);
    const edges = [...triangles.keys()].map((i) => [
      triangles[i]!,
      triangles[i % 3 === 2 ? i - 2 : i + 1]!,
    ]) as [number, number][];
    for (const [a, b] of edges) expect(Math.abs(known[a]! - known[b]!)).toBeLessThan(4e-4);
  });
});
