/** What a foreign head model gives of itself; complete-head-model.ts adds what it lacks. */
import type { Joint } from '../head-model.ts';

export type ModelParts = {
  id: string;
  licence: string;
  credits: string;
  /** (N, 3) in the model's own units, +Y up, +Z out of the face, +X the subject's left. */
  positions: Float64Array;
  /** (Q, 4) vertex indices; triangles repeat their last index. */
  quads: Uint32Array;
  /** (Q, 4, 2) corner texture coordinates, v upwards as these models have it; null: made by projection. */
  cornerUvs: Float64Array | null;
  /** (K, N, 3) per unit coefficient of unit variance, own units. */
  identity: Float64Array;
  identityCount: number;
  /** (E, N, 3) with weights of either sign and unit variance; each becomes a pair of shapes. */
  signedExpression: Float64Array;
  signedNames: string[];
  /** (J, N, 3) shapes with weights in [0, 1], own units. */
  posedExpression: Float64Array;
  posedNames: string[];
  joints: Joint[];
  /** (N, J) skinning weights, rows sum to 1. */
  skinning: Float64Array;
  /** (N) mirrored vertex; null: found by geometry. */
  mirror: Uint32Array | null;
};
