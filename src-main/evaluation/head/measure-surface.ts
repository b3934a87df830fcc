/**
 * How far a reconstructed mesh lies from the truth.
 * truth (points that the views see, triangles), mesh → distances in mm from truth to mesh and from mesh to truth, angles in
 * degrees between normals; over the face or the whole head. No alignment beyond the one of the prior's frame.
 */
import type { TriangleMesh } from '../../mesh/mesh.ts';
import {
  buildTriangleBvh,
  closestPoint,
  makeSurfacePoint,
  type SurfacePoint,
} from '../../mesh/triangle-bvh.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import type { SeenPoints } from './truth-head.ts';

export type SurfaceErrors = {
  /** Mean distances of the truth's points from the mesh, and of the mesh's vertices from the truth's triangles. */
  truthToMeshMm: number;
  meshToTruthMm: number;
  /** 95 % of the truth's points are nearer. */
  truthToMesh95Mm: number;
  /** Mean angle at truth points on skin that the mesh has near by. */
  normalDeg: number;
};

/** Whether a point with a normal counts, of the truth or of the mesh (Head, m). */
export type Region = (point: ArrayLike<number>, normal: ArrayLike<number>) => boolean;

/** Farther than any part of a head is off. */
const SEARCH_M = 0.1;
/** Normals are compared where mesh and truth are the same place, m. */
const SAME_PLACE_M = 0.005;

export function measureSurface(
  truth: { mesh: TriangleMesh; seen: SeenPoints },
  mesh: TriangleMesh,
  region: Region,
  skinOnly: boolean,
): SurfaceErrors {
  const { positionsHead, normalsHead, isSkin } = truth.seen;
  const bvh = buildTriangleBvh(mesh);
  const normals = vertexNormals(mesh);
  const hit = makeSurfacePoint();
  const toMesh: number[] = [];
  const angles: number[] = [];
  for (let i = 0; i < isSkin.length; i++) {
    if (skinOnly && isSkin[i] !== 1) continue;
    const point = positionsHead.subarray(i * 3, i * 3 + 3);
    const normal = normalsHead.subarray(i * 3, i * 3 + 3);
    if (!region(point, normal)) continue;
    const found = closestPoint(bvh, point[0]!, point[1]!, point[2]!, SEARCH_M, hit);
    toMesh.push(1000 * (found ? hit.distance : SEARCH_M));
    if (found && isSkin[i] === 1 && hit.distance < SAME_PLACE_M) {
      angles.push(angleDeg(normal, normalAt(mesh, normals, hit)));
    }
  }
  const sorted = Float64Array.from(toMesh).sort();
  return {
    truthToMeshMm: meanOf(toMesh),
    meshToTruthMm: meanOf(distancesToTruth(truth.mesh, mesh, normals, region)),
    truthToMesh95Mm: sorted[Math.floor(0.95 * (sorted.length - 1))] ?? Number.NaN,
    normalDeg: meanOf(angles),
  };
}

function distancesToTruth(
  truth: TriangleMesh,
  mesh: TriangleMesh,
  normals: Float32Array,
  region: Region,
): number[] {
  const bvh = buildTriangleBvh(truth);
  const hit = makeSurfacePoint();
  const out: number[] = [];
  for (let i = 0; i < mesh.positionsHead.length; i += 3) {
    const point = mesh.positionsHead.subarray(i, i + 3);
    if (!region(point, normals.subarray(i, i + 3))) continue;
    const found = closestPoint(bvh, point[0]!, point[1]!, point[2]!, SEARCH_M, hit);
    out.push(1000 * (found ? hit.distance : SEARCH_M));
  }
  return out;
}

/** Smooth normal of the mesh at a point of one of its triangles (not of unit length). */
function normalAt({ triangles }: TriangleMesh, normals: Float32Array, hit: SurfacePoint): number[] {
  const weights = [1 - hit.weight1 - hit.weight2, hit.weight1, hit.weight2];
  return [0, 1, 2].map((axis) =>
    weights.reduce((sum, w, k) => sum + w * normals[triangles[hit.triangle * 3 + k]! * 3 + axis]!, 0),
  );
}

function angleDeg(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  const lengths = Math.hypot(a[0]!, a[1]!, a[2]!) * Math.hypot(b[0]!, b[1]!, b[2]!);
  return (Math.acos(Math.min(1, Math.max(-1, dot / (lengths || 1)))) * 180) / Math.PI;
}

export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
