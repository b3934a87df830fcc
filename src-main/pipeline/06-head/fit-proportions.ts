/**
 * The skin after views that contradict each other: M keeps its relief, only its proportions change.
 * in: what fitSkin is given → out: (N, 3), Head, m.
 *
 * Outlines of generated views are uncertain by a pixel of the network (3.4 mm), and where sixteen of them are intersected
 * the worst one decides; M, fitted to the photo, is smooth and plausible. So what is left of the change is its coarse part:
 * u minimises Σ (s |u − t|² + M_SHARE |u|²) a + λ² ∫ |∇u|², with t the change along the normal, s how much it counts and a
 * areas: a screened Poisson equation (mesh/vertex-graph.ts). Vectors, not lengths along normals: relief would show in u.
 */
import type { Points } from '../../camera/frames.ts';
import { vertexAreas } from '../../mesh/vertex-areas.ts';
import { solveVertexField } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { askSurface, type SkinInput } from './ask-surface.ts';

/** λ, m: changes narrower than twice of this are the views' noise. */
const SMOOTH_M = 0.012;
/** M's say beside that of the surface; alone, under hair, it takes the change back over λ / √M_SHARE = 8 cm. */
const M_SHARE = 0.02;
/** Change at which a vertex counts half, m: three times that of sure views, as single vertices decide nothing here. */
const HALF_M = 0.015;
/** Every round looks from where the last one left the skin: distances along normals are no straight way. */
const ROUNDS = 3;

export function fitProportions(input: SkinInput): Points<'Head'> {
  const { positionsHead, triangles, graph } = input;
  const areas = vertexAreas({ positionsHead, triangles });
  const values = new Float32Array(positionsHead.length);
  const out = positionsHead.slice();
  for (let round = 0; round < ROUNDS; round++) {
    const normals = vertexNormals({ positionsHead: out, triangles });
    const confidence = areas.map((area, v) => {
      const { step, share } = askSurface(input, out, normals, HALF_M, v);
      for (let i = v * 3; i < v * 3 + 3; i++)
        values[i] = (share / (share + M_SHARE)) * (out[i]! - positionsHead[i]! + step * normals[i]!);
      // On a mesh of equilateral triangles Σ |uᵢ − uⱼ|² over its edges is √3 ∫ |∇u|².
      return (Math.sqrt(3) * area * (share + M_SHARE)) / SMOOTH_M ** 2;
    });
    const field = solveVertexField(graph, { channels: 3, values, confidence, fallback: [0, 0, 0] });
    for (let i = 0; i < out.length; i++) out[i] = positionsHead[i]! + field[i]!;
  }
  return out;
}
