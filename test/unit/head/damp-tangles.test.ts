import { describe, expect, it } from 'vitest';
import { flippedTriangles } from '../../../src-main/mesh/flipped-triangles.ts';
import { findSelfIntersections } from '../../../src-main/mesh/self-intersections.ts';
import { buildTriangleBvh } from '../../../src-main/mesh/triangle-bvh.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { dampTangles } from '../../../src-main/pipeline/06-head/rig/damp-tangles.ts';

const SIDE = 21;
const EDGE_M = 0.002;
const GAP_M = 0.004;

/** Two sheets, 4 mm apart: the bag of the mouth below, the cheek above it. */
function makeSheets(): { positionsHead: Float32Array; triangles: Uint32Array } {
  const positions: number[] = [];
  const triangles: number[] = [];
  for (let sheet = 0; sheet < 2; sheet++) {
    const first = positions.length / 3;
    for (let i = 0; i < SIDE ** 2; i++)
      positions.push(((i % SIDE) - 10) * EDGE_M, (Math.floor(i / SIDE) - 10) * EDGE_M, sheet * GAP_M);
    for (let y = 0; y + 1 < SIDE; y++) {
      for (let x = 0; x + 1 < SIDE; x++) {
        const a = first + y * SIDE + x;
        triangles.push(a, a + 1, a + SIDE + 1, a, a + SIDE + 1, a + SIDE);
      }
    }
  }
  return { positionsHead: Float32Array.from(positions), triangles: Uint32Array.from(triangles) };
}

describe('dampTangles', () => {
  const { positionsHead: base, triangles } = makeSheets();
  const bvh = buildTriangleBvh({ positionsHead: base, triangles });
  const graph = buildVertexGraph({ positionsHead: base, triangles });
  const cuts = (positionsHead: Float32Array): number =>
    findSelfIntersections(buildTriangleBvh({ positionsHead, triangles })).length / 2;
  /** The lower sheet bulges by 6 mm in its middle, 5 mm wide; both go sideways. */
  const moved = base.slice();
  for (let v = 0; v < SIDE ** 2 * 2; v++) {
    moved[v * 3]! += 0.003;
    if (v < SIDE ** 2)
      moved[v * 3 + 2]! += 0.006 * Math.exp(-(base[v * 3]! ** 2 + base[v * 3 + 1]! ** 2) / (2 * 0.005 ** 2));
  }

  it('takes a move back where it cuts, and leaves it alone elsewhere', () => {
    expect(cuts(moved)).toBeGreaterThan(10);
    const out = moved.slice();
    expect(dampTangles(base, out, bvh, graph)).toBe(0);
    expect(cuts(out)).toBe(0);
    const middle = 10 * SIDE + 10;
    expect(out[middle * 3 + 2]).toBeGreaterThan(0.5 * GAP_M);
    expect(out.subarray(0, 3)).toEqual(moved.subarray(0, 3));
  });

  it('takes a move back that turns triangles over', () => {
    const out = base.slice();
    const middle = 10 * SIDE + 10;
    out[middle * 3]! += 1.5 * EDGE_M;
    expect(flippedTriangles(base, out, triangles, graph).length).toBeGreaterThan(0);
    expect(dampTangles(base, out, bvh, graph)).toBe(0);
    expect(out[middle * 3]! - base[middle * 3]!).toBeGreaterThan(0.2 * EDGE_M);
  });

  it('does not answer for what the base cuts already', () => {
    const crossed = base.slice();
    crossed[2] = 2 * GAP_M;
    const out = crossed.map((value, i) => value + (i % 3 === 0 ? 0.003 : 0));
    const before = out.slice();
    expect(cuts(crossed)).toBeGreaterThan(0);
    expect(dampTangles(crossed, out, bvh, graph)).toBe(0);
    expect(out).toEqual(before);
  });
});
