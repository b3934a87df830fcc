/**
 * Keeps the two sheets of a slit apart, or brings them together until they touch.
 * in: positions (N, 3), Head, m, in place; a slit → out: how much was in conflict, m (0 = nothing was moved).
 *
 * Sheets are compared in columns along the head's vertical: in each the lowest place of the upper sheet has to lie above the
 * highest of the lower one. Where it does not, both give way by halves: everything in the column moves, most at the slit
 * and less with the distance from it, so that each sheet is squeezed and never folded; between columns the move is
 * smooth. Pushing single vertices out of triangles was left out: where a lip is a millimetre inside of the other one, it
 * pushes them through to the wrong side.
 */
import type { Points } from '../../../camera/frames.ts';
import { smoothstep } from '../../../render/photo-probe.ts';
import { type FaceSlit, pointAt, type Sheet } from './face-slits.ts';

/** Side of a column, m: a third of an edge at the lips. */
const CELL_M = 0.0005;
/** Clearance of sheets that would cut each other, m: below what shows as a gap, above what chords of edges cost. */
const CLEAR_M = 0.0001;
/** A move is spread this far beyond the columns that need it, cells. */
const SPREAD = 4;
/** Height over which a move fades out, m, and at least this many times the move itself. */
const FADE_M = 0.005;
const FADE_FACTOR = 3;
/** Deeper conflicts are no lips that touch but columns through something else, m. */
const DEPTH_MAX_M = 0.008;
const PASSES = 6;
/** Columns over which a closing move is smoothed along the slit. */
const LINE_SPREAD = 2;
/** Share of a slit's length at either end that counts as its corner: there the sheets become one. */
const END_SHARE = 0.1;

type Columns = { columns: number; rows: number; x0: number; z0: number };

/** Which end of the heights in a column counts: as a sign, since functions that are handed on cost half of the time. */
type End = 1 | -1;
const HIGHEST: End = 1;
const LOWEST: End = -1;

/** Sheets that cut each other give way. Returns the deepest conflict before that, m. */
export function separateSheets(positions: Points<'Head'>, slit: FaceSlit): number {
  let first = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const layout = layColumns(positions, slit);
    const lowest = envelope(positions, slit.upper, layout, LOWEST);
    const highest = envelope(positions, slit.lower, layout, HIGHEST);
    const depth = lowest.map((low, i) => conflict(low, highest[i]!));
    const most = Math.max(...depth);
    if (pass === 0) first = most;
    if (most === 0) return first;
    const push = spread(depth, layout);
    moveSheet(positions, slit.upper, layout, fill(lowest, layout, LOWEST), push, 0.5);
    moveSheet(positions, slit.lower, layout, fill(highest, layout, HIGHEST), push, -0.5);
  }
  return first;
}

function conflict(low: number, high: number): number {
  const depth = high + CLEAR_M - low;
  return depth > 0 && depth < DEPTH_MAX_M ? depth : 0;
}

/**
 * Brings the sheets to where they just touch, from either side: at each place along the slit their nearest columns end
 * CLEAR_M apart. `upperShare` of the way is the upper sheet's.
 */
export function closeSheets(positions: Points<'Head'>, slit: FaceSlit, upperShare: number): void {
  for (let pass = 0; pass < PASSES; pass++) {
    const layout = layColumns(positions, slit);
    const lowest = envelope(positions, slit.upper, layout, LOWEST);
    const highest = envelope(positions, slit.lower, layout, HIGHEST);
    const wrong = slitGaps(positions, slit, layout, lowest, highest).map((gap) =>
      Number.isFinite(gap) ? Math.min(Math.max(gap - CLEAR_M, -DEPTH_MAX_M), DEPTH_MAX_M) : 0,
    );
    if (wrong.every((value) => Math.abs(value) < CLEAR_M)) return;
    const pull = alongSlit(wrong, layout);
    moveSheet(positions, slit.upper, layout, rimLine(lowest, layout, LOWEST), pull, -upperShare);
    moveSheet(positions, slit.lower, layout, rimLine(highest, layout, HIGHEST), pull, 1 - upperShare);
  }
}

