import type { HeadTopology } from '../../../src-main/mesh/mesh.ts';

/** Number of texel centres of a `sizePx` map that lie inside more than one quad, edges excluded. */
export function uvOverlapCount(topology: Pick<HeadTopology, 'uvs' | 'quadUvs'>, sizePx: number): number {
  const owner = new Int32Array(sizePx * sizePx).fill(-1);
  const overlaps = new Set<number>();
  const { uvs, quadUvs } = topology;
  for (let q = 0; q < quadUvs.length; q += 4) {
    const x = Array.from(quadUvs.subarray(q, q + 4), (i) => uvs[i * 2]! * sizePx);
    const y = Array.from(quadUvs.subarray(q, q + 4), (i) => uvs[i * 2 + 1]! * sizePx);
    for (let row = Math.floor(Math.min(...y)); row <= Math.max(...y); row++) {
      for (let column = Math.floor(Math.min(...x)); column <= Math.max(...x); column++) {
        if (!isInside(x, y, column + 0.5, row + 0.5)) continue;
        const texel = row * sizePx + column;
        if (owner[texel] !== -1 && owner[texel] !== q) overlaps.add(texel);
        owner[texel] = q;
      }
    }
  }
  return overlaps.size;
}

/** Inside either triangle of the quad (the split that the exporters use), by more than a rounding error. */
function isInside(x: number[], y: number[], px: number, py: number): boolean {
  for (const [a, b, c] of [
    [0, 1, 2],
    [0, 2, 3],
  ] as const) {
    const area = (x[b]! - x[a]!) * (y[c]! - y[a]!) - (x[c]! - x[a]!) * (y[b]! - y[a]!);
    const side = (i: number, j: number): number =>
      ((x[j]! - x[i]!) * (py - y[i]!) - (px - x[i]!) * (y[j]! - y[i]!)) * Math.sign(area);
    if (Math.min(side(a, b), side(b, c), side(c, a)) > 1e-3) return true;
  }
  return false;
}
