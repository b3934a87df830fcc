/**
 * Closes the neck of a head template and says where it is cut.
 * in: triangles of the template with open parts, Head, m → out: the same triangles + a fan over the neck's opening, and
 * the height of a horizontal plane that crosses the neck above all of its rim.
 */
import type { TriangleMesh } from '../../mesh/mesh.ts';

/** Fewer rim vertices than any neck has: gaps of eyelids and lashes are not taken for one. */
const MIN_RIM_VERTICES = 8;

export type CappedNeck = { mesh: TriangleMesh; neckYHead: number };

export function capNeck(mesh: TriangleMesh): CappedNeck {
  const { positionsHead: p } = mesh;
  const heights = (loop: readonly number[]): number[] => loop.map((vertex) => p[vertex * 3 + 1]!);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const rim = boundaryLoops(mesh)
    .filter((loop) => loop.length >= MIN_RIM_VERTICES)
    .sort((a, b) => mean(heights(a)) - mean(heights(b)))[0];
  if (rim === undefined) {
    let lowest = Infinity;
    for (let i = 1; i < p.length; i += 3) lowest = Math.min(lowest, p[i]!);
    return { mesh, neckYHead: lowest };
  }
  const centre = p.length / 3;
  const positionsHead = new Float32Array(p.length + 3);
  positionsHead.set(p);
  for (let axis = 0; axis < 3; axis++) {
    positionsHead[p.length + axis] = mean(rim.map((vertex) => p[vertex * 3 + axis]!));
  }
  // Boundary edges run with their triangle, so the cap runs against them.
  const fan = rim.flatMap((vertex, i) => [rim[(i + 1) % rim.length]!, vertex, centre]);
  return {
    mesh: { positionsHead, triangles: Uint32Array.from([...mesh.triangles, ...fan]) },
    neckYHead: Math.max(...heights(rim)),
  };
}

/** Closed chains of edges that belong to one triangle only, in the direction of that triangle. */
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
