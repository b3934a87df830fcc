/**
 * What views of a head show of a person: nothing below M's neck, and below the chin a body in the shape of M's neck: wholly where
 * M ends, not at all at the chin.
 *
 * In: scene of the person (person frame), placement, M (head frame). Out: the scene with its body moved, and the floor.
 * What a neck wears stands off by centimetres, and how far nothing in the photo tells: the outline below the chin was two fifths of all
 * wrong pixels. Where a head ends is M's to say; colours remain the truth's, cloth included.
 */
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import type { Prior } from '../../pipeline/03-prior/prior.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import {
  buildTriangleBvh,
  closestPoint,
  refitTriangleBvh,
  type TriangleBvh,
} from '../../mesh/triangle-bvh.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { ramp } from '../person/body-map.ts';
import { CHIN } from '../../pipeline/03-prior/landmark-sets.ts';
import type { NeckFloor } from '../render/rasterise-parts.ts';
import type { Scene, ScenePart } from '../render/scene.ts';
import { headFromPerson, personFromHead, type Placement } from './align-truth.ts';
import { findNeckFloor } from './neck-floor.ts';

/** Shares of the way from the floor up to the chin: below the first the neck is M's, above the second the truth's. */
const WHOLLY = 0.3;
const NOT_AT_ALL = 0.95;
/** Bodies end at the waist; the nearest point of M is never farther. */
const REACH_M = 2;
/** More than any distance is off by rounding. */
const ROUNDING_M = 1e-6;

export type ShownHead = { scene: Scene; floor: NeckFloor };

export function endAtNeck(
  scene: Scene,
  placement: Placement,
  { positionsHead }: Pick<Prior, 'positionsHead'>,
  { triangles, model }: Pick<PreparedModel, 'triangles' | 'model'>,
): ShownHead {
  const floor = findNeckFloor(triangles, positionsHead, placement);
  const chin = model.landmarks.vertices[CHIN * 3]! * 3;
  const [, chinHeight] = personFromHead(placement, positionsHead.subarray(chin, chin + 3));
  const tree = treeOf({ triangles, positionsHead });
  const parts = scene.parts.map((part) =>
    part.inTargets === 'above-neck' ? followNeck(part, placement, tree, floor, chinHeight) : part,
  );
  return { scene: { ...scene, parts }, floor };
}

/** One body; `tree` of M, `chinHeight` in the person frame, m. */
export function followNeck(
  body: ScenePart,
  placement: Placement,
  tree: TriangleBvh,
  floor: NeckFloor,
  chinHeight: number,
): ScenePart {
  const out = { x: Infinity, y: 0, z: 0, weight1: 0, weight2: 0, triangle: 0, distance: 0 };
  const positions = body.positions.slice();
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = [positions[i]!, positions[i + 1]!, positions[i + 2]!];
    const up = y - floor.height - floor.perZ * z;
    const weight = ramp(NOT_AT_ALL, WHOLLY, up / (chinHeight - floor.height));
    if (weight === 0) continue;
    const [hx, hy, hz] = headFromPerson(placement, [x, y, z]);
    // Vertices come in order of place: the last one's answer, a point of M too, is a near limit for this one's.
    const limitM = Math.hypot(hx - out.x, hy - out.y, hz - out.z) + ROUNDING_M;
    closestPoint(tree, hx, hy, hz, Math.min(REACH_M, limitM), out);
    const target = personFromHead(placement, [out.x, out.y, out.z]);
    for (let c = 0; c < 3; c++)
      positions[i + c] = positions[i + c]! + weight * (target[c]! - positions[i + c]!);
  }
  return {
    ...body,
    positions,
    normals: vertexNormals({ positionsHead: positions, triangles: body.triangles }),
  };
}

/** The tree of the first head of a template: all its heads are alike enough for its split, and the answers do not depend on it. */
const trees = new WeakMap<Uint32Array, TriangleBvh>();

function treeOf(mesh: TriangleMesh): TriangleBvh {
  const known = trees.get(mesh.triangles);
  if (known !== undefined) return refitTriangleBvh(known, mesh.positionsHead);
  const built = buildTriangleBvh(mesh);
  trees.set(mesh.triangles, built);
  return built;
}
