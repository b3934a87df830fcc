/**
 * M laid over the person that it was estimated from: what M would be if the photo told the whole shape (the paper's ablation
 * "ground-truth mesh").
 *
 * In: M (N vertices, head frame), the person's skin as target views show it ({@link endAtNeck}: bare, below the chin in the shape of M's
 * neck), placement. Out: (N, 3) m, head frame, same topology.
 * Each vertex of the outer skin goes to the nearest place of the true skin that faces the same way, first all together as a soft
 * sheet, then ever closer; what has no such place (lids' insides, nostrils, the mouth's bag) goes with what is around it on the mesh,
 * and eyes, teeth and tongue go with the skin around them.
 */
import type { Points } from '../../camera/frames.ts';
import { faceNormals } from '../../mesh/face-normals.ts';
import { labelSets } from '../../mesh/mesh-checks.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../mesh/triangle-bvh.ts';
import { nameVertexGroups } from '../../mesh/vertex-groups.ts';
import { buildVertexGraph, solveVertexField } from '../../mesh/vertex-graph.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import { carryParts } from '../../pipeline/06-head/carry-parts.ts';
import { headFromPerson, type Placement } from './align-truth.ts';
import type { ShownHead } from './end-at-neck.ts';

/**
 * How much a found place counts in each round, against each edge's pull to move as its neighbours do. With a last round of 8 the
 * skin comes twice as near (0.1 mm), but up to 13 triangles of the ears turn over.
 */
const ROUNDS = [0.03, 0.1, 0.5, 2] as const;
/** Cosine between the normals of a vertex and of its place. */
const FACING = 0.3;
/** An estimate is nowhere farther off, m. */
const REACH_M = 0.04;

export function layOverTruth(
  estimate: Points<'Head'>,
  shown: ShownHead,
  placement: Placement,
  { model, triangles }: Pick<PreparedModel, 'model' | 'triangles'>,
): Points<'Head'> {
  const truth = skinInHeadFrame(shown, placement);
  const tree = buildTriangleBvh(truth);
  const faces = faceNormals(truth);
  const graph = buildVertexGraph({ positionsHead: estimate, triangles });
  const isOuter = outerSkin(model);
  const place = makeSurfacePoint();
  const count = isOuter.length;
  const out = estimate.slice();
  for (const weight of ROUNDS) {
    const normals = vertexNormals({ positionsHead: out, triangles });
    const values = new Float32Array(count * 3);
    const confidence = new Float32Array(count);
    for (let v = 0; v < count; v++) {
      if (isOuter[v] === 0) continue;
      const at = v * 3;
      const isFacing = (triangle: number): boolean => {
        const t = triangle * 3;
        const cosine =
          normals[at]! * faces[t]! + normals[at + 1]! * faces[t + 1]! + normals[at + 2]! * faces[t + 2]!;
        return cosine > FACING;
      };
      if (!closestPoint(tree, out[at]!, out[at + 1]!, out[at + 2]!, REACH_M, place, isFacing)) continue;
      confidence[v] = weight;
      values[at] = place.x - estimate[at]!;
      values[at + 1] = place.y - estimate[at + 1]!;
      values[at + 2] = place.z - estimate[at + 2]!;
    }
    const moves = solveVertexField(graph, { channels: 3, values, confidence, fallback: [0, 0, 0] });
    for (let i = 0; i < out.length; i++) out[i] = estimate[i]! + moves[i]!;
  }
  const parts = labelSets(triangles, 3, count);
  carryParts(parts, parts[isOuter.indexOf(1)]!, estimate, out);
  return out;
}

/** (N) 1 where a vertex is seen from outside: skin without what is rolled in. */
export function outerSkin({ topology, regions, regionNames }: PreparedModel['model']): Uint8Array {
  const groups = nameVertexGroups(topology);
  return regions.map((region, v) => (groups[v] === 'skin' && regionNames[region] !== 'inner' ? 1 : 0));
}

/** Without hair, brows, glasses and collars, which are parts of their own. */
export function skinInHeadFrame({ scene }: Pick<ShownHead, 'scene'>, placement: Placement): TriangleMesh {
  const body = scene.parts.find(({ inTargets }) => inTargets === 'above-neck');
  if (body === undefined) throw new Error('a person without a body');
  const { positions, triangles } = body;
  const positionsHead: Points<'Head'> = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i += 3)
    positionsHead.set(headFromPerson(placement, positions.subarray(i, i + 3)), i);
  return { positionsHead, triangles };
}
