import type { HeadTopology } from './mesh.ts';

/** (N) name of the face group that a vertex belongs to: that of the first face which uses it, `skin` when none does. */
export function nameVertexGroups(topology: HeadTopology): string[] {
  const names = new Array<string>(topology.vertexCount).fill('skin');
  for (let corner = topology.quads.length - 1; corner >= 0; corner--) {
    names[topology.quads[corner]!] = topology.groups[topology.quadGroups[corner >> 2]!]!;
  }
  return names;
}
