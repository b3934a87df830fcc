import { describe, expect, it } from 'vitest';
import type { TriangleMesh } from '../../../src-main/mesh/mesh.ts';
import { makeBox, makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import {
  buildVertexGraph,
  type FieldProblem,
  solveVertexField,
  type VertexGraph,
} from '../../../src-main/mesh/vertex-graph.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

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

describe('vertex graph of random triangles', () => {
  it('lists what sets of neighbours hold, ascending; corners that fall together are no neighbours', () => {
    const seed = Uint32Array.of(2, 7, 1, 8);
    const random = createSeededRandom(seed);
    const vertexCount = 30;
    const triangles = Uint32Array.from({ length: 3 * 200 }, () => Math.floor(random() * (vertexCount - 1)));
    const positionsHead = Float32Array.from({ length: 3 * vertexCount }, () => random());
    const sets = Array.from({ length: vertexCount }, () => new Set<number>());
    triangles.forEach((a, corner) => {
      const b = triangles[corner - (corner % 3) + ((corner + 1) % 3)]!;
      if (a === b) return;
      sets[a]!.add(b);
      sets[b]!.add(a);
    });
    const { offsets, neighbours } = buildVertexGraph({ positionsHead, triangles });
    const lists = sets.map((_, i) => [...neighbours.subarray(offsets[i], offsets[i + 1])]);
    expect(lists, `seed ${seed}`).toEqual(sets.map((set) => [...set].sort((a, b) => a - b)));
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

  it('agrees with a dense solve on a closed mesh with sparse data, weak pulls and guidance', () => {
    const random = createSeededRandom(Uint32Array.of(7, 0, 0, 0));
    const sphere = makeIcosphere(1, 3);
    const ball = buildVertexGraph(sphere);
    const size = sphere.positionsHead.length / 3;
    const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random());
    const problem = {
      // More channels than are solved together.
      channels: 4,
      values: draw(size * 4),
      confidence: Float32Array.from(
        { length: size },
        () => [0, 0, 0, 0, 0.01, 60][Math.floor(6 * random())]!,
      ),
      guidance: {
        values: draw(size * 4),
        valid: Uint8Array.from(draw(size), (value) => (value < 0.6 ? 1 : 0)),
      },
      fallback: [0, 0, 0, 0],
    };
    const field = solveVertexField(ball, problem);
    const oracle = solveDense(ball, problem);
    // What solveVertexField promises.
    field.forEach((value, i) => expect(Math.abs(value - oracle[i]!)).toBeLessThan(1e-3));
    expect(solveVertexField(ball, problem)).toEqual(field);
  });

  it('solves parts that do not touch apart, each with its own data', () => {
    const one = makeIcosphere(1, 2);
    const count = one.positionsHead.length / 3;
    const pair = {
      positionsHead: new Float32Array([...one.positionsHead, ...one.positionsHead]),
      triangles: new Uint32Array([...one.triangles, ...one.triangles.map((vertex) => vertex + count)]),
    };
    const confidence = new Float32Array(2 * count);
    const values = new Float32Array(2 * count);
    confidence[3] = 5;
    values[3] = 0.75;
    const field = solveVertexField(buildVertexGraph(pair), {
      channels: 1,
      values,
      confidence,
      fallback: [-1],
    });
    field.forEach((value, i) => expect(value).toBeCloseTo(i < count ? 0.75 : -1, 3));
  });
});

/** Normal equations as a full matrix, Gaussian elimination with pivots. */
function solveDense(graph: VertexGraph, problem: FieldProblem): Float64Array {
  const { channels, values, confidence, guidance } = problem;
  const n = confidence.length;
  const rows = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(n + channels);
    row[i] = confidence[i]!;
    for (let c = 0; c < channels; c++) row[n + c] = confidence[i]! * values[i * channels + c]!;
    for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++) {
      const j = graph.neighbours[e]!;
      row[i] = row[i]! + graph.weights[e]!;
      row[j] = row[j]! - graph.weights[e]!;
      if (guidance === undefined || guidance.valid[i] !== 1 || guidance.valid[j] !== 1) continue;
      for (let c = 0; c < channels; c++) {
        const steps = guidance.values[i * channels + c]! - guidance.values[j * channels + c]!;
        row[n + c] = row[n + c]! + graph.weights[e]! * steps;
      }
    }
    return row;
  });
  for (let k = 0; k < n; k++) {
    const pivot = rows.reduce(
      (best, row, i) => (i >= k && Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? i : best),
      k,
    );
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = 0; i < n; i++) {
      const share = rows[i]![k]! / rows[k]![k]!;
      if (i === k || share === 0) continue;
      for (let j = k; j < n + channels; j++) rows[i]![j] = rows[i]![j]! - share * rows[k]![j]!;
    }
  }
  return Float64Array.from({ length: n * channels }, (_, at) => {
    const i = Math.floor(at / channels);
    return rows[i]![n + (at % channels)]! / rows[i]![i]!;
  });
}
