/**
 * The umbrella operator of a mesh: how far a vertex's value stands off the weighted mean of its neighbours'.
 * in: graph (N vertices), values (N, C) float64 → out: (N, C). (L u)ᵢ = uᵢ − Σⱼ wᵢⱼ uⱼ / Σⱼ wᵢⱼ (Kobbelt et al. 1998).
 * L is not symmetric; the bi-Laplacian energy |L u|² needs LᵀL, hence the transposed operator.
 */
import type { VertexGraph } from './vertex-graph.ts';

/** (N) Σⱼ wᵢⱼ; 0 for a lone vertex, whose L u is 0. */
export function weightSums({ offsets, weights }: VertexGraph): Float64Array {
  return Float64Array.from({ length: offsets.length - 1 }, (_, i) => {
    let sum = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) sum += weights[e]!;
    return sum;
  });
}

export function applyUmbrella(
  { offsets, neighbours, weights }: VertexGraph,
  sums: Float64Array,
  channels: number,
  u: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < sums.length; i++) {
    for (let k = 0; k < channels; k++) {
      let sum = 0;
      for (let e = offsets[i]!; e < offsets[i + 1]!; e++)
        sum += weights[e]! * u[neighbours[e]! * channels + k]!;
      out[i * channels + k] = sums[i] === 0 ? 0 : u[i * channels + k]! - sum / sums[i]!;
    }
  }
}

export function applyUmbrellaTransposed(
  { offsets, neighbours, weights }: VertexGraph,
  sums: Float64Array,
  channels: number,
  y: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < sums.length; i++) {
    for (let k = 0; k < channels; k++) {
      // wᵢⱼ = wⱼᵢ: the entry in row j, column i is −wᵢⱼ / sumⱼ.
      let sum = 0;
      for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
        const j = neighbours[e]!;
        sum += (weights[e]! / sums[j]!) * y[j * channels + k]!;
      }
      out[i * channels + k] = sums[i] === 0 ? 0 : y[i * channels + k]! - sum;
    }
  }
}

/** (N) diagonal of LᵀL: 1 + Σⱼ (wᵢⱼ / sumⱼ)². */
export function bilaplacianDiagonal(
  { offsets, neighbours, weights }: VertexGraph,
  sums: Float64Array,
): Float64Array {
  return Float64Array.from(sums, (own, i) => {
    if (own === 0) return 0;
    let sum = 1;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) sum += (weights[e]! / sums[neighbours[e]!]!) ** 2;
    return sum;
  });
}
