import { describe, expect, it } from 'vitest';
import { flippedTriangles } from '../../../src-main/mesh/flipped-triangles.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';

const SIDE = 9;
const EDGE_M = 0.002;
const positionsHead = Float32Array.from({ length: SIDE ** 2 * 3 }, (_, i) => {
  const v = Math.floor(i / 3);
  return [(v % SIDE) * EDGE_M, Math.floor(v / SIDE) * EDGE_M, 0][i % 3]!;
});
const triangles = Uint32Array.from(
  Array.from({ length: (SIDE - 1) ** 2 }, (_, cell) => {
    const a = Math.floor(cell / (SIDE - 1)) * SIDE + (cell % (SIDE - 1));
    return [a, a + 1, a + SIDE + 1, a, a + SIDE + 1, a + SIDE];
  }).flat(),
);
const graph = buildVertexGraph({ positionsHead, triangles });
const flipped = (moved: Float32Array): number[] => flippedTriangles(positionsHead, moved, triangles, graph);

describe('flippedTriangles', () => {
  it('a vertex that is drawn over its neighbours turns triangles over', () => {
    const moved = positionsHead.slice();
    const middle = 4 * SIDE + 4;
    moved[middle * 3]! += 1.5 * EDGE_M;
    const found = flipped(moved);
    expect(found.length).toBeGreaterThan(0);
    for (const t of found) expect([...triangles.subarray(t * 3, t * 3 + 3)]).toContain(middle);
  });

  it('a sheet that is turned over as a whole has none', () => {
    expect(flipped(positionsHead.map((value, i) => (i % 3 === 0 ? value : -value)))).toEqual([]);
  });

  it('a crease of 150° is no flip', () => {
    // Right of the middle the sheet goes back over itself, at 30° to the other half.
    const moved = positionsHead.slice();
    for (let v = 0; v < SIDE ** 2; v++) {
      const beyond = positionsHead[v * 3]! - 4 * EDGE_M;
      if (beyond <= 0) continue;
      moved[v * 3] = 4 * EDGE_M - beyond * Math.cos(Math.PI / 6);
      moved[v * 3 + 2] = beyond * Math.sin(Math.PI / 6);
    }
    expect(flipped(moved)).toEqual([]);
  });
});
