/**
 * How good a fit is: landmark error, and how much the photo says about each region of the head.
 *
 * Confidence of a region = (1 − posterior variance / prior variance of its shape) × visibility. The variances come from
 * the Gauss–Newton Hessian at the minimum (Laplace approximation), pose and expression marginalised: 0 where the photo
 * leaves the mean head as likely as before, near 1 where landmarks or outline pin the shape down. Shape is meant up to
 * size and place, which one photo cannot tell: with them in it, no region would get beyond a half.
 */
import type { Points } from '../../camera/frames.ts';
import { type Camera, projectPoints } from '../../camera/camera.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { facingCosines } from '../../render/visibility.ts';
import { type FitTerms, type HeadFit, fitProblem } from './fit-head-model.ts';
import { type FitState, type ImageFrame, POSE_PARAMETERS, cameraOf } from './fit-state.ts';
import { createNormalEquations, factoriseCholesky, solveCholesky } from './normal-equations.ts';
import { evaluatePoints, gatherVertexBasis } from './point-basis.ts';
import type { PreparedModel } from './prepare-head-model.ts';

/** Trust-weighted mean distance of projected from found landmarks, % of the outer eye distance (not foreshortened). */
export function landmarkErrorPercent(prepared: PreparedModel, image: ImageFrame, fit: HeadFit): number {
  const { trust, foundPx } = fit.terms.landmarks;
  const points = Float32Array.from(evaluatePoints(prepared.landmarks, fit.state.coefficients));
  const projected = projectPoints(cameraOf(fit.state, image), points);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < trust.length; i++) {
    const du = projected[i * 3]! - foundPx[i * 3]!;
    const dv = projected[i * 3 + 1]! - foundPx[i * 3 + 1]!;
    sum += trust[i]! * Math.hypot(du, dv);
    total += trust[i]!;
  }
  return (100 * sum) / total / (prepared.eyeDistanceM * fit.state.scalePxPerM);
}

/** Vertices looked at per region: the variances are smooth. */
const SAMPLES_PER_REGION = 40;
/** Translation 3, rotation 3, scale 1. */
const SIMILARITY = 7;
/** What a hidden region keeps of its statistical confidence: it is inferred, not seen. */
const HIDDEN_SHARE = 0.4;

/** [0, 1] per region name. */
export function judgeConfidence(
  prepared: PreparedModel,
  image: ImageFrame,
  fit: HeadFit,
  positionsHead: Points<'Head'>,
): Record<string, number> {
  const { model } = prepared;
  const seen = seenVertices(prepared, positionsHead, cameraOf(fit.state, image));
  const covariance = identityCovariance(fit.terms, fit.state, image);
  const samples = model.regionNames.map((_, region) => sampleRegion(model.regions, region));
  const modes = shapeModes(prepared, samples.flat());
  let first = 0;
  return Object.fromEntries(
    model.regionNames.map((name, region) => {
      const sample = samples[region]!;
      const rows = modes.subarray(
        first * 3 * model.identityCount,
        (first + sample.length) * 3 * model.identityCount,
      );
      first += sample.length;
      const visible = sample.reduce((sum, v) => sum + seen[v]!, 0) / Math.max(1, sample.length);
      const known = varianceReduction(rows, covariance, model.identityCount);
      return [name, known * (HIDDEN_SHARE + (1 - HIDDEN_SHARE) * visible)];
    }),
  );
}

function sampleRegion(regions: Uint8Array, region: number): number[] {
  const members: number[] = [];
  for (let v = 0; v < regions.length; v++) if (regions[v] === region) members.push(v);
  const stride = Math.max(1, Math.floor(members.length / SAMPLES_PER_REGION));
  return members.filter((_, i) => i % stride === 0);
}

