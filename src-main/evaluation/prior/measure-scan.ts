/**
 * Face-region scan-to-mesh distance after alignment, in the manner of the NoW benchmark (Sanyal et al. 2019).
 * known head (scan) and its camera, fitted mesh, landmarks → distances (M) mm of scan points from the aligned mesh.
 *
 * As in NoW: a similarity from landmarks, then the scan-to-mesh distance minimised over rotation, translation and scale
 * (point-to-plane ICP). The scan's landmarks are where the found ones hit it.
 * Region: skin within FACE_RADIUS_M of the nose tip, as NoW cuts its scans. Expressions are compared as posed.
 */
import type { Camera } from '../../camera/camera.ts';
import { smallRotation } from '../../camera/small-rotation.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../mesh/triangle-bvh.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { type Similarity, alignSimilarity } from '../../mesh/align-rigid.ts';
import { addRow, createNormalEquations, solveStep } from '../../pipeline/03-prior/normal-equations.ts';
import { rasterise } from '../../render/rasterise.ts';
import type { KnownHead } from './known-head.ts';

const FACE_RADIUS_M = 0.095;
/** Scan points that are measured; a mean over 2,000 moves by about 0.01 mm from draw to draw. */
const SCAN_POINTS = 2000;
/** Point-to-plane ICP settles to 0.01 mm in about eight rounds from a landmark alignment. */
const ICP_ROUNDS = 12;
/** Farther than any fit of a face is off. */
const SEARCH_M = 0.05;

export type ScanLandmarks = {
  /** (478, 3) found, px of the known head's picture. */
  foundPx: ArrayLike<number>;
  /** (478, 3) the fitted mesh's landmarks, m. */
  fittedHead: ArrayLike<number>;
  /** (478) trust: hidden landmarks do not align anything. */
  trust: ArrayLike<number>;
};

export function measureScan(
  head: KnownHead,
  camera: Camera,
  fitted: TriangleMesh,
  landmarks: ScanLandmarks,
): Float64Array {
  const scan = facePoints(head);
  let positions = applySimilarity(fitted.positionsHead, alignLandmarks(head, camera, landmarks));
  const nearest = makeSurfacePoint();
  const count = scan.positions.length / 3;
  const distances = new Float64Array(count);
  for (let round = 0; ; round++) {
    const bvh = buildTriangleBvh({
      positionsHead: Float32Array.from(positions),
      triangles: fitted.triangles,
    });
    const normal = createNormalEquations(7);
    for (let i = 0; i < count; i++) {
      const [x, y, z] = [scan.positions[i * 3]!, scan.positions[i * 3 + 1]!, scan.positions[i * 3 + 2]!];
      distances[i] = SEARCH_M * 1000;
      if (!closestPoint(bvh, x, y, z, SEARCH_M, nearest)) continue;
      distances[i] = nearest.distance * 1000;
      const [nx, ny, nz] = [scan.normals[i * 3]!, scan.normals[i * 3 + 1]!, scan.normals[i * 3 + 2]!];
      const [px, py, pz] = [nearest.x, nearest.y, nearest.z];
      const residual = nx * (px - x) + ny * (py - y) + nz * (pz - z);
      // Columns: rotation (p × n), translation (n), log scale (n · p).
      const row = Float64Array.of(
        py * nz - pz * ny,
        pz * nx - px * nz,
        px * ny - py * nx,
        nx,
        ny,
        nz,
        nx * px + ny * py + nz * pz,
      );
      addRow(normal, row, residual, 1);
    }
    const step = round === ICP_ROUNDS ? null : solveStep(normal, 0, new Uint8Array(7));
    if (step === null) return distances;
    positions = applySimilarity(positions, similarityOf(step));
  }
}

function similarityOf(step: Float64Array): Similarity {
  return {
    rotation: smallRotation(step[0]!, step[1]!, step[2]!),
    scale: Math.exp(step[6]!),
    translation: [step[3]!, step[4]!, step[5]!],
  };
}

/** Scan ← fitted, from landmarks that hit the scan. */
function alignLandmarks(head: KnownHead, camera: Camera, landmarks: ScanLandmarks): Similarity {
  const fragments = rasterise({ positionsHead: head.positionsHead, triangles: head.triangles }, camera);
  const count = landmarks.trust.length;
  const onScan = new Float64Array(count * 3);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const u = Math.floor(landmarks.foundPx[i * 3]!);
    const v = Math.floor(landmarks.foundPx[i * 3 + 1]!);
    if (u < 0 || v < 0 || u >= camera.widthPx || v >= camera.heightPx) continue;
    const pixel = v * camera.widthPx + u;
    const id = fragments.triangleIds[pixel]! * 3;
    if (id < 0) continue;
    const w1 = fragments.barycentrics[pixel * 2]!;
    const w2 = fragments.barycentrics[pixel * 2 + 1]!;
    [1 - w1 - w2, w1, w2].forEach((w, k) => {
      for (let axis = 0; axis < 3; axis++) {
        onScan[i * 3 + axis]! += w * head.positionsHead[head.triangles[id + k]! * 3 + axis]!;
      }
    });
    weights[i] = landmarks.trust[i]!;
  }
  return alignSimilarity(landmarks.fittedHead, onScan, weights);
}

function applySimilarity(
  points: ArrayLike<number>,
  { rotation: R, scale, translation }: Similarity,
): Float64Array {
  const out = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    for (let row = 0; row < 3; row++) {
      const turned =
        R[row * 3]! * points[i]! + R[row * 3 + 1]! * points[i + 1]! + R[row * 3 + 2]! * points[i + 2]!;
      out[i + row] = scale * turned + translation[row]!;
    }
  }
  return out;
}

/** (M, 3) skin points around the nose that face forwards: no nostrils, no inside of lips and ears. */
function facePoints(head: KnownHead): { positions: Float64Array; normals: Float64Array } {
  const p = head.positionsHead;
  const normals = vertexNormals({ positionsHead: p, triangles: head.triangles });
  let tip = head.skinVertices[0]!;
  for (const v of head.skinVertices) {
    const isMiddle = Math.abs(p[v * 3]!) < MIDDLE_M;
    if (isMiddle && p[v * 3 + 2]! > p[tip * 3 + 2]!) tip = v;
  }
  const inRegion = [...head.skinVertices].filter((v) => {
    const distance = Math.hypot(
      p[v * 3]! - p[tip * 3]!,
      p[v * 3 + 1]! - p[tip * 3 + 1]!,
      p[v * 3 + 2]! - p[tip * 3 + 2]!,
    );
    return distance < FACE_RADIUS_M && normals[v * 3 + 2]! > FORWARD_COSINE;
  });
  const stride = Math.max(1, inRegion.length / SCAN_POINTS);
  const chosen: number[] = [];
  for (let at = 0; at < inRegion.length; at += stride) {
    const v = inRegion[Math.floor(at)]!;
    chosen.push(v * 3, v * 3 + 1, v * 3 + 2);
  }
  return {
    positions: Float64Array.from(chosen, (i) => p[i]!),
    normals: Float64Array.from(chosen, (i) => normals[i]!),
  };
}

/** The nose tip is the foremost point this near to the sagittal plane, m. */
const MIDDLE_M = 0.01;
/** A quarter turn away from the front and a little more. */
const FORWARD_COSINE = 0.05;
