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
import { applySystem, buildSystem, LANES, runCycle, type SystemLevel } from './graph-multigrid.ts';
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
  const { offsets, neighbours } = neighboursOf(triangles, vertexCount);
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

type NeighbourLists = Pick<VertexGraph, 'offsets' | 'neighbours'>;

/** The same for all positions of the same triangles. */
const listed = new WeakMap<Uint32Array, NeighbourLists>();

function neighboursOf(triangles: Uint32Array, vertexCount: number): NeighbourLists {
  const known = listed.get(triangles);
  if (known !== undefined && known.offsets.length === vertexCount + 1) return known;
  const lists = listNeighbours(triangles, vertexCount);
  listed.set(triangles, lists);
  return lists;
}

/** Both ends of every edge, sorted into lists by counting; edges that two triangles share are then met twice. */
function listNeighbours(triangles: Uint32Array, vertexCount: number): NeighbourLists {
  const starts = new Uint32Array(vertexCount + 1);
  for (const vertex of triangles) starts[vertex + 1] = starts[vertex + 1]! + 2;
  for (let i = 0; i < vertexCount; i++) starts[i + 1] = starts[i + 1]! + starts[i]!;
  const ends = starts.slice();
  const met = new Uint32Array(triangles.length * 2);
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]!;
      const b = triangles[t + ((k + 1) % 3)]!;
      if (a === b) continue;
      met[ends[a]!] = b;
      ends[a] = ends[a]! + 1;
      met[ends[b]!] = a;
      ends[b] = ends[b]! + 1;
    }
  }
  const offsets = new Uint32Array(vertexCount + 1);
  const neighbours = new Uint32Array(met.length);
  let count = 0;
  for (let i = 0; i < vertexCount; i++) {
    const list = met.subarray(starts[i], ends[i]).sort();
    for (let k = 0; k < list.length; k++)
      if (k === 0 || list[k] !== list[k - 1]) neighbours[count++] = list[k]!;
    offsets[i + 1] = count;
  }
  return { offsets, neighbours: neighbours.slice(0, count) };
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

/** Steps; fields on the 12k-vertex template take about 12. */
const STEPS_MAX = 200;
/**
 * Stops when a cycle would move no value by more than this share of the largest one: the error is then below 1e-3 of it, a
 * quarter of a step of an 8-bit colour, a few hundredths of a millimetre of hair.
 */
const TOLERANCE = 1e-4;

/** (N, C). Conjugate gradients, preconditioned by multigrid (`graph-multigrid.ts`): deterministic, float64 inside. */
export function solveVertexField(graph: VertexGraph, problem: FieldProblem): Float32Array {
  const levels = buildSystem(graph, problem.confidence);
  const out = spreadNearest(graph, problem);
  const pull = sumGuidance(graph, problem);
  for (let first = 0; first < problem.channels; first += LANES) {
    solveLanes(levels, problem, pull, first, out);
  }
  return out;
}

/** Channels `first` … of `out`, which holds the first guess. Lanes beyond the last channel stay zero. */
function solveLanes(
  levels: readonly SystemLevel[],
  { channels, values, confidence }: FieldProblem,
  pull: Float64Array,
  first: number,
  out: Float32Array,
): void {
  const finest = levels[0]!;
  const { vertexCount, b: residual, x: step } = finest;
  const lanes = Math.min(LANES, channels - first);
  const x = new Float64Array(vertexCount * LANES);
  const direction = new Float64Array(x.length);
  const image = new Float64Array(x.length);
  let largest = 0;
  for (let i = 0; i < vertexCount; i++) {
    for (let lane = 0; lane < lanes; lane++) {
      x[i * LANES + lane] = out[i * channels + first + lane]!;
      largest = Math.max(
        largest,
        Math.abs(x[i * LANES + lane]!),
        Math.abs(pull[i * channels + first + lane]!),
      );
    }
  }
  applySystem(finest, x, image);
  for (let i = 0; i < vertexCount; i++) {
    for (let lane = 0; lane < LANES; lane++) {
      const at = i * channels + first + lane;
      const data = lane < lanes ? pull[at]! + (confidence[i]! > 0 ? confidence[i]! * values[at]! : 0) : 0;
      residual[i * LANES + lane] = data - image[i * LANES + lane]!;
    }
  }
  let before: readonly number[] = [0, 0, 0];
  for (let count = 0; count < STEPS_MAX; count++) {
    runCycle(levels);
    const now = dotLanes(step, residual);
    if (largestOf(step) <= TOLERANCE * largest) {
      addLanes(x, step, [1, 1, 1]);
      break;
    }
    const kept = now.map((value, lane) => (before[lane]! > 0 ? value / before[lane]! : 0));
    turnLanes(direction, step, kept);
    before = now;
    const curvature = applySystem(finest, direction, image);
    const lengths = now.map((value, lane) => (curvature[lane]! > 0 ? value / curvature[lane]! : 0));
    addLanes(x, direction, lengths);
    addLanes(
      residual,
      image,
      lengths.map((length) => -length),
    );
  }
  for (let i = 0; i < vertexCount; i++) {
    for (let lane = 0; lane < lanes; lane++) out[i * channels + first + lane] = x[i * LANES + lane]!;
  }
}

function dotLanes(a: Float64Array, b: Float64Array): number[] {
  let [d0, d1, d2] = [0, 0, 0];
  for (let at = 0; at < a.length; at += LANES) {
    d0 += a[at]! * b[at]!;
    d1 += a[at + 1]! * b[at + 1]!;
    d2 += a[at + 2]! * b[at + 2]!;
  }
  return [d0, d1, d2];
}

/** to ← to + scale · from. */
function addLanes(to: Float64Array, from: Float64Array, scales: readonly number[]): void {
  const [s0, s1, s2] = [scales[0]!, scales[1]!, scales[2]!];
  for (let at = 0; at < to.length; at += LANES) {
    to[at] = to[at]! + s0 * from[at]!;
    to[at + 1] = to[at + 1]! + s1 * from[at + 1]!;
    to[at + 2] = to[at + 2]! + s2 * from[at + 2]!;
  }
}

/** direction ← step + kept · direction. */
function turnLanes(direction: Float64Array, step: Float64Array, kept: readonly number[]): void {
  const [k0, k1, k2] = [kept[0]!, kept[1]!, kept[2]!];
  for (let at = 0; at < direction.length; at += LANES) {
    direction[at] = step[at]! + k0 * direction[at]!;
    direction[at + 1] = step[at + 1]! + k1 * direction[at + 1]!;
    direction[at + 2] = step[at + 2]! + k2 * direction[at + 2]!;
  }
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let at = 0; at < values.length; at++) {
    const size = Math.abs(values[at]!);
    if (size > largest) largest = size;
  }
  return largest;
}

/** (N, C) Σ_j w_ij (g_i − g_j) over edges whose two ends have guidance. */
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
