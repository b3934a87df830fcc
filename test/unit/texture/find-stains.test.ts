import { describe, expect, it } from 'vitest';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { skinAround, stainless } from '../../../src-main/pipeline/07-texture/find-stains.ts';

describe('stains on bare skin', () => {
  const ball = makeIcosphere(0.09, 5);
  const graph = buildVertexGraph(ball);
  const count = ball.positionsHead.length / 3;
  const seen = new Uint8Array(count).fill(1);
  const unsure = new Float32Array(count);
  /** Lit from +Y: the underside has half of the light, as a neck has. */
  const paint = (isStain: (x: number, y: number, z: number) => boolean): Float32Array => {
    const out = new Float32Array(count * 3);
    for (let v = 0; v < count; v++) {
      const [x, y, z] = ball.positionsHead.subarray(v * 3, v * 3 + 3) as unknown as [number, number, number];
      const light = (0.75 + (0.25 * y) / 0.09) * (isStain(x, y, z) ? 0.4 : 1);
      out.set([0.8 * light, 0.6 * light, 0.5 * light], v * 3);
    }
    return out;
  };
  const keptOf = (shown: Float32Array, around: Float32Array): Float32Array =>
    Float32Array.from(around, (value, v) => stainless(shown.subarray(v * 3, v * 3 + 3), value));

  it('leaves the light on a form', () => {
    const shown = paint(() => false);
    expect(Math.min(...keptOf(shown, skinAround(graph, shown, seen, unsure)))).toBeGreaterThan(0.9);
  });

  it('finds a blotch of half hair, and nothing beside it', () => {
    const distance = (x: number, y: number, z: number): number => Math.hypot(x - 0.09, y, z);
    const shown = paint((...place) => distance(...place) < 0.012);
    const kept = keptOf(shown, skinAround(graph, shown, seen, unsure));
    kept.forEach((value, v) => {
      const [x, y, z] = ball.positionsHead.subarray(v * 3, v * 3 + 3) as unknown as [number, number, number];
      if (distance(x, y, z) < 0.011) expect(value).toBeLessThan(0.1);
      else if (distance(x, y, z) > 0.013) expect(value).toBeGreaterThan(0.85);
    });
  });

  it('goes on with a shade that the photo shows, however dark', () => {
    // A cheek in the shade, up to an edge; the photo shows its first 20 mm, only views the rest.
    const shown = paint((x) => x > 0);
    const sure = unsure.map((_, v) => (ball.positionsHead[v * 3]! < 0.02 ? 1 : 0));
    const kept = keptOf(shown, skinAround(graph, shown, seen, sure));
    kept.forEach((value, v) => {
      if (ball.positionsHead[v * 3]! > 0.02) expect(value).toBeGreaterThan(0.8);
    });
  });

  it('has a value also where no view sees the skin', () => {
    const shown = paint(() => false);
    const half = seen.map((_, v) => (ball.positionsHead[v * 3]! > 0 ? 1 : 0));
    expect(skinAround(graph, shown, half, unsure).every(Number.isFinite)).toBe(true);
  });
});