/** (M, 3, K) identity modes at vertices, without the part of each that only moves, turns or scales the whole head. */
function shapeModes(prepared: PreparedModel, vertices: number[]): Float64Array {
  const {
    basis,
    neutralHead: p,
    identityCount: K,
    expressionCount,
  } = gatherVertexBasis(prepared.model, vertices);
  const stride = K + expressionCount;
  const out = new Float64Array(vertices.length * 3 * K);
  const motions = new Float64Array(vertices.length * 3 * SIMILARITY);
  const normal = new Float64Array(SIMILARITY * SIMILARITY);
  for (let row = 0; row < vertices.length * 3; row++) {
    const [at, axis] = [row - (row % 3), row % 3];
    const motion = motions.subarray(row * SIMILARITY, (row + 1) * SIMILARITY);
    motion[axis] = 1;
    // e_axis · (ω × p) for the three axes of ω, then e_axis · p.
    motion[3 + ((axis + 1) % 3)] = p[at + ((axis + 2) % 3)]!;
    motion[3 + ((axis + 2) % 3)] = -p[at + ((axis + 1) % 3)]!;
    motion[6] = p[row]!;
    for (let i = 0; i < SIMILARITY; i++) {
      for (let j = 0; j < SIMILARITY; j++) normal[i * SIMILARITY + j]! += motion[i]! * motion[j]!;
    }
  }
  const isSolvable = factoriseCholesky(normal, SIMILARITY);
  for (let k = 0; k < K; k++) {
    const part = new Float64Array(SIMILARITY);
    for (let row = 0; row < vertices.length * 3; row++) {
      for (let i = 0; i < SIMILARITY; i++)
        part[i]! += motions[row * SIMILARITY + i]! * basis[row * stride + k]!;
    }
    if (isSolvable) solveCholesky(normal, SIMILARITY, part);
    else part.fill(0);
    for (let row = 0; row < vertices.length * 3; row++) {
      let moved = 0;
      for (let i = 0; i < SIMILARITY; i++) moved += motions[row * SIMILARITY + i]! * part[i]!;
      out[row * K + k] = basis[row * stride + k]! - moved;
    }
  }
  return out;
}

/** (N) 1 = faces the camera and lies inside the photo. */
function seenVertices(prepared: PreparedModel, positionsHead: Points<'Head'>, camera: Camera): Uint8Array {
  const normals = vertexNormals({ positionsHead, triangles: prepared.triangles });
  const cosines = facingCosines(positionsHead, normals, camera);
  const projected = projectPoints(camera, positionsHead);
  return Uint8Array.from(cosines, (cosine, v) => {
    const u = projected[v * 3]!;
    const w = projected[v * 3 + 1]!;
    return cosine > 0 && u >= 0 && w >= 0 && u < camera.widthPx && w < camera.heightPx ? 1 : 0;
  });
}

/** (K, K) posterior covariance of the identity coefficients; null where the Hessian is singular. */
function identityCovariance(terms: FitTerms, state: FitState, image: ImageFrame): Float64Array | null {
  const problem = fitProblem(terms, image);
  const size = problem.parameterCount;
  const normal = createNormalEquations(size);
  problem.linearise(state, normal);
  if (!factoriseCholesky(normal.hessian, size)) return null;
  const K = terms.prior.identityCount;
  const out = new Float64Array(K * K);
  const column = new Float64Array(size);
  for (let k = 0; k < K; k++) {
    column.fill(0);
    column[POSE_PARAMETERS + k] = 1;
    solveCholesky(normal.hessian, size, column);
    out.set(column.subarray(POSE_PARAMETERS, POSE_PARAMETERS + K), k * K);
  }
  return out;
}

/** 1 − trace(B·Σ·Bᵀ) / trace(B·Bᵀ) for rows B (R, K). */
function varianceReduction(rows: Float64Array, covariance: Float64Array | null, K: number): number {
  if (covariance === null) return 0;
  let before = 0;
  let after = 0;
  for (let base = 0; base < rows.length; base += K) {
    for (let i = 0; i < K; i++) {
      const b = rows[base + i]!;
      before += b * b;
      let sum = 0;
      for (let j = 0; j < K; j++) sum += covariance[i * K + j]! * rows[base + j]!;
      after += b * sum;
    }
  }
  return before === 0 ? 0 : Math.min(1, Math.max(0, 1 - after / before));
}
