/**
 * Eyes, teeth and tongue: parts that hang in the head and keep their shape.
 * in: part of each vertex (N; the skin's own vertices are `skin`), template and wrapped positions (N, 3), Head, m →
 * out: positions of the parts in place, each moved by the mean displacement of the skin around it.
 * Translation only: the skin around eyes and mouth is M's own shape, so nothing there turns.
 */
import type { Points } from '../../camera/frames.ts';

/** Skin counts as "around" a part within its radius plus this, m: lids and lips. */
const AROUND_M = 0.012;

export function carryParts(
  parts: Uint32Array,
  skin: number,
  before: Points<'Head'>,
  after: Points<'Head'>,
): void {
  const members = new Map<number, number[]>();
  parts.forEach((part, vertex) => {
    if (part !== skin) members.set(part, [...(members.get(part) ?? []), vertex]);
  });
  for (const vertices of members.values()) {
    const centre = [0, 1, 2].map(
      (k) => vertices.reduce((sum, v) => sum + before[v * 3 + k]!, 0) / vertices.length,
    );
    const distance = (v: number): number =>
      Math.hypot(
        before[v * 3]! - centre[0]!,
        before[v * 3 + 1]! - centre[1]!,
        before[v * 3 + 2]! - centre[2]!,
      );
    const reach = Math.max(...vertices.map(distance)) + AROUND_M;
    const move = [0, 0, 0];
    let count = 0;
    parts.forEach((part, v) => {
      if (part !== skin || distance(v) > reach) return;
      count++;
      for (let k = 0; k < 3; k++) move[k] = move[k]! + after[v * 3 + k]! - before[v * 3 + k]!;
    });
    for (const v of vertices) {
      for (let k = 0; k < 3; k++)
        after[v * 3 + k] = before[v * 3 + k]! + (count === 0 ? 0 : move[k]! / count);
    }
  }
}
