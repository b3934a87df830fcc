/**
 * The hair shell for the files: a part of the GLB and the FBX, and joined to the head for the OBJ.
 * in: fitted head with its shell, rig → out: what parts are made of, or one topology; Head, m.
 */
import type { Points } from '../../camera/frames.ts';
import { appendShell, selectQuads } from '../../mesh/append-shell.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { FittedHead, HairShell } from '../06-head/head.ts';
import type { HeadForParts } from './head-parts.ts';
import type { HeadRig } from '../06-head/rigging.ts';
import { unitNormals } from './split-seams.ts';

/** Node, mesh and material of the GLB, group and material of the OBJ. */
export const HAIR = 'hair';

/**
 * The shell's faces of a level of detail: those that lie on its vertices. It follows the joints, not the expressions.
 * Null where the level has none.
 */
export function hairOnLevel(
  level: HeadTopology,
  hair: HairShell,
  full: HeadTopology,
  rig: HeadRig | null,
): HeadForParts | null {
  const used = new Set(selectQuads(full, hair.quads, HAIR).quads);
  const skin = level.groups.indexOf('skin');
  const quads = [...level.quadGroups.keys()].filter(
    (quad) =>
      (skin === -1 || level.quadGroups[quad] === skin) &&
      level.quads.subarray(quad * 4, quad * 4 + 4).every((vertex) => used.has(vertex)),
  );
  if (quads.length === 0) return null;
  const topology = selectQuads(level, Uint32Array.from(quads), HAIR);
  const { triangles } = triangulateTopology(topology);
  return {
    topology,
    restHead: hair.positionsHead,
    normalsHead: unitNormals(hair.positionsHead, triangles),
    textured: [true],
    map: 'hair',
    shapes: null,
    rig,
  };
}

/** Head and hair as one model for the OBJ. */
export function withHair({
  topology,
  hair,
}: FittedHead): (positionsHead: Points<'Head'>) => { topology: HeadTopology; positionsHead: Points<'Head'> } {
  return (positionsHead) =>
    hair === null ? { topology, positionsHead } : appendShell(topology, positionsHead, hair, HAIR);
}
