/** Values (N) of vertices, spread and smoothed over the edges of their graph. */
import type { VertexGraph } from './vertex-graph.ts';

/** Largest value within `rings` edges. */
export const dilate = (graph: VertexGraph, values: Float32Array, rings: number): Float32Array =>
  reach(graph, values, Math.max, rings);

/** Least value within `rings` edges. */
export const erode = (graph: VertexGraph, values: Float32Array, rings: number): Float32Array =>
  reach(graph, values, Math.min, rings);

function reach(
  graph: VertexGraph,
  values: Float32Array,
  choose: (a: number, b: number) => number,
  rings: number,
): Float32Array {
  let out = values;
  for (let ring = 0; ring < rings; ring++) {
    out = out.map((own, i) => {
      let chosen = own;
      for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++)
        chosen = choose(chosen, out[graph.neighbours[e]!]!);
      return chosen;
    });
  }
  return out;
}

/** Means of each value and its neighbours, `passes` times. */
export function soften(graph: VertexGraph, values: Float32Array, passes: number): Float32Array {
  let out = values;
  for (let pass = 0; pass < passes; pass++) {
    out = out.map((own, i) => {
      let sum = own;
      for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++) sum += out[graph.neighbours[e]!]!;
      return sum / (1 + graph.offsets[i + 1]! - graph.offsets[i]!);
    });
  }
  return out;
}
