/**
 * A head's charts in one map: the disc of the skin in the upper left corner, flat charts beside it at the same scale.
 * In: faces (Q, 4), where their vertices lie on the disc, which chart each face belongs to. Out: uvs (T, 2) glTF, (Q, 4).
 */
import type { Points } from '../../../camera/frames.ts';
import type { HeadTopology } from '../../../mesh/mesh.ts';
import { packBeside, type Size } from './pack-charts.ts';

export type Uvs = Pick<HeadTopology, 'uvs' | 'quadUvs'>;

/** Of `Charts.facing`. */
export const ON_DISC = -1;

export type Charts = {
  /** (N, 3) m. */
  positionsHead: Points<'Head'>;
  quads: Uint32Array;
  /** (N, 2) m on the disc, its middle at 0. */
  disc: Float64Array;
  /** (Q) axis that a face is laid out along: 0 to 5 = +x, −x, +y, −y, +z, −z; ON_DISC. */
  facing: Int8Array;
  /** (Q) which faces beside the disc stay together: all of one number face one axis. */
  chartOf: Uint32Array;
};

/** Side of the disc in the map: the largest that leaves room for the charts. */
const DISC_SIDES = [0.96, 0.92, 0.88, 0.84, 0.8, 0.76, 0.72, 0.68, 0.64, 0.6];
/** Where the charts do not fit beside the smallest disc they are made smaller by this, again and again. */
const SHRINK = 0.8;
/** Around each chart and the disc, of the map: 1.5 texels at 1024 px. */
const GAP = 0.0015;

/** Position seen along an axis from outside, m: to the right, down. */
const SEEN_ALONG: readonly ((x: number, y: number, z: number) => readonly [number, number])[] = [
  (_x, y, z) => [-z, -y],
  (_x, y, z) => [z, -y],
  (x, _y, z) => [x, z],
  (x, _y, z) => [x, -z],
  (x, y) => [x, -y],
  (x, y) => [-x, -y],
];

export function layOutCharts(input: Charts): Uvs {
  const { metres, quadUvs, chartOfUv } = unfold(input);
  const boxes = new Map<number, Box>();
  chartOfUv.forEach((chart, uv) => {
    const box = boxes.get(chart) ?? { low: [Infinity, Infinity], high: [-Infinity, -Infinity] };
    boxes.set(chart, box);
    for (const axis of [0, 1] as const) {
      box.low[axis] = Math.min(box.low[axis], metres[uv * 2 + axis]!);
      box.high[axis] = Math.max(box.high[axis], metres[uv * 2 + axis]!);
    }
  });
  const disc = boxes.get(ON_DISC);
  boxes.delete(ON_DISC);
  const reachM =
    disc === undefined ? 1 : Math.max(1e-9, ...[...disc.low, ...disc.high].map((value) => Math.abs(value)));
  // A disc is stretched the more the farther out; the charts get what it has on average.
  const stretch = Math.sqrt(areaShare(input, disc === undefined ? null : input.disc));
  const charts = [...boxes.keys()];
  const place = pack(
    charts.map((chart) => boxes.get(chart)!),
    stretch / (2 * reachM),
  );
  const indexOf = new Map(charts.map((chart, index) => [chart, index]));
  const uvs = new Float32Array(metres.length);
  chartOfUv.forEach((chart, uv) => {
    for (const axis of [0, 1] as const) {
      const at = metres[uv * 2 + axis]!;
      const index = indexOf.get(chart)!;
      uvs[uv * 2 + axis] =
        chart === ON_DISC
          ? place.discSide * (0.5 + (0.5 - GAP) * (at / reachM))
          : place.corners[index * 2 + axis]! + place.perM * (at - boxes.get(chart)!.low[axis]);
    }
  });
  return { uvs, quadUvs };
}

type Box = { low: [number, number]; high: [number, number] };

/** One point per vertex and chart, m: on the disc, or seen along the chart's axis. */
function unfold({ positionsHead: p, quads, disc, facing, chartOf }: Charts): {
  metres: number[];
  quadUvs: Uint32Array;
  chartOfUv: number[];
} {
  const metres: number[] = [];
  const chartOfUv: number[] = [];
  const known = new Map<string, number>();
  const quadUvs = quads.map((v, corner) => {
    const face = corner >> 2;
    const chart = facing[face] === ON_DISC ? ON_DISC : chartOf[face]!;
    const key = `${chart} ${v}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const at =
      chart === ON_DISC
        ? disc.subarray(v * 2, v * 2 + 2)
        : SEEN_ALONG[facing[face]!]!(p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!);
    metres.push(at[0]!, at[1]!);
    const uv = chartOfUv.push(chart) - 1;
    known.set(key, uv);
    return uv;
  });
  return { metres, quadUvs, chartOfUv };
}

/** How much larger the faces on the disc are there than on the head; 1 without a disc. */
function areaShare({ positionsHead: p, quads, facing }: Charts, disc: Float64Array | null): number {
  if (disc === null) return 1;
  let [onDisc, onHead] = [0, 0];
  facing.forEach((axis, face) => {
    if (axis !== ON_DISC) return;
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => quads[face * 4 + k]!) as [number, number, number, number];
    const along = (values: ArrayLike<number>, size: number, i: number, from: number, to: number): number =>
      values[to * size + i]! - values[from * size + i]!;
    const flat = (i: number, from: number, to: number): number => along(disc, 2, i, from, to);
    onDisc += Math.abs(flat(0, a, c) * flat(1, b, d) - flat(1, a, c) * flat(0, b, d));
    const at = (i: number, from: number, to: number): number => along(p, 3, i, from, to);
    onHead += Math.hypot(
      ...[0, 1, 2].map((i) => {
        const [j, k] = [(i + 1) % 3, (i + 2) % 3];
        return at(j, a, c) * at(k, b, d) - at(k, a, c) * at(j, b, d);
      }),
    );
  });
  return onDisc / Math.max(1e-12, onHead);
}

/** The largest disc beside which the boxes fit, `perDisc` being units of the disc's side per metre. */
function pack(
  boxes: readonly Box[],
  perDisc: number,
): { discSide: number; perM: number; corners: Float64Array } {
  const sizesAt = (perM: number): Size[] =>
    boxes.map(({ low, high }) => [perM * (high[0] - low[0]), perM * (high[1] - low[1])]);
  if (boxes.length === 0) return { discSide: 1, perM: perDisc, corners: new Float64Array(0) };
  for (const discSide of DISC_SIDES) {
    const corners = packBeside(discSide, sizesAt(discSide * perDisc), GAP);
    if (corners !== null) return { discSide, perM: discSide * perDisc, corners };
  }
  const discSide = DISC_SIDES.at(-1)!;
  for (let perM = discSide * perDisc * SHRINK, gap = GAP; ; perM *= SHRINK, gap *= SHRINK) {
    const corners = packBeside(discSide, sizesAt(perM), gap);
    if (corners !== null) return { discSide, perM, corners };
  }
}
