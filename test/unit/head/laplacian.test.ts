import { describe, expect, it } from 'vitest';
import { faceNormals } from '../../../src-main/mesh/face-normals.ts';
import {
  applyUmbrella,
  applyUmbrellaTransposed,
  bilaplacianDiagonal,
  weightSums,
} from '../../../src-main/mesh/laplacian.ts';
import { makeBox, makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { buildVertexGraph } from '../../../src-main/mesh/vertex-graph.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const SEED = 11;

describe(`umbrella operator (seed ${SEED})`, () => {
  const random = createSeededRandom(Uint32Array.of(SEED, 0, 0, 0));
  const mesh = makeIcosphere(0.1, 2);
  const graph = buildVertexGraph(mesh);
  const sums = weightSums(graph);
  const n = sums.length;
  const noise = (channels: number): Float64Array =>
    Float64Array.from({ length: n * channels }, () => random() - 0.5);

  it('is nothing for a constant and points out of a sphere for its positions', () => {
    const out = new Float64Array(n * 3);
    applyUmbrella(graph, sums, 3, new Float64Array(n * 3).fill(2.5), out);
    out.forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-12));
    applyUmbrella(graph, sums, 3, Float64Array.from(mesh.positionsHead), out);
    for (let i = 0; i < n * 3; i += 3) {
      const along = [0, 1, 2].reduce((sum, k) => sum + out[i + k]! * mesh.positionsHead[i + k]!, 0);
      expect(along / (0.1 * Math.hypot(out[i]!, out[i + 1]!, out[i + 2]!))).toBeGreaterThan(0.9);
    }
  });

  it('the transposed operator is the transpose: ⟨L x, y⟩ = ⟨x, Lᵀ y⟩', () => {
    const [x, y] = [noise(2), noise(2)];
    const [lx, ly] = [new Float64Array(n * 2), new Float64Array(n * 2)];
    applyUmbrella(graph, sums, 2, x, lx);
    applyUmbrellaTransposed(graph, sums, 2, y, ly);
    const dot = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(dot(lx, y)).toBeCloseTo(dot(x, ly), 10);
  });

  it('diagonal of LᵀL: what a unit vector gets back', () => {
    const diagonal = bilaplacianDiagonal(graph, sums);
    const [lx, llx] = [new Float64Array(n), new Float64Array(n)];
    for (const i of [0, 5, n - 1]) {
      const unit = new Float64Array(n);
      unit[i] = 1;
      applyUmbrella(graph, sums, 1, unit, lx);
      applyUmbrellaTransposed(graph, sums, 1, lx, llx);
      expect(diagonal[i]).toBeCloseTo(llx[i]!, 12);
    }
  });
});

describe('faceNormals', () => {
  it('box: along the axes, outwards; zero without area', () => {
    const box = makeBox([1, 2, 3]);
    const normals = faceNormals({ ...box, triangles: Uint32Array.from([...box.triangles, 0, 0, 1]) });
    for (let t = 0; t < 12; t++) {
      const normal = [...normals.slice(t * 3, t * 3 + 3)];
      const axis = normal.findIndex((value) => Math.abs(value) === 1);
      expect(normal.filter((value) => value !== 0)).toHaveLength(1);
      // Every corner of the face lies on the side that the normal says.
      const corner = box.triangles[t * 3]!;
      expect(box.positionsHead[corner * 3 + axis]! * normal[axis]!).toBeCloseTo([0.5, 1, 1.5][axis]!);
    }
    expect([...normals.slice(36)]).toEqual([0, 0, 0]);
  });
});
