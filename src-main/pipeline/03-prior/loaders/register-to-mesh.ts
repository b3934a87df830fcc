/**
 * Lays our own head model over a foreign head, so that landmarks and regions can be read off.
 * HeadModel, foreign mesh (m, same axes) → (N, 3) our vertices on the foreign head, root mean square distance m.
 *
 * Point-to-plane ICP over rotation, translation and our identity coefficients (unit variance as prior), Cauchy weights.
 * Scale stays 1: both are metric, and our identity modes know how heads differ in size.
 */
import { smallRotation } from '../../../camera/small-rotation.ts';
import { triangulateTopology } from '../../../mesh/triangulate.ts';
import type { TriangleMesh } from '../../../mesh/mesh.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../../mesh/triangle-bvh.ts';
import type { HeadModel } from '../head-model.ts';
import { addPrior, addRow, createNormalEquations, solveStep } from '../normal-equations.ts';
import { gatherVertexBasis } from '../point-basis.ts';

/** Regions whose shape is common to all head models; ears, neck and the inside of the mouth differ in kind. */
const SHARED_REGIONS = ['forehead', 'brow', 'eye', 'nose', 'cheek', 'mouth', 'chin', 'jaw', 'scalp', 'back'];
const SAMPLES = 1500;
const ROUNDS = 30;
/** Rounds without shape: the rigid part has to settle first. */
const RIGID_ROUNDS = 10;
/** What a well registered point is off, m; residuals beyond three of it lose their pull. */
const SIGMA_M = 0.0015;
/** A start by nose tips is off by less than this. */
const SEARCH_M = 0.06;

export type Registration = { positions: Float64Array; rmsM: number };

export function registerToMesh(model: HeadModel, target: TriangleMesh): Registration {
  const sample = chooseVertices(model);
  const points = gatherVertexBasis(model, sample);
  const K = model.identityCount;
  const stride = K + model.expressionNames.length;
  const bvh = buildTriangleBvh(target);
  const pose: RigidPose = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: noseOffset(model, target) };
  const coefficients = new Float64Array(K);
  const nearest = makeSurfacePoint();
  let rmsM = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const size = 6 + (round < RIGID_ROUNDS ? 0 : K);
    const normal = createNormalEquations(size);
    const row = new Float64Array(size);
    let squares = 0;
    let matched = 0;
    for (let i = 0; i < sample.length; i++) {
      const local = [0, 1, 2].map((axis) => {
        let value = points.neutralHead[i * 3 + axis]!;
        for (let k = 0; k < K; k++) value += coefficients[k]! * points.basis[(i * 3 + axis) * stride + k]!;
        return value;
      });
      const [x, y, z] = apply(pose, local) as [number, number, number];
      if (!closestPoint(bvh, x, y, z, SEARCH_M, nearest)) continue;
      const n = triangleNormal(target, nearest.triangle);
      const residual = n[0]! * (x - nearest.x) + n[1]! * (y - nearest.y) + n[2]! * (z - nearest.z);
      squares += residual * residual;
      matched++;
      row[0] = y * n[2]! - z * n[1]!;
      row[1] = z * n[0]! - x * n[2]!;
      row[2] = x * n[1]! - y * n[0]!;
      for (let axis = 0; axis < 3; axis++) row[3 + axis] = n[axis]!;
      for (let k = 0; k < size - 6; k++) {
        let sum = 0;
        for (let axis = 0; axis < 3; axis++) {
          const turned = [0, 1, 2].reduce(
            (total, c) => total + pose.rotation[axis * 3 + c]! * points.basis[(i * 3 + c) * stride + k]!,
            0,
          );
          sum += n[axis]! * turned;
        }
        row[6 + k] = sum;
      }
      const scaled = residual / (3 * SIGMA_M);
      addRow(normal, row, residual, 1 / (SIGMA_M ** 2 * (1 + scaled * scaled)));
    }
    if (matched === 0) throw new Error('it is nowhere near a head of metric size with the face along +Z');
    rmsM = Math.sqrt(squares / matched);
    for (let k = 0; k < size - 6; k++) addPrior(normal, 6 + k, -1, coefficients[k]!, 1);
    const step = solveStep(normal, 1e-6, new Uint8Array(size));
    if (step === null) break;
    movePose(pose, step);
    for (let k = 0; k < size - 6; k++) coefficients[k]! += step[6 + k]!;
  }
  return { positions: evaluate(model, coefficients, pose), rmsM };
}

