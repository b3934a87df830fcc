/**
 * The hair as a shell of its own, cut out of the template that was wrapped on it.
 * in: topology, skin without and with hair (N, 3), Head, m, how far hair covers each vertex (N) → out: shell; null where too
 * little of the head is covered.
 * Template faces rather than triangles of the surface: quads, the head's own texture layout at its full density, and the
 * same levels of detail. The shell's border dips below the skin, so that no gap shows between the two.
 */
import type { Points } from '../../camera/frames.ts';
import { labelSets } from '../../mesh/mesh-checks.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import type { HairShell } from './head.ts';

/** A face belongs to the shell when a corner is covered by this much: the shell's slope down to the skin is part of it. */
const HAIR_COVERAGE = 0.02;
/** Coverage at which the shell stands as high as the hair; below, it sinks into the skin. */
const FULL_COVERAGE = 0.35;
/** Depth of the border below the skin, m: more than a chord of the skin's faces sags at a hairline. */
const DIP_M = 0.0015;
/** Least height of the shell above the skin where coverage is full, m: nearer, the two would flicker through each other. */
const CLEAR_M = 0.0008;
/** Pieces of fewer faces than this share of the largest one are stray: a collar, an earring. */
const PIECE_SHARE = 0.15;
/** Share of the skin's faces below which what was found is stray. */
const LEAST_SHARE = 0.01;

export type HairInput = {
  topology: HeadTopology;
  triangles: Uint32Array;
  bald: Points<'Head'>;
  wrapped: Points<'Head'>;
  covered: Float32Array;
};

export function cutHair({ topology, triangles, bald, wrapped, covered }: HairInput): HairShell | null {
  const { quads, quadGroups, groups } = topology;
  const skinGroup = groups.indexOf('skin');
  const found: number[] = [];
  let skinQuads = 0;
  for (let quad = 0; quad < quadGroups.length; quad++) {
    if (skinGroup !== -1 && quadGroups[quad] !== skinGroup) continue;
    skinQuads++;
    const most = Math.max(...[0, 1, 2, 3].map((k) => covered[quads[quad * 4 + k]!]!));
    if (most > HAIR_COVERAGE) found.push(quad);
  }
  const kept = keepLargePieces(topology, found);
  if (kept.length < LEAST_SHARE * skinQuads) return null;
  const normals = vertexNormals({ positionsHead: bald, triangles });
  const positionsHead = wrapped.slice();
  for (const vertex of new Set(kept.flatMap((quad) => [0, 1, 2, 3].map((k) => quads[quad * 4 + k]!)))) {
    const at = vertex * 3;
    const share = smoothstep(0, FULL_COVERAGE, covered[vertex]!);
    let height = 0;
    for (let k = 0; k < 3; k++) height += (wrapped[at + k]! - bald[at + k]!) * normals[at + k]!;
    const lift = share * Math.max(0, CLEAR_M - height) - (1 - share) * (DIP_M + Math.max(0, height));
    for (let k = 0; k < 3; k++) positionsHead[at + k] = wrapped[at + k]! + lift * normals[at + k]!;
  }
  return { quads: Uint32Array.from(kept), positionsHead, coverage: covered };
}

function keepLargePieces({ quads, vertexCount }: HeadTopology, found: readonly number[]): number[] {
  const corners = found.flatMap((quad) => [...quads.subarray(quad * 4, quad * 4 + 4)]);
  const labels = labelSets(corners, 4, vertexCount);
  const sizes = new Map<number, number>();
  const labelOf = (quad: number): number => labels[quads[quad * 4]!]!;
  for (const quad of found) sizes.set(labelOf(quad), (sizes.get(labelOf(quad)) ?? 0) + 1);
  const least = PIECE_SHARE * Math.max(...sizes.values());
  return found.filter((quad) => sizes.get(labelOf(quad))! >= least);
}
