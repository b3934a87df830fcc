import { describe, expect, it } from 'vitest';
import type { TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { makeBox, makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph, solveVertexField } from '../../../src-main/mesh/vertex-graph.ts';

/** (n + 1)² vertices on a unit square, diagonals alternating, so that every inner vertex sees a symmetric star. */
function makeGrid(n: number): TriangleMesh {
  const positions: number[] = [];
  const triangles: number[] = [];
  for (let y = 0; y <= n; y++) for (let x = 0; x <= n; x++) positions.push(x / n, y / n, 0);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const a = y * (n + 1) + x;
      const [b, c, d] = [a + 1, a + n + 2, a + n + 1];
      triangles.push(...((x + y) % 2 === 0 ? [a, b, c, a, c, d] : [a, b, d, b, c, d]));
    }
  }
  return { positionsHead: new Float32Array(positions), triangles: new Uint32Array(triangles) };
}

describe('vertex graph', () => {
  it('lists each neighbour once: a box corner has its three edges and the diagonals that end there', () => {
    const graph = buildVertexGraph(makeBox([1, 1, 1]));
    expect(graph.neighbours.length).toBe(36);
    for (let i = 0; i < 8; i++) {
      const list = graph.neighbours.slice(graph.offsets[i], graph.offsets[i + 1]);
      expect([...new Set(list)].sort()).toEqual([...list]);
    }
  });
});

describe('solveVertexField', () => {
  const grid = makeGrid(16);
  const graph = buildVertexGraph(grid);
  const count = grid.positionsHead.length / 3;
  const x = (i: number): number => grid.positionsHead[i * 3]!;
  const y = (i: number): number => grid.positionsHead[i * 3 + 1]!;
  const isBorder = (i: number): boolean => [0, 1].includes(x(i)) || [0, 1].includes(y(i));

  it('continues a linear border linearly (harmonic)', () => {
    const values = Float32Array.from({ length: count }, (_, i) => (isBorder(i) ? 2 * x(i) - y(i) : 99));
    const confidence = Float32Array.from({ length: count }, (_, i) => (isBorder(i) ? 1e6 : 0));
    const field = solveVertexField(graph, { channels: 1, values, confidence, fallback: [0] });
    field.forEach((value, i) => expect(value).toBeCloseTo(2 * x(i) - y(i), 2));
  });

  it('clones guidance up to a constant that the border sets', () => {
    const detail = Float32Array.from({ length: count }, (_, i) => Math.sin(9 * x(i)) * Math.cos(7 * y(i)));
    const values = detail.map((value) => value + 0.4);
    const confidence = Float32Array.from({ length: count }, (_, i) => (x(i) === 0 ? 1e6 : 0));
    const guidance = { values: detail, valid: new Uint8Array(count).fill(1) };
    const field = solveVertexField(graph, { channels: 1, values, confidence, guidance, fallback: [0] });
    field.forEach((value, i) => expect(value).toBeCloseTo(detail[i]! + 0.4, 2));
  });

  it('gives parts without data the fallback, per channel', () => {
    const sphere = makeIcosphere(1, 1);
    const field = solveVertexField(buildVertexGraph(sphere), {
      channels: 2,
      values: new Float32Array(84),
      confidence: new Float32Array(42),
      fallback: [0.25, 0.75],
    });
    expect([...field]).toEqual(Array.from({ length: 84 }, (_, i) => (i % 2 === 0 ? 0.25 : 0.75)));
  });
});
