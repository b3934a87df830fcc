/**
 * The smoothest displacement of a template that meets its targets.
 * in: graph of the template (N), per vertex a target displacement (N, 3) m with a weight across the surface and a weight
 * along it, unit normals (N, 3) → out: u (N, 3) m in place, minimising
 *   Σ wₙ (nᵀ(u − t))² + wₜ |u − t|² + stiffness |L u|² + stretch |∇u|²
 * with L the umbrella operator: u bends as little as it can, so the template's own relief is carried along.
 * Amberg et al., Optimal step nonrigid ICP (2007), with displacements instead of affine maps: 3 unknowns a vertex, not 12.
 */
import {
  applyUmbrella,
  applyUmbrellaTransposed,
  bilaplacianDiagonal,
  weightSums,
} from '../../mesh/laplacian.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { solveConjugateGradient } from '../../tensor/conjugate-gradient.ts';

export type DisplacementTargets = {
  /** (N, 3) m. */
  targets: Float64Array;
  /** (N, 3) unit. */
  normals: Float32Array;
  /** (N) weight of meeting the plane through the target. */
  acrossWeights: Float64Array;
  /** (N) weight of meeting the target itself. */
  pointWeights: Float64Array;
};

/** Membrane term beside the bending term: keeps vertices without a target between those that have one. */
const STRETCH = 0.01;
/** 1 % of the right-hand side is about 0.2 mm of hair; the next round starts from here. */
const TOLERANCE = 0.003;
const MAX_STEPS = 200;

export function solveDisplacement(
  graph: VertexGraph,
  data: DisplacementTargets,
  stiffness: number,
  u: Float64Array,
): number {
  const { targets, normals, acrossWeights, pointWeights } = data;
  const { offsets, neighbours, weights } = graph;
  const sums = weightSums(graph);
  const bending = bilaplacianDiagonal(graph, sums);
  const count = sums.length;
  const diagonal = new Float64Array(count * 3);
  const b = new Float64Array(count * 3);
  const umbrella = new Float64Array(count * 3);
  const transposed = new Float64Array(count * 3);
  for (let i = 0; i < count; i++) {
    const [nx, ny, nz] = [normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!];
    const along = nx * targets[i * 3]! + ny * targets[i * 3 + 1]! + nz * targets[i * 3 + 2]!;
    for (let k = 0; k < 3; k++) {
      const n = normals[i * 3 + k]!;
      b[i * 3 + k] = acrossWeights[i]! * along * n + pointWeights[i]! * targets[i * 3 + k]!;
      diagonal[i * 3 + k] =
        acrossWeights[i]! * n * n + pointWeights[i]! + stiffness * bending[i]! + STRETCH * sums[i]! + 1e-12;
    }
  }
  const apply = (x: Float64Array, out: Float64Array): void => {
    applyUmbrella(graph, sums, 3, x, umbrella);
    applyUmbrellaTransposed(graph, sums, 3, umbrella, transposed);
    for (let i = 0; i < count; i++) {
      const at = i * 3;
      const along = normals[at]! * x[at]! + normals[at + 1]! * x[at + 1]! + normals[at + 2]! * x[at + 2]!;
      for (let k = 0; k < 3; k++) {
        let stretch = sums[i]! * x[at + k]!;
        for (let e = offsets[i]!; e < offsets[i + 1]!; e++)
          stretch -= weights[e]! * x[neighbours[e]! * 3 + k]!;
        out[at + k] =
          acrossWeights[i]! * along * normals[at + k]! +
          pointWeights[i]! * x[at + k]! +
          stiffness * transposed[at + k]! +
          STRETCH * stretch +
          1e-12 * x[at + k]!;
      }
    }
  };
  return solveConjugateGradient({ apply, diagonal, b }, u, { tolerance: TOLERANCE, maxSteps: MAX_STEPS });
}
