/**
 * A level of detail as a template of its own: the model's coarser quads on the full template's vertices and uvs.
 * in: full topology, (Q, 4) quads and uv indices of the level → out: topology with the same vertices, uvs, group names.
 * The level carries no groups: a quad belongs where most of its corners lie that only one group uses. Skin and the
 * inside of the mouth share the vertices of their border, which decide nothing.
 */
import type { HeadTopology } from '../../mesh/mesh.ts';
import type { HeadLod } from '../03-prior/head-model.ts';

/** Marks a vertex that faces of several groups share. */
const SHARED = 255;
const UNUSED = 254;

export function lodTopology(topology: HeadTopology, { quads, quadUvs }: HeadLod): HeadTopology {
  const groupOf = new Uint8Array(topology.vertexCount).fill(UNUSED);
  topology.quads.forEach((vertex, corner) => {
    const group = topology.quadGroups[corner >> 2]!;
    if (groupOf[vertex] === UNUSED) groupOf[vertex] = group;
    else if (groupOf[vertex] !== group) groupOf[vertex] = SHARED;
  });
  const skin = Math.max(0, topology.groups.indexOf('skin'));
  const votes = new Uint8Array(topology.groups.length);
  const quadGroups = new Uint8Array(quads.length / 4);
  for (let quad = 0; quad < quadGroups.length; quad++) {
    votes.fill(0);
    for (let k = 0; k < 4; k++) {
      const group = groupOf[quads[quad * 4 + k]!]!;
      if (group < votes.length) votes[group]!++;
    }
    const most = Math.max(...votes);
    quadGroups[quad] = most === 0 || votes[skin] === most ? skin : votes.indexOf(most);
  }
  return { ...topology, quads, quadUvs, quadGroups };
}
