/**
 * Closes the neck of a head template and says where it is cut.
 * in: triangles of the template with open parts, Head, m → out: the same triangles + a fan over the neck's opening, and
 * the plane of that opening, moved inwards until all of the rim lies beyond it.
 * Tried first: a horizontal plane above the rim; templates cut the neck along a ring of edges that rises by 4 cm from the
 * throat to the nape, so that a level cut would take the chin's underside with it.
 */
import type { TriangleMesh } from '../../mesh/mesh.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** Fewer rim vertices than any neck has: gaps of eyelids and lashes are not taken for one. */
const MIN_RIM_VERTICES = 8;

/** Points beyond the plane (`normal · point > offset`) are cut off. `normal` is unit, Head. */
export type CutPlane = { normalHead: readonly [number, number, number]; offset: number };

/** How far a sample of a grid lies beyond the plane, m. */
export function beyondCut(
  { normalHead, offset }: CutPlane,
  grid: SignedDistanceGrid,
  sample: number,
): number {
  const { size, originHead, spacing } = grid;
  const x = originHead[0] + spacing * (sample % size[0]);
  const y = originHead[1] + spacing * (Math.floor(sample / size[0]) % size[1]);
  const z = originHead[2] + spacing * Math.floor(sample / (size[0] * size[1]));
  return normalHead[0] * x + normalHead[1] * y + normalHead[2] * z - offset;
}

export type CappedNeck = { mesh: TriangleMesh; cut: CutPlane };

/** A template without an opening is cut at its lowest point, i.e. not at all. */
export function capNeck(mesh: TriangleMesh): CappedNeck {
  const { positionsHead: p } = mesh;
  const point = (vertex: number): number[] => [...p.subarray(vertex * 3, vertex * 3 + 3)];
  const rims = boundaryLoops(mesh).filter((loop) => loop.length >= MIN_RIM_VERTICES);
  const heights = rims.map((rim) => meanPoint(rim.map(point))[1]!);
  const rim = rims[heights.indexOf(Math.min(...heights))];
  if (rim === undefined) {
    let lowest = Infinity;
    for (let i = 1; i < p.length; i += 3) lowest = Math.min(lowest, p[i]!);
    return { mesh, cut: { normalHead: [0, -1, 0], offset: -lowest } };
  }
  const points = rim.map(point);
  const middle = meanPoint(points);
  // Boundary edges run with their triangles, so the cap runs against them.
  const fan = rim.flatMap((vertex, i) => [rim[(i + 1) % rim.length]!, vertex, p.length / 3]);
  const normalHead = loopNormal(points.reverse());
  const along = points.map((q) => q[0]! * normalHead[0] + q[1]! * normalHead[1] + q[2]! * normalHead[2]);
  return {
    mesh: {
      positionsHead: Float32Array.from([...p, ...middle]),
      triangles: Uint32Array.from([...mesh.triangles, ...fan]),
    },
    cut: { normalHead, offset: Math.min(...along) },
  };
}

function meanPoint(points: readonly (readonly number[])[]): number[] {
  return [0, 1, 2].map((axis) => points.reduce((sum, q) => sum + q[axis]!, 0) / points.length);
}

/** Newell's normal: the plane of a loop that does not lie in one. */
function loopNormal(points: readonly (readonly number[])[]): [number, number, number] {
  const sum = [0, 0, 0];
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length]!;
    for (let axis = 0; axis < 3; axis++) {
      const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
      sum[axis] = sum[axis]! + (a[u]! - b[u]!) * (a[v]! + b[v]!);
    }
  });
  const length = Math.hypot(...sum);
  return [sum[0]! / length, sum[1]! / length, sum[2]! / length];
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