/** The widest place of a slit, m: along it, how far the sheets' nearest columns are apart. */
export function widestGap(positions: Points<'Head'>, slit: FaceSlit): number {
  const layout = layColumns(positions, slit);
  const lowest = envelope(positions, slit.upper, layout, LOWEST);
  const highest = envelope(positions, slit.lower, layout, HIGHEST);
  return Math.max(0, ...slitGaps(positions, slit, layout, lowest, highest).filter(Number.isFinite));
}

/**
 * Per place along the slit (x), the least distance of the sheets over all depths (z); infinite where one is missing, and
 * towards the corners, where the sheets become one.
 */
function slitGaps(
  p: Points<'Head'>,
  { corners }: FaceSlit,
  { columns, rows, x0 }: Columns,
  lowest: Float32Array,
  highest: Float32Array,
): number[] {
  const ends = corners.map((corner) => (pointAt(p, corner)[0] - x0) / CELL_M);
  const inset = END_SHARE * Math.abs(ends[0]! - ends[1]!);
  const [from, to] = [Math.min(...ends) + inset, Math.max(...ends) - inset];
  return Array.from({ length: columns }, (_, column) => {
    let least = Infinity;
    if (column < from || column > to) return least;
    for (let row = 0; row < rows; row++) {
      const i = row * columns + column;
      if (Number.isFinite(lowest[i]!) && Number.isFinite(highest[i]!))
        least = Math.min(least, lowest[i]! - highest[i]!);
    }
    return least;
  });
}

function layColumns(p: Points<'Head'>, slit: FaceSlit): Columns {
  let [x0, x1, z0, z1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { vertices } of [slit.upper, slit.lower]) {
    for (const v of vertices) {
      x0 = Math.min(x0, p[v * 3]!);
      x1 = Math.max(x1, p[v * 3]!);
      z0 = Math.min(z0, p[v * 3 + 2]!);
      z1 = Math.max(z1, p[v * 3 + 2]!);
    }
  }
  const count = (from: number, to: number): number => Math.ceil((to - from) / CELL_M) + 1;
  return { columns: count(x0, x1), rows: count(z0, z1), x0, z0 };
}

/** (rows, columns) lowest or highest place of the sheet's triangles in each column. */
function envelope(
  p: Points<'Head'>,
  { triangles }: Sheet,
  { columns, rows, x0, z0 }: Columns,
  end: End,
): Float32Array {
  const out = new Float32Array(columns * rows).fill(-end * Infinity);
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t]! * 3;
    const b = triangles[t + 1]! * 3;
    const c = triangles[t + 2]! * 3;
    const ax = (p[a]! - x0) / CELL_M;
    const bx = (p[b]! - x0) / CELL_M;
    const cx = (p[c]! - x0) / CELL_M;
    const az = (p[a + 2]! - z0) / CELL_M;
    const bz = (p[b + 2]! - z0) / CELL_M;
    const cz = (p[c + 2]! - z0) / CELL_M;
    const area = (bx - ax) * (cz - az) - (cx - ax) * (bz - az);
    if (area === 0) continue;
    for (let row = Math.ceil(Math.min(az, bz, cz)); row <= Math.max(az, bz, cz); row++) {
      for (let column = Math.ceil(Math.min(ax, bx, cx)); column <= Math.max(ax, bx, cx); column++) {
        const wb = ((column - ax) * (cz - az) - (cx - ax) * (row - az)) / area;
        const wc = ((bx - ax) * (row - az) - (column - ax) * (bz - az)) / area;
        if (wb < 0 || wc < 0 || wb + wc > 1) continue;
        const i = row * columns + column;
        const height = p[a + 1]! + wb * (p[b + 1]! - p[a + 1]!) + wc * (p[c + 1]! - p[a + 1]!);
        if (end * height > end * out[i]!) out[i] = height;
      }
    }
  }
  return out;
}

/** Writes a line, `out[start + i * step]` for i in [0, length), from the same line of `values`. */
type LineFilter = (
  values: Float32Array,
  start: number,
  step: number,
  length: number,
  out: Float32Array,
) => void;

