/**
 * How far each vertex is from the nearest of some vertices.
 * in: positions (N, 3), Head, m, those vertices, how far is looked → out: (N) m, `reach` beyond it. By cells of `reach`.
 */
import type { Points } from '../../camera/frames.ts';

/** More than rounding can change a square by. */
const SURELY = 1 + 1e-9;

export function distancesTo(
  positions: Points<'Head'>,
  vertices: readonly number[],
  reach: number,
): Float32Array {
  const cells = new Map<number, number[]>();
  const cellOf = (v: number, k: number): number => Math.floor(positions[v * 3 + k]! / reach) + 512;
  const key = (x: number, y: number, z: number): number => (x * 1024 + y) * 1024 + z;
  for (const v of vertices) {
    const cell = key(cellOf(v, 0), cellOf(v, 1), cellOf(v, 2));
    const members = cells.get(cell);
    if (members === undefined) cells.set(cell, [v]);
    else members.push(v);
  }
  const out = new Float32Array(positions.length / 3).fill(reach);
  for (let v = 0; v < out.length; v++) {
    const [x, y, z] = [cellOf(v, 0), cellOf(v, 1), cellOf(v, 2)];
    let best = reach;
    for (let shift = 0; shift < 27; shift++) {
      const members = cells.get(
        key(x + (shift % 3) - 1, y + (Math.floor(shift / 3) % 3) - 1, z + Math.floor(shift / 9) - 1),
      );
      if (members === undefined) continue;
      for (const other of members) {
        const dx = positions[v * 3]! - positions[other * 3]!;
        const dy = positions[v * 3 + 1]! - positions[other * 3 + 1]!;
        const dz = positions[v * 3 + 2]! - positions[other * 3 + 2]!;
        // Math.hypot takes ten times as long as its square, which tells enough of what is surely no nearer.
        if (dx * dx + dy * dy + dz * dz > SURELY * best * best) continue;
        best = Math.min(best, Math.hypot(dx, dy, dz));
      }
    }
    out[v] = best;
  }
  return out;
}
