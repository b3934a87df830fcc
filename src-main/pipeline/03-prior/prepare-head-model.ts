/**
 * A head model with everything that every fit needs of it, made once per model.
 * HeadModel → rows at the 478 landmarks, their normals on the mean head, triangles, outline rules of the regions.
 */
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { pairExpressions } from './coefficient-prior.ts';
import type { HeadModel } from './head-model.ts';
import { OUTER_EYE_CORNERS } from './landmark-sets.ts';
import type { OutlineRule } from './match-outline.ts';
import { type PointBasis, gatherPointBasis } from './point-basis.ts';

export type PreparedModel = {
  model: HeadModel;
  /** The 478 landmarks. */
  landmarks: PointBasis;
  /** (478, 3) unit normals of the mean head at the landmarks. */
  landmarkNormalsHead: Float64Array;
  /** Distance of the outer eye corners of the mean head, m: the unit of landmark errors. */
  eyeDistanceM: number;
  /** Expression indices that act together. */
  pairs: [number, number][];
  /** (F, 3) vertex indices. */
  triangles: Uint32Array;
  /** (N) how the outline at a vertex is read against the portrait mask. */
  outlineRules: OutlineRule[];
};

/** Bare skin in most pictures; where long hair hides it, no mask edge lies within reach. */
const EDGE_REGIONS = new Set([
  'chin',
  'jaw',
  'cheek-left',
  'cheek-right',
  'ear-left',
  'ear-right',
  'nose',
  'mouth',
]);
/** Hidden by hair or by clothes: the mask only says how far out they can be at most. */
const BOUND_REGIONS = new Set([
  'scalp',
  'back',
  'forehead',
  'brow-left',
  'brow-right',
  'eye-left',
  'eye-right',
]);

export function prepareHeadModel(model: HeadModel): PreparedModel {
  const landmarks = gatherPointBasis(model, model.landmarks.vertices, model.landmarks.weights);
  const { triangles } = triangulateTopology(model.topology);
  const [right, left] = OUTER_EYE_CORNERS;
  const p = landmarks.neutralHead;
  const ruleOfRegion = model.regionNames.map((name): OutlineRule => {
    if (EDGE_REGIONS.has(name)) return 'edge';
    return BOUND_REGIONS.has(name) ? 'bound' : 'ignore';
  });
  return {
    model,
    landmarks,
    landmarkNormalsHead: landmarkNormals(model, triangles),
    eyeDistanceM: Math.hypot(
      p[left * 3]! - p[right * 3]!,
      p[left * 3 + 1]! - p[right * 3 + 1]!,
      p[left * 3 + 2]! - p[right * 3 + 2]!,
    ),
    pairs: pairExpressions(model.expressionNames),
    triangles,
    outlineRules: Array.from(model.regions, (region) => ruleOfRegion[region]!),
  };
}

function landmarkNormals(model: HeadModel, triangles: Uint32Array): Float64Array {
  const { vertices, weights } = model.landmarks;
  const normals = vertexNormals({ positionsHead: model.neutralHead, triangles });
  const out = new Float64Array(vertices.length);
  for (let i = 0; i < vertices.length; i += 3) {
    for (let corner = 0; corner < 3; corner++) {
      for (let axis = 0; axis < 3; axis++) {
        out[i + axis]! += weights[i + corner]! * normals[vertices[i + corner]! * 3 + axis]!;
      }
    }
    const length = Math.hypot(out[i]!, out[i + 1]!, out[i + 2]!) || 1;
    for (let axis = 0; axis < 3; axis++) out[i + axis]! /= length;
  }
  return out;
}
