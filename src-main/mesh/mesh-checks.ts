/**
 * What holds or does not hold of a triangle mesh: for tests, for the surface stage's own checks and for the report.
 *
 * In: mesh (N vertices, F triangles). Out: counts, volume (m³) and area (m²).
 */
import type { TriangleMesh } from './mesh.ts';

export type MeshReport = {
  vertexCount: number;
  triangleCount: number;
  /** Vertices that no triangle uses. */
  unusedVertexCount: number;
  /** Triangles that name a vertex twice or have no area. */
  degenerateCount: number;
  edgeCount: number;
  /** Edges of one triangle only. */
  boundaryEdgeCount: number;
  /** Closed chains of boundary edges. */
  boundaryLoopCount: number;
  /** Edges of three or more triangles. */
  nonManifoldEdgeCount: number;
  /** Edges whose two triangles run along them in the same direction: one of the two is turned inside out. */
  flippedEdgeCount: number;
  /** Sets of triangles connected by vertices. */
  componentCount: number;
  /** No boundary, every edge has two triangles of agreeing orientation. */
  watertight: boolean;
  /** Signed; positive when triangles are CCW from outside. Means something only when watertight. */
  volumeM3: number;
  areaM2: number;
  /** V − E + F over used vertices; 2 for a sphere. */
  eulerCharacteristic: number;
};

export function checkMesh(mesh: TriangleMesh): MeshReport {
  const { positionsHead: p, triangles } = mesh;
  const vertexCount = p.length / 3;
  const triangleCount = triangles.length / 3;
  for (const index of triangles) {
    if (index >= vertexCount) throw new RangeError(`triangle refers to vertex ${index} of ${vertexCount}`);
  }
  const edges = countEdges(triangles, vertexCount);
  const used = new Uint8Array(vertexCount);
  for (const index of triangles) used[index] = 1;
  const usedCount = used.reduce((sum, flag) => sum + flag, 0);
  let volumeM3 = 0;
  let areaM2 = 0;
  let degenerateCount = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]! * 3, triangles[t + 1]! * 3, triangles[t + 2]! * 3];
    const ux = p[b]! - p[a]!;
    const uy = p[b + 1]! - p[a + 1]!;
    const uz = p[b + 2]! - p[a + 2]!;
    const vx = p[c]! - p[a]!;
    const vy = p[c + 1]! - p[a + 1]!;
    const vz = p[c + 2]! - p[a + 2]!;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    const area = Math.hypot(nx, ny, nz) / 2;
    if (area === 0) degenerateCount++;
    areaM2 += area;
    volumeM3 += (p[a]! * nx + p[a + 1]! * ny + p[a + 2]! * nz) / 6;
  }
  return {
    vertexCount,
    triangleCount,
    unusedVertexCount: vertexCount - usedCount,
    degenerateCount,
    ...edges,
    componentCount: countComponents(triangles, vertexCount),
    watertight: edges.boundaryEdgeCount + edges.nonManifoldEdgeCount + edges.flippedEdgeCount === 0,
    volumeM3,
    areaM2,
    eulerCharacteristic: usedCount - edges.edgeCount + triangleCount,
  };
}

type EdgeCounts = Pick<
  MeshReport,
  'edgeCount' | 'boundaryEdgeCount' | 'boundaryLoopCount' | 'nonManifoldEdgeCount' | 'flippedEdgeCount'
>;

function countEdges(triangles: Uint32Array, vertexCount: number): EdgeCounts {
  /** Key low·N + high; value: triangles running low → high in the upper half, high → low in the lower 16 bits. */
  const runs = new Map<number, number>();
  const forward = 0x10000;
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]!;
      const b = triangles[t + ((k + 1) % 3)]!;
      const key = a < b ? a * vertexCount + b : b * vertexCount + a;
      runs.set(key, (runs.get(key) ?? 0) + (a < b ? forward : 1));
    }
  }
  const boundary: number[] = [];
  let nonManifoldEdgeCount = 0;
  let flippedEdgeCount = 0;
  for (const [key, value] of runs) {
    const up = Math.floor(value / forward);
    const down = value % forward;
    if (up + down === 1) boundary.push(Math.floor(key / vertexCount), key % vertexCount);
    else if (up + down > 2) nonManifoldEdgeCount++;
    else if (up !== down) flippedEdgeCount++;
  }
  return {
    edgeCount: runs.size,
    boundaryEdgeCount: boundary.length / 2,
    boundaryLoopCount: countSets(boundary, 2, vertexCount),
    nonManifoldEdgeCount,
    flippedEdgeCount,
  };
}

function countComponents(triangles: Uint32Array, vertexCount: number): number {
  return countSets(triangles, 3, vertexCount);
}

/** Connected sets of vertices when the members of each group of `stride` belong together. */
function countSets(groups: ArrayLike<number>, stride: number, vertexCount: number): number {
  const labels = labelSets(groups, stride, vertexCount);
  const roots = new Set<number>();
  for (let i = 0; i < groups.length; i++) roots.add(labels[groups[i]!]!);
  return roots.size;
}

/** (N) smallest vertex index of the connected set that a vertex belongs to (union-find with path halving). */
export function labelSets(groups: ArrayLike<number>, stride: number, vertexCount: number): Uint32Array {
  const parent = Uint32Array.from({ length: vertexCount }, (_, index) => index);
  const find = (start: number): number => {
    let node = start;
    while (parent[node] !== node) {
      parent[node] = parent[parent[node]!]!;
      node = parent[node]!;
    }
    return node;
  };
  for (let i = 0; i < groups.length; i += stride) {
    for (let k = 1; k < stride; k++) {
      const a = find(groups[i]!);
      const b = find(groups[i + k]!);
      if (a < b) parent[b] = a;
      else parent[a] = b;
    }
  }
  for (let vertex = 0; vertex < vertexCount; vertex++) parent[vertex] = find(vertex);
  return parent;
}
