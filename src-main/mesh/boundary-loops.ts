/**
 * The open edges of a mesh.
 *
 * In: triangles. Out: closed chains of vertices along edges that belong to one triangle only, running as that triangle
 * runs. A vertex where two openings touch is given to one of them.
 */
import type { TriangleMesh } from './mesh.ts';

export function boundaryLoops({ positionsHead, triangles }: TriangleMesh): number[][] {
  const vertexCount = positionsHead.length / 3;
  const edges = new Set<number>();
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) edges.add(triangles[t + k]! * vertexCount + triangles[t + ((k + 1) % 3)]!);
  }
  const next = new Map<number, number>();
  for (const edge of edges) {
    const from = Math.floor(edge / vertexCount);
    const to = edge % vertexCount;
    if (!edges.has(to * vertexCount + from)) next.set(from, to);
  }
  const loops: number[][] = [];
  for (const start of next.keys()) {
    const loop: number[] = [];
    for (let vertex = start; next.has(vertex);) {
      loop.push(vertex);
      const following = next.get(vertex)!;
      next.delete(vertex);
      vertex = following;
    }
    if (loop.length > 2) loops.push(loop);
  }
  return loops;
}