type RigidPose = { rotation: ArrayLike<number>; translation: number[] };

function apply({ rotation: R, translation: t }: RigidPose, p: ArrayLike<number>): number[] {
  return [0, 1, 2].map(
    (row) => R[row * 3]! * p[0]! + R[row * 3 + 1]! * p[1]! + R[row * 3 + 2]! * p[2]! + t[row]!,
  );
}

/** Applies a small rotation about the origin and a translation on top of the pose. */
function movePose(pose: RigidPose, step: Float64Array): void {
  const rotation = smallRotation(step[0]!, step[1]!, step[2]!);
  const turn = { rotation, translation: [step[3]!, step[4]!, step[5]!] };
  const columns = [0, 1, 2].map((c) => [0, 1, 2].map((row) => pose.rotation[row * 3 + c]!));
  const turned = columns.map((column) => apply({ ...turn, translation: [0, 0, 0] }, column));
  pose.rotation = [0, 1, 2].flatMap((row) => turned.map((column) => column[row]!));
  pose.translation = apply(turn, pose.translation);
}

function chooseVertices(model: HeadModel): number[] {
  const shared = model.regionNames.map((name) => SHARED_REGIONS.some((prefix) => name.startsWith(prefix)));
  const all: number[] = [];
  for (let v = 0; v < model.regions.length; v++) if (shared[model.regions[v]!] === true) all.push(v);
  const stride = Math.max(1, Math.floor(all.length / SAMPLES));
  return all.filter((_, i) => i % stride === 0);
}

/** Nose tip to nose tip: the foremost point of a head that looks along +Z. */
function noseOffset(model: HeadModel, target: TriangleMesh): number[] {
  const from = foremost(model.neutralHead, triangulateTopology(model.topology).triangles);
  const to = foremost(target.positionsHead, target.triangles);
  return [0, 1, 2].map((axis) => to[axis]! - from[axis]!);
}

function foremost(positions: ArrayLike<number>, triangles: Uint32Array): number[] {
  let best = triangles[0]!;
  for (const v of triangles) if (positions[v * 3 + 2]! > positions[best * 3 + 2]!) best = v;
  return [0, 1, 2].map((axis) => positions[best * 3 + axis]!);
}

function triangleNormal({ positionsHead: p, triangles }: TriangleMesh, triangle: number): number[] {
  const [a, b, c] = [0, 1, 2].map((k) => triangles[triangle * 3 + k]! * 3) as [number, number, number];
  const u = [0, 1, 2].map((axis) => p[b + axis]! - p[a + axis]!);
  const v = [0, 1, 2].map((axis) => p[c + axis]! - p[a + axis]!);
  const n = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!];
  const length = Math.hypot(...n) || 1;
  return n.map((value) => value / length);
}

function evaluate(model: HeadModel, coefficients: Float64Array, pose: RigidPose): Float64Array {
  const shape = Float64Array.from(model.neutralHead);
  for (let k = 0; k < model.identityCount; k++) {
    for (let i = 0; i < shape.length; i++)
      shape[i]! += coefficients[k]! * model.identity[k * shape.length + i]!;
  }
  const out = new Float64Array(shape.length);
  for (let i = 0; i < shape.length; i += 3) out.set(apply(pose, shape.subarray(i, i + 3)), i);
  return out;
}
