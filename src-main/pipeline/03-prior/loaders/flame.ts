/**
 * FLAME 2020 and 2023 (Li et al. 2017) in their official layout, as pickle or npz → ModelParts.
 *
 * Keys: v_template (N, 3) m · shapedirs (N, 3, 400): 300 identity, then 100 expression directions of unit variance ·
 * f (F, 3) · J_regressor (5, N) · kintree_table (2, 5) · weights (N, 5). Joints: global, neck, jaw, left eye, right eye.
 * Pose correctives (posedirs) are left out: jaw and eyes move here by linear shapes, made by turning the joint through a
 * typical angle, which is what a portrait needs; the correctives of a closed to half open mouth stay below 1 mm.
 * FLAME may not be shipped or used commercially without its owner's licence: only a user's own file enables this.
 */
import type { Joint } from '../head-model.ts';
import type { ModelParts } from './model-parts.ts';
import { type ModelArrays, requireArray } from './read-model-file.ts';

const IDENTITY_DIRECTIONS = 300;
/** Directions that are used, of 300 and 100: the rest is below a tenth of a millimetre and only slows the fit. */
const IDENTITY_USED = 100;
const EXPRESSION_USED = 40;
const JOINT_NAMES = ['root', 'neck', 'jaw', 'eye-left', 'eye-right'];
const [JAW, EYE_LEFT, EYE_RIGHT] = [2, 3, 4];
/** Angles that weight 1 of a shape stands for, rad: a wide open mouth, a strong glance. */
const JAW_RAD = 0.45;
const EYE_RAD = 0.5;
/** Vertices whose regression weight is below this share of the largest say nothing of where a joint is. */
const REGRESSOR_SHARE = 0.2;

export function isFlame(arrays: ModelArrays): boolean {
  return ['v_template', 'shapedirs', 'J_regressor', 'weights', 'f'].every((key) => arrays.has(key));
}

export function readFlame(arrays: ModelArrays): ModelParts {
  const template = requireArray(arrays, 'v_template', 2);
  const directions = requireArray(arrays, 'shapedirs', 3);
  const faces = requireArray(arrays, 'f', 2);
  const regressor = requireArray(arrays, 'J_regressor', 2);
  const weights = requireArray(arrays, 'weights', 2);
  const count = template.shape[0]!;
  if (directions.shape[0] !== count || weights.shape[0] !== count || regressor.shape[1] !== count) {
    throw new Error(`its arrays disagree about the number of vertices (v_template has ${count})`);
  }
  if (weights.shape[1] !== JOINT_NAMES.length)
    throw new Error(`it has ${weights.shape[1]} joints, FLAME has 5`);
  const positions = Float64Array.from(template.values);
  const total = directions.shape[2]!;
  const identityTotal = Math.min(IDENTITY_DIRECTIONS, total);
  const pick = (first: number, number: number): Float64Array => {
    const out = new Float64Array(number * count * 3);
    for (let k = 0; k < number; k++) {
      for (let i = 0; i < count * 3; i++) out[k * count * 3 + i] = directions.values[i * total + first + k]!;
    }
    return out;
  };
  const identityCount = Math.min(IDENTITY_USED, identityTotal);
  const expressionCount = Math.min(EXPRESSION_USED, total - identityTotal);
  const skinning = Float64Array.from(weights.values);
  const joints = JOINT_NAMES.map((_, j) =>
    [0, 1, 2].map((axis) => regress(regressor.values, positions, j, axis)),
  );
  const posed: [string, Float64Array][] = [
    ['jawOpen', turn(positions, skinning, joints[JAW]!, JAW, 0, JAW_RAD)],
  ];
  for (const [side, joint, out] of [
    ['Left', EYE_LEFT, 1],
    ['Right', EYE_RIGHT, -1],
  ] as const) {
    const shape = (axis: 0 | 1, angle: number): Float64Array =>
      turn(positions, skinning, joints[joint]!, joint, axis, angle);
    posed.push([`eyeLookDown${side}`, shape(0, EYE_RAD)], [`eyeLookUp${side}`, shape(0, -EYE_RAD)]);
    posed.push(
      [`eyeLookOut${side}`, shape(1, out * EYE_RAD)],
      [`eyeLookIn${side}`, shape(1, -out * EYE_RAD)],
    );
  }
  return {
    id: 'flame',
    licence: 'FLAME licence of the Max Planck Society; the file is your own and its terms bind you.',
    credits:
      'FLAME: T. Li, T. Bolkart, M. J. Black, H. Li, J. Romero, "Learning a model of facial shape and expression from 4D scans", 2017.',
    positions,
    quads: trianglesAsQuads(faces.values),
    cornerUvs: null,
    identity: pick(0, identityCount),
    identityCount,
    signedExpression: pick(identityTotal, expressionCount),
    signedNames: Array.from({ length: expressionCount }, (_, k) => `flameExpression${k + 1}`),
    posedExpression: Float64Array.from(posed.flatMap(([, shape]) => [...shape])),
    posedNames: posed.map(([name]) => name),
    joints: makeJoints(arrays, regressor.values, count),
    skinning,
    mirror: null,
  };
}

export function trianglesAsQuads(faces: ArrayLike<number>): Uint32Array {
  const quads = new Uint32Array((faces.length / 3) * 4);
  for (let t = 0; t < faces.length / 3; t++) {
    for (let k = 0; k < 4; k++) quads[t * 4 + k] = faces[t * 3 + Math.min(k, 2)]!;
  }
  return quads;
}

function regress(regressor: ArrayLike<number>, positions: Float64Array, joint: number, axis: number): number {
  const count = positions.length / 3;
  let sum = 0;
  for (let v = 0; v < count; v++) sum += regressor[joint * count + v]! * positions[v * 3 + axis]!;
  return sum;
}

/** (N, 3) displacement of linear blend skinning when one joint turns about x (axis 0) or y (axis 1). */
function turn(
  positions: Float64Array,
  skinning: Float64Array,
  centre: number[],
  joint: number,
  axis: 0 | 1,
  angle: number,
): Float64Array {
  const out = new Float64Array(positions.length);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const [a, b] = axis === 0 ? [1, 2] : [2, 0];
  for (let v = 0; v < positions.length / 3; v++) {
    const weight = skinning[v * JOINT_NAMES.length + joint]!;
    const pa = positions[v * 3 + a]! - centre[a]!;
    const pb = positions[v * 3 + b]! - centre[b]!;
    out[v * 3 + a] = weight * (cos * pa - sin * pb - pa);
    out[v * 3 + b] = weight * (sin * pa + cos * pb - pb);
  }
  return out;
}

function makeJoints(arrays: ModelArrays, regressor: ArrayLike<number>, count: number): Joint[] {
  const tree = requireArray(arrays, 'kintree_table', 2);
  return JOINT_NAMES.map((name, j) => {
    const row = Array.from({ length: count }, (_, v) => regressor[j * count + v]!);
    const largest = Math.max(...row);
    const vertices = row.flatMap((weight, v) => (weight >= REGRESSOR_SHARE * largest ? [v] : []));
    // The root's parent is stored as −1 or as 2³² − 1.
    const parent = tree.values[j]!;
    return { name, parent: parent >= 0 && parent < JOINT_NAMES.length ? parent : -1, vertices };
  });
}
