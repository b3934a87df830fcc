/**
 * Ever coarser graphs of a vertex graph, for multigrid.
 *
 * In: graph of N vertices. Out: levels, the graph itself first. A vertex and its strongly tied neighbours become one vertex of
 * the next level (about a seventh as many), edges between the same two of those are added up: what Galerkin's condition
 * makes of piecewise constant interpolation (Vaněk et al. 1996, without smoothing).
 */
import type { VertexGraph } from './vertex-graph.ts';

export type GraphLevel = Omit<VertexGraph, 'weights'> & {
  vertexCount: number;
  weights: Float64Array;
  /** (N) first entry of each list that is a later vertex. */
  laterFrom: Uint32Array;
  /** (N) vertex of the next coarser level; null on the coarsest. */
  aggregates: Uint32Array | null;
};

/** Edges weaker than this share of a vertex's strongest do not hold an aggregate together. */
const STRONG = 0.25;
/** Small enough for plain sweeps. */
const COARSEST_VERTICES = 60;
const NONE = 0xffffffff;

export function coarsenFully(graph: VertexGraph): GraphLevel[] {
  const levels: GraphLevel[] = [];
  let fine: Omit<VertexGraph, 'weights'> & { weights: Float64Array } = {
    ...graph,
    weights: new Float64Array(graph.weights),
  };
  for (;;) {
    const level: GraphLevel = {
      ...fine,
      vertexCount: fine.offsets.length - 1,
      laterFrom: findLater(fine),
      aggregates: null,
    };
    levels.push(level);
    if (level.vertexCount <= COARSEST_VERTICES) return levels;
    const aggregates = aggregateVertices(level);
    // Parts that do not touch cannot be merged: a graph that hardly shrinks is left to the sweeps.
    if (countOf(aggregates) > 0.7 * level.vertexCount) return levels;
    level.aggregates = aggregates;
    fine = mergeVertices(level, aggregates);
  }
}

function findLater({ offsets, neighbours }: Omit<VertexGraph, 'weights'>): Uint32Array {
  const later = offsets.slice(0, -1);
  for (let i = 0; i < later.length; i++) {
    while (later[i]! < offsets[i + 1]! && neighbours[later[i]!]! < i) later[i] = later[i]! + 1;
  }
  return later;
}

export function countOf(aggregates: Uint32Array): number {
  let count = 0;
  for (const aggregate of aggregates) if (aggregate >= count) count = aggregate + 1;
  return count;
}

/** A vertex whose strong neighbours are all free takes them; what is left joins its strongest neighbour's. */
function aggregateVertices({ vertexCount, offsets, neighbours, weights }: GraphLevel): Uint32Array {
  const rooted = new Uint32Array(vertexCount).fill(NONE);
  let count = 0;
  for (let i = 0; i < vertexCount; i++) {
    if (rooted[i] !== NONE) continue;
    let strongest = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) strongest = Math.max(strongest, weights[e]!);
    const strong = STRONG * strongest;
    let isFree = true;
    for (let e = offsets[i]!; e < offsets[i + 1]! && isFree; e++)
      isFree = weights[e]! <= strong || rooted[neighbours[e]!] === NONE;
    if (!isFree) continue;
    rooted[i] = count;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++)
      if (weights[e]! > strong) rooted[neighbours[e]!] = count;
    count++;
  }
  const out = rooted.slice();
  for (let i = 0; i < vertexCount; i++) {
    if (rooted[i] !== NONE) continue;
    let strongest = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      if (rooted[neighbours[e]!] === NONE || weights[e]! <= strongest) continue;
      strongest = weights[e]!;
      out[i] = rooted[neighbours[e]!]!;
    }
    if (out[i] === NONE) out[i] = count++;
  }
  return out;
}

/** The graph of the aggregates: edges between the same two are added up, edges inside one vanish; earlier ones first. */
function mergeVertices(
  { vertexCount, offsets, neighbours, weights }: GraphLevel,
  aggregates: Uint32Array,
): { offsets: Uint32Array; neighbours: Uint32Array; weights: Float64Array } {
  const count = countOf(aggregates);
  const { starts, members } = sortMembers(aggregates, count);
  const mergedOffsets = new Uint32Array(count + 1);
  const mergedNeighbours = new Uint32Array(offsets[vertexCount]!);
  const mergedWeights = new Float64Array(offsets[vertexCount]!);
  const sums = new Float64Array(count);
  const touched = new Uint32Array(count);
  for (let own = 0, size = 0; own < count; own++) {
    let met = 0;
    for (let m = starts[own]!; m < starts[own + 1]!; m++) {
      const i = members[m]!;
      for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
        const other = aggregates[neighbours[e]!]!;
        if (other === own) continue;
        if (sums[other] === 0) touched[met++] = other;
        sums[other] = sums[other]! + weights[e]!;
      }
    }
    for (const isLater of [false, true]) {
      for (let k = 0; k < met; k++) {
        const other = touched[k]!;
        if (other > own !== isLater) continue;
        mergedNeighbours[size] = other;
        mergedWeights[size++] = sums[other]!;
      }
    }
    for (let k = 0; k < met; k++) sums[touched[k]!] = 0;
    mergedOffsets[own + 1] = size;
  }
  const edges = mergedOffsets[count]!;
  return {
    offsets: mergedOffsets,
    neighbours: mergedNeighbours.slice(0, edges),
    weights: mergedWeights.slice(0, edges),
  };
}

/** Vertices in the order of their aggregates, and where each aggregate starts. */
function sortMembers(aggregates: Uint32Array, count: number): { starts: Uint32Array; members: Uint32Array } {
  const starts = new Uint32Array(count + 1);
  for (const aggregate of aggregates) starts[aggregate + 1] = starts[aggregate + 1]! + 1;
  for (let own = 0; own < count; own++) starts[own + 1] = starts[own + 1]! + starts[own]!;
  const next = starts.slice();
  const members = new Uint32Array(aggregates.length);
  for (let i = 0; i < aggregates.length; i++) {
    const aggregate = aggregates[i]!;
    members[next[aggregate]!] = i;
    next[aggregate] = next[aggregate]! + 1;
  }
  return { starts, members };
}