/** A filter along the rows, then along the columns of what that gave. */
function filterLines(values: Float32Array, { columns, rows }: Columns, filter: LineFilter): Float32Array {
  const along = (
    from: Float32Array,
    step: number,
    length: number,
    lines: number,
    lineStep: number,
  ): Float32Array => {
    const out = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      const start = line * lineStep;
      if (!isEmptyLine(from, start, step, length)) filter(from, start, step, length, out);
      else for (let i = 0; i < length; i++) out[start + i * step] = from[start]!;
    }
    return out;
  };
  return along(along(values, 1, columns, rows, columns), columns, rows, columns, 1);
}

/** Nothing to be carried or averaged: all 0, or no sheet at all (infinite). Most lines are, as conflicts are small. */
function isEmptyLine(values: Float32Array, start: number, step: number, length: number): boolean {
  const first = values[start]!;
  if (first !== 0 && Number.isFinite(first)) return false;
  for (let k = 1; k < length; k++) if (values[start + k * step] !== first) return false;
  return true;
}

/** Carries each value SPREAD cells far. */
function fill(values: Float32Array, layout: Columns, end: End): Float32Array {
  return filterLines(values, layout, (from, start, step, length, out) => {
    for (let i = 0; i < length; i++) {
      const last = start + Math.min(length - 1, i + SPREAD) * step;
      let most = -Infinity;
      for (let at = start + Math.max(0, i - SPREAD) * step; at <= last; at += step) {
        const value = end * from[at]!;
        if (value > most) most = value;
      }
      out[start + i * step] = end * most;
    }
  });
}

/** A smooth field that is nowhere below `depth`: its maximum over SPREAD cells, twice averaged over half as many. */
function spread(depth: Float32Array, layout: Columns): Float32Array {
  let out = fill(depth, layout, HIGHEST);
  for (let pass = 0; pass < 2; pass++) out = average(out, layout, SPREAD / 2);
  return out;
}

/**
 * (rows, columns) the sheet's height at the slit, the same at every depth: what closes fades with the distance from the
 * rim, not with that from whatever the sheet has in a column (a brow is the lowest place of its own).
 */
function rimLine(border: Float32Array, { columns }: Columns, end: End): Float32Array {
  const out = border.slice();
  for (let i = columns; i < out.length; i++) out[i] = end * Math.max(end * out[i]!, end * out[i - columns]!);
  for (let i = out.length - columns - 1; i >= 0; i--) out[i] = out[i + columns]!;
  return out;
}

/** A smooth field along the slit, the same at every depth, that is nowhere above `values`. */
function alongSlit(values: readonly number[], { columns, rows }: Columns): Float32Array {
  let line: Float32Array = Float32Array.from(values, (_, i) =>
    Math.min(...values.slice(Math.max(0, i - LINE_SPREAD), i + LINE_SPREAD + 1)),
  );
  const layout = { columns, rows: 1, x0: 0, z0: 0 };
  for (let pass = 0; pass < LINE_SPREAD; pass++) line = average(line, layout, 1);
  const out = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) out.set(line, row * columns);
  return out;
}

function average(values: Float32Array, layout: Columns, radius: number): Float32Array {
  return filterLines(values, layout, (from, start, step, length, out) => {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++)
        sum += from[start + Math.min(Math.max(i + k, 0), length - 1) * step]!;
      out[start + i * step] = sum / (2 * radius + 1);
    }
  });
}

function moveSheet(
  p: Points<'Head'>,
  { vertices }: Sheet,
  { columns, rows, x0, z0 }: Columns,
  border: Float32Array,
  field: Float32Array,
  share: number,
): void {
  for (const v of vertices) {
    const column = Math.round((p[v * 3]! - x0) / CELL_M);
    const row = Math.round((p[v * 3 + 2]! - z0) / CELL_M);
    if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
    const i = row * columns + column;
    const move = field[i]!;
    if (move === 0 || !Number.isFinite(border[i]!)) continue;
    const height = Math.abs(p[v * 3 + 1]! - border[i]!);
    const fade = Math.max(FADE_M, FADE_FACTOR * Math.abs(move));
    p[v * 3 + 1] = p[v * 3 + 1]! + share * move * (1 - smoothstep(0, fade, height));
  }
}
