/**
 * Closes the neck of a head template.
 * in: triangles of the template with open parts, Head, m → out: the same triangles + a fan over the neck's opening, and the
 * plane at which the reconstruction is cut; a template without an opening is cut at its lowest point, i.e. not at all.
 */
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { type CutPlane, findNeckCut } from '../../mesh/neck-cut.ts';

export function capNeck(mesh: TriangleMesh): { mesh: TriangleMesh; cut: CutPlane } {
  const { positionsHead: p } = mesh;
  const neck = findNeckCut(mesh);
  if (neck === null) {
    let lowest = Infinity;
    for (let i = 1; i < p.length; i += 3) lowest = Math.min(lowest, p[i]!);
    return { mesh, cut: { normalHead: [0, -1, 0], offset: -lowest } };
  }
  const { rim, middle, plane } = neck;
  const fan = rim.flatMap((vertex, i) => [rim[(i + 1) % rim.length]!, vertex, p.length / 3]);
  return {
    mesh: {
      positionsHead: Float32Array.from([...p, ...middle]),
      triangles: Uint32Array.from([...mesh.triangles, ...fan]),
    },
    cut: plane,
  };
}
