/**
 * How good a fit is: landmark error, and how much the photo says about each region of the head.
 *
 * Confidence of a region = (1 − posterior variance / prior variance of its vertices) × visibility. The variances come
 * from the Gauss–Newton Hessian at the minimum (Laplace approximation), pose and expression marginalised: 0 where the
 * photo leaves the mean head as likely as before, near 1 where landmarks or outline pin the shape down.
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
  return Object.fromEntries(
    model.regionNames.map((name, region) => {
      const members: number[] = [];
      for (let v = 0; v < model.regions.length; v++) if (model.regions[v] === region) members.push(v);
      if (members.length === 0) return [name, 0];
      const stride = Math.max(1, Math.floor(members.length / SAMPLES_PER_REGION));
      const sample = members.filter((_, i) => i % stride === 0);
      const visible = sample.reduce((sum, v) => sum + seen[v]!, 0) / sample.length;
      const known = varianceReduction(prepared, sample, covariance);
      return [name, known * (HIDDEN_SHARE + (1 - HIDDEN_SHARE) * visible)];
    }),
  );
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

function varianceReduction(
  prepared: PreparedModel,
  vertices: number[],
  covariance: Float64Array | null,
): number {
  if (covariance === null) return 0;
  const { basis, identityCount: K, expressionCount } = gatherVertexBasis(prepared.model, vertices);
  let before = 0;
  let after = 0;
  for (let row = 0; row < vertices.length * 3; row++) {
    const base = row * (K + expressionCount);
    for (let i = 0; i < K; i++) {
      const b = basis[base + i]!;
      before += b * b;
      let sum = 0;
      for (let j = 0; j < K; j++) sum += covariance[i * K + j]! * basis[base + j]!;
      after += b * sum;
    }
  }
  return before === 0 ? 0 : Math.min(1, Math.max(0, 1 - after / before));
}
