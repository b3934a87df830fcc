/**
 * Vertices as a graph, and smooth fields on it.
 *
 * In: triangles (F, 3). Out: neighbour lists of the N vertices; solutions (N, C) of a screened Poisson problem
 *   min_x  Σ_i c_i |x_i − v_i|²  +  Σ_(i,j) w_ij |(x_i − x_j) − (g_i − g_j)|²
 * with data v, confidence c, guidance g (on edges whose two ends have guidance; 0 elsewhere) and w_ij = 1 / edge length,
 * so that a coarse part of the mesh carries a field as far as a fine one. Without guidance it is smoothest filling-in
 * (harmonic where c = 0); with guidance it is the seamless cloning of Pérez et al. 2003 on a surface.
 * Cotangent weights were left out: they turn negative on the template's long quads and then overshoot the data.
 */
import type { TriangleMesh } from './mesh.ts';

export type VertexGraph = {
  /** (N + 1) start of each vertex's list in `neighbours`. */
  offsets: Uint32Array;
  /** (2E) neighbours, ascending within a list. */
  neighbours: Uint32Array;
  /** (2E) 1 / edge length, relative to the mean of the mesh; bounded. */
  weights: Float32Array;
};

export function buildVertexGraph(mesh: TriangleMesh): VertexGraph {
  const { positionsHead: p, triangles } = mesh;
  const vertexCount = p.length / 3;
  const lists = Array.from({ length: vertexCount }, () => new Set<number>());
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]!;
      const b = triangles[t + ((k + 1) % 3)]!;
      if (a === b) continue;
      lists[a]!.add(b);
      lists[b]!.add(a);
    }
  }
  const offsets = new Uint32Array(vertexCount + 1);
  lists.forEach((list, i) => (offsets[i + 1] = offsets[i]! + list.size));
  const neighbours = new Uint32Array(offsets[vertexCount]!);
  lists.forEach((list, i) =>
    neighbours.set(
      [...list].sort((a, b) => a - b),
      offsets[i],
    ),
  );
  const lengths = new Float32Array(neighbours.length);
  let sum = 0;
  for (let i = 0; i < vertexCount; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const j = neighbours[e]!;
      lengths[e] = Math.hypot(
        p[i * 3]! - p[j * 3]!,
        p[i * 3 + 1]! - p[j * 3 + 1]!,
        p[i * 3 + 2]! - p[j * 3 + 2]!,
      );
      sum += lengths[e]!;
    }
  }
  const mean = sum / Math.max(1, neighbours.length);
  // Bounded, so that one needle-thin triangle does not freeze its vertices together.
  const weights = lengths.map((length) => Math.min(10, mean / Math.max(length, 1e-9)));
  return { offsets, neighbours, weights };
}

/** The same graph with every edge's weight multiplied by `factor(i, j)`, which has to be symmetric. */
export function scaleEdges(graph: VertexGraph, factor: (i: number, j: number) => number): VertexGraph {
  const weights = graph.weights.slice();
  for (let i = 0; i + 1 < graph.offsets.length; i++) {
    for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++) {
      weights[e] = weights[e]! * factor(i, graph.neighbours[e]!);
    }
  }
  return { ...graph, weights };
}

export type FieldProblem = {
  channels: number;
  /** (N, C) v; read only where confidence > 0. */
  values: Float32Array;
  /** (N) c ≥ 0, against edge weights of about 1. */
  confidence: Float32Array;
  /** (N, C) g and (N) whether a vertex has it. */
  guidance?: { values: Float32Array; valid: Uint8Array };
  /** What parts of the mesh without any data become. */
  fallback: readonly number[];
};

/** Over-relaxation: near the optimum for paths of about 60 edges, the distance from an ear around to the other. */
const RELAXATION = 1.9;
/** Sweeps; on the 12k-vertex template the largest change is below the tolerance after about 250. */
const SWEEPS_MAX = 500;
/** A fortieth of a step of an 8-bit colour. */
const TOLERANCE = 1e-4;

/** (N, C). Gauss–Seidel with over-relaxation in vertex order: deterministic. */
export function solveVertexField(graph: VertexGraph, problem: FieldProblem): Float32Array {
  const { channels, values, confidence } = problem;
  const { offsets, neighbours, weights } = graph;
  const vertexCount = confidence.length;
  const x = spreadNearest(graph, problem);
  const pull = sumGuidance(graph, problem);
  const totals = Float64Array.from(confidence, (c, i) => {
    let total = c;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) total += weights[e]!;
    return total;
  });
  const sum = new Float64Array(channels);
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    let change = 0;
    for (let i = 0; i < vertexCount; i++) {
      const c = confidence[i]!;
      const total = totals[i]!;
      if (total <= 0) continue;
      for (let k = 0; k < channels; k++)
        sum[k] = pull[i * channels + k]! + (c > 0 ? c * values[i * channels + k]! : 0);
      for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
        const weight = weights[e]!;
        const from = neighbours[e]! * channels;
        for (let k = 0; k < channels; k++) sum[k] = sum[k]! + weight * x[from + k]!;
      }
      for (let k = 0; k < channels; k++) {
        const step = RELAXATION * (sum[k]! / total - x[i * channels + k]!);
        change = Math.max(change, Math.abs(step));
        x[i * channels + k] = x[i * channels + k]! + step;
      }
    }
    if (change < TOLERANCE) break;
  }
  return x;
}

/** (N, C) Σ_j w_ij (g_i − g_j) over edges whose two ends have guidance: the constant part of every sweep. */
function sumGuidance(graph: VertexGraph, problem: FieldProblem): Float64Array {
  const { channels, guidance, confidence } = problem;
  const pull = new Float64Array(confidence.length * channels);
  if (guidance === undefined) return pull;
  const { values, valid } = guidance;
  for (let i = 0; i < confidence.length; i++) {
    if (valid[i] !== 1) continue;
    for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++) {
      const j = graph.neighbours[e]!;
      if (valid[j] !== 1) continue;
      for (let k = 0; k < channels; k++) {
        const difference = values[i * channels + k]! - values[j * channels + k]!;
        pull[i * channels + k] = pull[i * channels + k]! + graph.weights[e]! * difference;
      }
    }
  }
  return pull;
}

/** First guess: every vertex takes the value of the data vertex that is the fewest edges away. */
function spreadNearest(graph: VertexGraph, problem: FieldProblem): Float32Array {
  const { channels, values, confidence, fallback } = problem;
  const { offsets, neighbours } = graph;
  const x = new Float32Array(confidence.length * channels);
  for (let i = 0; i < x.length; i++) x[i] = fallback[i % channels]!;
  const reached = new Uint8Array(confidence.length);
  let front: number[] = [];
  confidence.forEach((c, i) => {
    if (c <= 0) return;
    x.set(values.subarray(i * channels, (i + 1) * channels), i * channels);
    reached[i] = 1;
    front.push(i);
  });
  while (front.length > 0) {
    const next: number[] = [];
    for (const i of front) {
      for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
        const j = neighbours[e]!;
        if (reached[j] === 1) continue;
        reached[j] = 1;
        x.copyWithin(j * channels, i * channels, (i + 1) * channels);
        next.push(j);
      }
    }
    front = next;
  }
  return x;
}
