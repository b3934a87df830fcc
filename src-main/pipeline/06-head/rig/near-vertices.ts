/**
 * Which of some vertices lie near another one, by cells of space.
 * in: positions (N, 3), Head, m, the vertices, the largest distance that will be asked for, m → out: a look-up that
 * returns all of them within that distance of a vertex, and a few beyond it, in the order in which they were given.
 */
import type { Points } from '../../../camera/frames.ts';

/** Cells along an axis: beyond any head at half a millimetre a cell. */
const CELLS = 1024;

export function nearVertices(
  p: Points<'Head'>,
  vertices: readonly number[],
  reach: number,
): (vertex: number) => number[] {
  const cell = (v: number, axis: number): number => Math.floor(p[v * 3 + axis]! / reach) + CELLS / 2;
  const key = (x: number, y: number, z: number): number => (x * CELLS + y) * CELLS + z;
  const slots = new Map<number, number[]>();
  vertices.forEach((v, slot) => {
    const at = key(cell(v, 0), cell(v, 1), cell(v, 2));
    const members = slots.get(at);
    if (members === undefined) slots.set(at, [slot]);
    else members.push(slot);
  });
  return (vertex) => {
    const [x, y, z] = [cell(vertex, 0), cell(vertex, 1), cell(vertex, 2)];
    const found: number[] = [];
    for (let shift = 0; shift < 27; shift++) {
      const at = key(x + (shift % 3) - 1, y + (Math.floor(shift / 3) % 3) - 1, z + Math.floor(shift / 9) - 1);
      for (const slot of slots.get(at) ?? []) found.push(slot);
    }
    return found.sort((a, b) => a - b).map((slot) => vertices[slot]!);
  };
}
