/**
 * Eyes, teeth and tongue: parts that hang in the head and keep their shape.
 * in: part of each vertex (N; the skin's own vertices are `skin`), template and wrapped positions (N, 3), Head, m →
 * out: positions of the parts in place, each moved and sized by the mean displacement of the skin around it.
 * No turn: eyes of a face that turned out wider do not look elsewhere.
 */
import type { Points } from '../../camera/frames.ts';

/** Skin counts as "around" a part within its radius plus this, m: lids and lips. */
const AROUND_M = 0.012;
/** Sizes beyond these are a surface that went astray, not larger eyes. */
const SIZES = [0.9, 1.1] as const;

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
    const centre = meanPoint(before, vertices);
    const distance = (v: number): number =>
      Math.hypot(
        before[v * 3]! - centre[0]!,
        before[v * 3 + 1]! - centre[1]!,
        before[v * 3 + 2]! - centre[2]!,
      );
    const reach = Math.max(...vertices.map(distance)) + AROUND_M;
    const around = [...parts.keys()].filter((v) => parts[v] === skin && distance(v) <= reach);
    if (around.length === 0) continue;
    const from = meanPoint(before, around);
    const to = meanPoint(after, around);
    const size = Math.min(Math.max(sizeChange(before, after, around, from, to), SIZES[0]), SIZES[1]);
    for (const v of vertices) {
      for (let k = 0; k < 3; k++) after[v * 3 + k] = to[k]! + size * (before[v * 3 + k]! - from[k]!);
    }
  }
}

function meanPoint(positions: Points<'Head'>, vertices: readonly number[]): number[] {
  return [0, 1, 2].map((k) => vertices.reduce((sum, v) => sum + positions[v * 3 + k]!, 0) / vertices.length);
}

/** Scale s of the best fit after − to = s (before − from). */
function sizeChange(
  before: Points<'Head'>,
  after: Points<'Head'>,
  vertices: readonly number[],
  from: readonly number[],
  to: readonly number[],
): number {
  let [both, own] = [0, 0];
  for (const v of vertices) {
    for (let k = 0; k < 3; k++) {
      const arm = before[v * 3 + k]! - from[k]!;
      both += arm * (after[v * 3 + k]! - to[k]!);
      own += arm * arm;
    }
  }
  return own === 0 ? 1 : both / own;
}
