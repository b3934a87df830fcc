/**
 * What lies in folds, or beside them, moves as the space around it moves.
 * in: template (N, 3), Head, m, its wrapped positions, which vertices are outer skin, which are in folds → out: places and
 * how they move: (N, 3) with lids, lips, nostrils and everything behind them moved by a field that is smooth in space.
 * Both lips, or a lid and the pocket behind it, are neighbours in space but not on the mesh: moved each by the mesh's own
 * smoothness they run into each other. A field whose gradient is below 1 cannot fold what it moves, so that contacts of
 * the template stay contacts, and gaps gaps.
 */
import type { Points } from '../../camera/frames.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { distancesTo } from './distances-to.ts';

/** Width of the field's Gaussian, m. With 5 mm it still folded lids on one of four known heads, with 8 mm on none. */
const SIGMA_M = 0.008;
/** Deep inside the field is as wide as the sources are far, times the root of this: they change places there. */
const DEEP_SHARE = 0.5;
/** Skin this near to a fold moves with the field, m; further off it has its own way. */
const NEAR_M = [0.004, 0.012] as const;
/** Skin within this distance of a fold says how the field moves, m. */
const SOURCE_M = 0.027;
/** Sources beyond three widths behind the nearest one weigh next to nothing. */
const EXPONENT_MAX = 4.5;

export type FoldInput = {
  template: Points<'Head'>;
  wrapped: Points<'Head'>;
  /** (N) m² that a vertex stands for. */
  areas: Float32Array;
  isOuter: (vertex: number) => boolean;
  isFold: (vertex: number) => boolean;
};

/** Moves folds and what is beside them in `wrapped`; does nothing for a template without folds. */
export function warpFolds({ template, wrapped, areas, isOuter, isFold }: FoldInput): void {
  const vertices = [...areas.keys()];
  const reach = distancesTo(template, vertices.filter(isFold), SOURCE_M);
  const sources = vertices.filter((v) => isOuter(v) && !isFold(v) && reach[v]! < SOURCE_M);
  if (sources.length === 0) return;
  const moveOf = makeField(template, wrapped, areas, sources);
  const moves = vertices.flatMap((v) => {
    const share = isFold(v) ? 1 : isOuter(v) ? 1 - smoothstep(NEAR_M[0], NEAR_M[1], reach[v]!) : 0;
    return share === 0 ? [] : [{ v, share, move: moveOf(v) }];
  });
  for (const { v, share, move } of moves) {
    move.forEach((value, k) => {
      const at = v * 3 + k;
      wrapped[at] = wrapped[at]! + share * (template[at]! + value - wrapped[at]!);
    });
  }
}

/**
 * Weighted mean of the sources' moves at a vertex of the template. Gaussians are taken relative to the nearest source, so
 * that it holds deep inside the head as well.
 */
function makeField(
  template: Points<'Head'>,
  wrapped: Points<'Head'>,
  areas: Float32Array,
  sources: readonly number[],
): (vertex: number) => [number, number, number] {
  const places = Float64Array.from(sources.flatMap((v) => [...template.subarray(v * 3, v * 3 + 3)]));
  const moves = Float64Array.from(
    sources.flatMap((v) => [0, 1, 2].map((k) => wrapped[v * 3 + k]! - template[v * 3 + k]!)),
  );
  const weights = Float64Array.from(sources, (v) => areas[v]!);
  const squares = new Float64Array(sources.length);
  // Numbers one by one in here: arrays that are taken apart again were three quarters of its time.
  return (vertex) => {
    const x = template[vertex * 3]!;
    const y = template[vertex * 3 + 1]!;
    const z = template[vertex * 3 + 2]!;
    let least = Infinity;
    for (let s = 0; s < squares.length; s++) {
      const dx = places[s * 3]! - x;
      const dy = places[s * 3 + 1]! - y;
      const dz = places[s * 3 + 2]! - z;
      const square = dx * dx + dy * dy + dz * dz;
      squares[s] = square;
      if (square < least) least = square;
    }
    const scale = 1 / (2 * (SIGMA_M ** 2 + DEEP_SHARE * least));
    let sum = 0;
    let mx = 0;
    let my = 0;
    let mz = 0;
    for (let s = 0; s < squares.length; s++) {
      const exponent = (squares[s]! - least) * scale;
      if (exponent > EXPONENT_MAX) continue;
      const weight = weights[s]! * Math.exp(-exponent);
      sum += weight;
      mx += weight * moves[s * 3]!;
      my += weight * moves[s * 3 + 1]!;
      mz += weight * moves[s * 3 + 2]!;
    }
    return [mx / sum, my / sum, mz / sum];
  };
}
