/**
 * Linear head models in the layout of GNM ("Generative aNthropometric Model", .npz) → ModelParts.
 *
 * Keys (public schema of the gnm package): template_vertex_positions (V, 3) m · vertex_identity_basis (I, V, 3) ·
 * expression_basis (E, V, 3) · quads (Q, 4) or triangles (T, 3) · optional quad_uvs (Q, 4, 2), mirror_indices (V),
 * joint_names, joint_parent_indices (J), joint_regressor (J, V), skinning_weights (J, V), expression_names.
 * Coefficients of both bases have unit variance. Any model that brings these keys can be read, whoever made it.
 */
import type { Joint } from '../head-model.ts';
import { trianglesAsQuads } from './flame.ts';
import type { ModelParts } from './model-parts.ts';
import type { NpyArray } from './read-npy.ts';
import { type ModelArrays, requireArray } from './read-model-file.ts';

/** Directions that are used, largest first: the fit's cost grows with the square of their number. */
const IDENTITY_USED = 100;
const EXPRESSION_USED = 40;
/** glTF skins and HeadModel take four joints a vertex; a model's own names are kept where they mean the same. */
const JOINT_NAMES: Record<string, string> = {
  left_eye: 'eye-left',
  right_eye: 'eye-right',
};
const REGRESSOR_SHARE = 0.2;

export function isGnm(arrays: ModelArrays): boolean {
  return arrays.has('template_vertex_positions') && arrays.has('vertex_identity_basis');
}

export function readGnm(arrays: ModelArrays): ModelParts {
  const template = requireArray(arrays, 'template_vertex_positions', 2);
  const count = template.shape[0]!;
  const identity = largest(requireArray(arrays, 'vertex_identity_basis', 3), count, IDENTITY_USED);
  const expression = largest(requireArray(arrays, 'expression_basis', 3), count, EXPRESSION_USED);
  const names = arrays.get('expression_names');
  const hasQuads = arrays.has('quads');
  const faces = requireArray(arrays, hasQuads ? 'quads' : 'triangles', 2);
  const mirror = arrays.has('mirror_indices') ? requireArray(arrays, 'mirror_indices', 1) : null;
  const { joints, skinning } = readSkeleton(arrays, count);
  return {
    id: 'gnm',
    licence: 'The licence of the file that you brought binds you (GNM itself: Apache-2.0).',
    credits: 'A linear head model in the layout of GNM, brought by the user.',
    positions: Float64Array.from(template.values),
    quads: hasQuads ? Uint32Array.from(faces.values) : trianglesAsQuads(faces.values),
    cornerUvs:
      hasQuads && arrays.has('quad_uvs')
        ? Float64Array.from(requireArray(arrays, 'quad_uvs', 3).values)
        : null,
    identity: identity.values,
    identityCount: identity.chosen.length,
    signedExpression: expression.values,
    signedNames: expression.chosen.map(
      (k) => (Array.isArray(names) ? (names[k] ?? '') : '') || `expression${k + 1}`,
    ),
    posedExpression: new Float64Array(0),
    posedNames: [],
    joints,
    skinning,
    mirror: mirror === null ? null : Uint32Array.from(mirror.values),
  };
}

/** The `limit` directions that move the surface most. */
function largest(basis: NpyArray, count: number, limit: number): { values: Float64Array; chosen: number[] } {
  if (basis.shape[1] !== count || basis.shape[2] !== 3) {
    throw new Error(`a basis has shape (${basis.shape.join(', ')}) for ${count} vertices`);
  }
  const length = count * 3;
  const energy = Array.from({ length: basis.shape[0]! }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += basis.values[k * length + i]! ** 2;
    return sum;
  });
  const chosen = energy
    .map((_, k) => k)
    .filter((k) => energy[k]! > 0)
    .sort((a, b) => energy[b]! - energy[a]! || a - b)
    .slice(0, limit);
  const values = new Float64Array(chosen.length * length);
  chosen.forEach((k, row) => {
    for (let i = 0; i < length; i++) values[row * length + i] = basis.values[k * length + i]!;
  });
  return { values, chosen };
}

/** A model without a skeleton gets a root that holds everything. */
function readSkeleton(arrays: ModelArrays, count: number): { joints: Joint[]; skinning: Float64Array } {
  const names = arrays.get('joint_names');
  if (!Array.isArray(names) || !arrays.has('skinning_weights') || !arrays.has('joint_parent_indices')) {
    const vertices = Array.from({ length: count }, (_, v) => v);
    return { joints: [{ name: 'root', parent: -1, vertices }], skinning: new Float64Array(count).fill(1) };
  }
  const parents = requireArray(arrays, 'joint_parent_indices', 1).values;
  const weights = requireArray(arrays, 'skinning_weights', 2).values;
  const regressor = arrays.has('joint_regressor')
    ? requireArray(arrays, 'joint_regressor', 2).values
    : weights;
  const skinning = new Float64Array(count * names.length);
  const joints = names.map((name, j) => {
    const row = Array.from({ length: count }, (_, v) => regressor[j * count + v]!);
    const most = row.reduce((a, b) => Math.max(a, b), 0);
    for (let v = 0; v < count; v++) skinning[v * names.length + j] = weights[j * count + v]!;
    return {
      name: JOINT_NAMES[name] ?? name.replaceAll('_', '-'),
      // A root is stored as its own parent or as −1.
      parent: parents[j] === j ? -1 : Number(parents[j]),
      vertices: row.flatMap((weight, v) => (weight >= REGRESSOR_SHARE * most && weight > 0 ? [v] : [])),
    };
  });
  return { joints, skinning };
}
