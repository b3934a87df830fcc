/**
 * A part of a template's faces, as a topology of its own or beside the whole.
 * in: topology (N vertices), indices of quads, name of the part → out: topology; uvs are shared.
 */
import type { Points } from '../camera/frames.ts';
import type { HeadTopology } from './mesh.ts';

export type Shell = {
  /** Indices of the topology's quads. */
  quads: Uint32Array;
  /** (N, 3) m, head frame: where the vertices of those quads lie in the shell. */
  positionsHead: Points<'Head'>;
};

/** On the same N vertices, as one group. */
export function selectQuads(topology: HeadTopology, quads: Uint32Array, name: string): HeadTopology {
  const pick = (values: Uint32Array): Uint32Array => {
    const out = new Uint32Array(quads.length * 4);
    quads.forEach((quad, i) => out.set(values.subarray(quad * 4, quad * 4 + 4), i * 4));
    return out;
  };
  return {
    ...topology,
    quads: pick(topology.quads),
    quadUvs: pick(topology.quadUvs),
    quadGroups: new Uint8Array(quads.length),
    groups: [name],
  };
}

/** The whole and the shell as one: the shell's vertices follow the N, and it is the last group. */
export function appendShell(
  topology: HeadTopology,
  positionsHead: Points<'Head'>,
  shell: Shell,
  name: string,
): { topology: HeadTopology; positionsHead: Points<'Head'> } {
  const part = selectQuads(topology, shell.quads, name);
  const vertices = [...new Set(part.quads)].sort((a, b) => a - b);
  const indexOf = new Map(vertices.map((vertex, i) => [vertex, topology.vertexCount + i]));
  const positions = new Float32Array((topology.vertexCount + vertices.length) * 3);
  positions.set(positionsHead);
  vertices.forEach((vertex, i) =>
    positions.set(shell.positionsHead.subarray(vertex * 3, vertex * 3 + 3), (topology.vertexCount + i) * 3),
  );
  return {
    topology: {
      vertexCount: topology.vertexCount + vertices.length,
      quads: Uint32Array.from([...topology.quads, ...part.quads.map((vertex) => indexOf.get(vertex)!)]),
      uvs: topology.uvs,
      quadUvs: Uint32Array.from([...topology.quadUvs, ...part.quadUvs]),
      quadGroups: Uint8Array.from([
        ...topology.quadGroups,
        ...part.quadGroups.map(() => topology.groups.length),
      ]),
      groups: [...topology.groups, name],
      mirror: Uint32Array.from([
        ...topology.mirror,
        ...vertices.map((vertex, i) => indexOf.get(topology.mirror[vertex]!) ?? topology.vertexCount + i),
      ]),
    },
    positionsHead: positions,
  };
}
