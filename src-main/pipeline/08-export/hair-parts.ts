/**
 * The hair shell for the files: a part of the GLB, and joined to the head for the OBJ.
 * in: fitted head with its shell, rig → out: parts, or one topology; Head, m.
 */
import type { Points } from '../../camera/frames.ts';
import { appendShell, selectQuads } from '../../mesh/append-shell.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { FittedHead, HairShell } from '../06-head/head.ts';
import { headParts } from './head-parts.ts';
import type { HeadRig } from '../06-head/rigging.ts';
import { unitNormals } from './split-seams.ts';
import type { GlbPart } from './write-glb.ts';

/** Node, mesh and material of the GLB, group and material of the OBJ. */
export const HAIR = 'hair';

/** The shell's faces of a level of detail: those that lie on its vertices. It follows the joints, not the expressions. */
export function hairParts(
  level: HeadTopology,
  hair: HairShell,
  full: HeadTopology,
  rig: HeadRig | null,
): GlbPart[] {
  const used = new Set(selectQuads(full, hair.quads, HAIR).quads);
  const skin = level.groups.indexOf('skin');
  const quads = [...level.quadGroups.keys()].filter(
    (quad) =>
      (skin === -1 || level.quadGroups[quad] === skin) &&
      level.quads.subarray(quad * 4, quad * 4 + 4).every((vertex) => used.has(vertex)),
  );
  if (quads.length === 0) return [];
  const topology = selectQuads(level, Uint32Array.from(quads), HAIR);
  const { triangles } = triangulateTopology(topology);
  return headParts({
    topology,
    restHead: hair.positionsHead,
    normalsHead: unitNormals(hair.positionsHead, triangles),
    textured: [true],
    map: 'hair',
    shapes: null,
    rig,
  });
}

/** Head and hair as one model for the OBJ. */
export function withHair({
  topology,
  hair,
}: FittedHead): (positionsHead: Points<'Head'>) => { topology: HeadTopology; positionsHead: Points<'Head'> } {
  return (positionsHead) =>
    hair === null ? { topology, positionsHead } : appendShell(topology, positionsHead, hair, HAIR);
}
