/**
 * How far each vertex is from the nearest of some vertices.
 * in: positions (N, 3), Head, m, those vertices, how far is looked → out: (N) m, `reach` beyond it. By cells of `reach`.
 */
import type { Points } from '../../camera/frames.ts';

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
  return Float32Array.from({ length: positions.length / 3 }, (_, v) => {
    let best = reach;
    for (let shift = 0; shift < 27; shift++) {
      const cell = key(
        cellOf(v, 0) + (shift % 3) - 1,
        cellOf(v, 1) + (Math.floor(shift / 3) % 3) - 1,
        cellOf(v, 2) + Math.floor(shift / 9) - 1,
      );
      for (const other of cells.get(cell) ?? []) {
        const distance = Math.hypot(
          positions[v * 3]! - positions[other * 3]!,
          positions[v * 3 + 1]! - positions[other * 3 + 1]!,
          positions[v * 3 + 2]! - positions[other * 3 + 2]!,
        );
        if (distance < best) best = distance;
      }
    }
    return best;
  });
}
