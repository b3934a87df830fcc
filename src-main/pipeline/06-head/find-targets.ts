/**
 * Where the vertices of the template belong on the reconstructed surface.
 * in: vertices (N, 3), Head, m, surface tree, coverage (N) in [0, 1] → out: displacement targets with weights.
 *
 * Coverage says how far the surface is the views' own (hair) and not M's shape. Without coverage a vertex stays where it
 * is: M is finer than the surface's grid there, and eyelids, lips and nostrils have no counterpart on a closed surface.
 * First round: along the outward direction, which keeps the mesh's spacing; later rounds: the nearest point that faces the
 * same way, which follows overhangs.
 */
import type { Points } from '../../camera/frames.ts';
import { castRay } from '../../mesh/cast-ray.ts';
import {
  closestPoint,
  makeSurfacePoint,
  type SurfacePoint,
  type TriangleBvh,
} from '../../mesh/triangle-bvh.ts';
import type { DisplacementTargets } from './solve-displacement.ts';

/** A covered vertex moves at most a hand's breadth, the reach of hair in the views. */
const REACH_M = 0.12;
/** Least cosine between the outward direction, or a vertex normal, and the normal of the surface it is drawn to. */
const FACING_FIRST = 0.1;
const FACING_LATER = 0.4;
/** Weight of staying, against 1 for a target on the surface: the hairline may be steep, the face may not move. */
const PIN_WEIGHT = 6;
/** Share of a target's weight that also holds along the surface: keeps vertices from bunching. */
const POINT_SHARE = 0.1;

export type Correspondence = {
  surface: TriangleBvh;
  /** (F, 3) unit normals of the surface's triangles. */
  faceNormals: Float32Array;
  /** (N, 3) where u = 0. */
  base: Points<'Head'>;
  /** (N) in [0, 1]: 1 = goes to the surface, 0 = stays. */
  coverage: Float32Array;
  /** (N) in [0, 1]: neither; follows what is around it. */
  riding: Float32Array;
  /** (N, 3) unit. */
  outward: Points<'Head'>;
};

export function startTargets(count: number): DisplacementTargets {
  return {
    targets: new Float64Array(count * 3),
    normals: new Float32Array(count * 3),
    acrossWeights: new Float64Array(count),
    pointWeights: new Float64Array(count),
  };
}

/** Along the outward direction: out of the hair, or inwards where the surface lies below the vertex. */
export function shootTargets(
  input: Correspondence,
  isInside: (vertex: number) => boolean,
  out: DisplacementTargets,
): void {
  const { surface, base, coverage, outward } = input;
  const hit = makeSurfacePoint();
  for (let i = 0; i < coverage.length; i++) {
    pin(input, i, out);
    if (coverage[i] === 0) continue;
    const at = i * 3;
    const direction = [outward[at]!, outward[at + 1]!, outward[at + 2]!] as const;
    const sign = isInside(i) ? 1 : -1;
    const origin = [base[at]!, base[at + 1]!, base[at + 2]!] as const;
    const ray = [sign * direction[0], sign * direction[1], sign * direction[2]] as const;
    if (!castRay(surface, origin, ray, REACH_M, hit)) continue;
    if (facing(input, hit.triangle, ...direction) < FACING_FIRST) continue;
    // Both weights full: the spacing along the surface comes from these rays.
    aim(input, i, hit, coverage[i]!, coverage[i]!, out);
  }
}

/** To the nearest point that faces the same way as the vertex does at `normals` (N, 3). */
export function closeTargets(
  input: Correspondence,
  positionsHead: Points<'Head'>,
  normals: Float32Array,
  out: DisplacementTargets,
): void {
  const { surface, coverage } = input;
  const hit = makeSurfacePoint();
  for (let i = 0; i < coverage.length; i++) {
    pin(input, i, out);
    if (coverage[i] === 0) continue;
    const at = i * 3;
    const [nx, ny, nz] = [normals[at]!, normals[at + 1]!, normals[at + 2]!];
    const accept = (triangle: number): boolean => facing(input, triangle, nx, ny, nz) > FACING_LATER;
    const [x, y, z] = [positionsHead[at]!, positionsHead[at + 1]!, positionsHead[at + 2]!];
    if (!closestPoint(surface, x, y, z, REACH_M / 4, hit, accept)) continue;
    aim(input, i, hit, coverage[i]!, POINT_SHARE * coverage[i]!, out);
  }
}

function pin({ coverage, riding }: Correspondence, i: number, out: DisplacementTargets): void {
  out.targets.fill(0, i * 3, i * 3 + 3);
  out.acrossWeights[i] = 0;
  out.pointWeights[i] = PIN_WEIGHT * ((1 - coverage[i]!) * (1 - riding[i]!)) ** 2;
}

/** Adds a target to the pin: the point weight's target becomes the weighted mean of both. */
function aim(
  { base, faceNormals }: Correspondence,
  i: number,
  hit: SurfacePoint,
  across: number,
  point: number,
  out: DisplacementTargets,
): void {
  const at = i * 3;
  const pinned = out.pointWeights[i]!;
  const share = point / (pinned + point);
  const place = [hit.x, hit.y, hit.z];
  for (let k = 0; k < 3; k++) {
    out.targets[at + k] = share * (place[k]! - base[at + k]!);
    out.normals[at + k] = faceNormals[hit.triangle * 3 + k]!;
  }
  out.pointWeights[i] = pinned + point;
  // The plane through the blended target: for a half-covered vertex half of the way counts.
  out.acrossWeights[i] = across * share;
}

function facing({ faceNormals }: Correspondence, triangle: number, x: number, y: number, z: number): number {
  return (
    faceNormals[triangle * 3]! * x + faceNormals[triangle * 3 + 1]! * y + faceNormals[triangle * 3 + 2]! * z
  );
}
