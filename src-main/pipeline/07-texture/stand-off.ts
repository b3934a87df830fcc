/**
 * How far hair stands off the skin.
 *
 * In: fitted head of N vertices. Out: (N, then the vertices of its hair as appendShell lists them) m between a hair's vertex and
 * the skin's of the same number; 0 on the skin.
 */
import type { FittedHead } from '../06-head/head.ts';

export function standOff({ topology, positionsHead, hair }: FittedHead): Float32Array {
  const quads = hair === null ? [] : [...hair.quads];
  const vertices = [
    ...new Set(quads.flatMap((quad) => [...topology.quads.subarray(quad * 4, quad * 4 + 4)])),
  ];
  const out = new Float32Array(topology.vertexCount + vertices.length);
  if (hair === null) return out;
  vertices.sort((a, b) => a - b);
  vertices.forEach((v, k) => {
    const [x, y, z] = [0, 1, 2].map(
      (axis) => hair.positionsHead[v * 3 + axis]! - positionsHead[v * 3 + axis]!,
    );
    out[topology.vertexCount + k] = Math.hypot(x!, y!, z!);
  });
  return out;
}
