/**
 * The triangles of a head topology.
 *
 * In: quads (Q, 4), their texture coordinates (Q, 4) and groups (Q). Out: F triangles, Q ≤ F ≤ 2Q, in quad order.
 * Every quad is cut along the diagonal from its first to its third corner. A diagonal chosen by length would follow the
 * positions, and then two shapes of one head model would not share their triangles; the fixed one keeps triangle ids
 * comparable between the prior, the fitted head and the exported file.
 */
import type { HeadTopology } from './mesh.ts';

export type TriangulatedTopology = {
  /** (F, 3) vertex indices, CCW from outside. */
  triangles: Uint32Array;
  /** (F, 3) indices into `HeadTopology.uvs`. */
  triangleUvs: Uint32Array;
  /** (F) index into `HeadTopology.groups`. */
  triangleGroups: Uint8Array;
};

export function triangulateTopology(topology: HeadTopology): TriangulatedTopology {
  const { quads, quadUvs, quadGroups } = topology;
  const quadCount = quads.length / 4;
  const triangles = new Uint32Array(quadCount * 6);
  const triangleUvs = new Uint32Array(quadCount * 6);
  const triangleGroups = new Uint8Array(quadCount * 2);
  let count = 0;
  const add = (quad: number, second: number, third: number): void => {
    const at = quad * 4;
    const a = quads[at]!;
    const b = quads[at + second]!;
    const c = quads[at + third]!;
    if (a === b || b === c || c === a) return;
    const to = count * 3;
    triangles[to] = a;
    triangles[to + 1] = b;
    triangles[to + 2] = c;
    triangleUvs[to] = quadUvs[at]!;
    triangleUvs[to + 1] = quadUvs[at + second]!;
    triangleUvs[to + 2] = quadUvs[at + third]!;
    triangleGroups[count] = quadGroups[quad]!;
    count++;
  };
  for (let quad = 0; quad < quadCount; quad++) {
    add(quad, 1, 2);
    add(quad, 2, 3);
  }
  return {
    triangles: triangles.slice(0, count * 3),
    triangleUvs: triangleUvs.slice(0, count * 3),
    triangleGroups: triangleGroups.slice(0, count),
  };
}
