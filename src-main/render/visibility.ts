/**
 * Whether a camera sees given surface points, by comparison with a depth map of the same or another mesh.
 *
 * In: points (N, 3) and unit normals (N, 3), head frame; camera; depth (H, W) m of that camera.
 * Out: (N) float32 in [0, 1]: share of the four pixel centres around the projected point that are not nearer than it
 * (bilinear weights, the "percentage closer filter" of shadow maps), 0 outside the image or turned away.
 *
 * A point compared with a pixel centre next to it differs in depth by (offset in m) · tan(angle between normal and ray),
 * so the tolerance grows with that slope. A fixed tolerance was dropped: on a 25k-triangle head at 512 px it
 * either speckles cheeks at grazing angles (1 mm) or lets the ear see through itself (6 mm).
 */
import { type Camera, cameraCentreHead, projectPoints } from '../camera/camera.ts';
import type { Points } from '../camera/frames.ts';
import type { TriangleMesh } from '../mesh/mesh.ts';
import { vertexNormals } from '../mesh/vertex-normals.ts';
import { rasterise } from './rasterise.ts';

export type DepthMap = { camera: Camera; /** (H, W) m, 0 where nothing is. */ depth: Float32Array };

export type VisibilityOptions = {
  /** Tolerance at normal incidence, m. */
  biasM?: number;
};

/** Half a millimetre: well above float32 depth steps (1e-7 m), well below the thickness of an ear (3 mm). */
const BIAS_M = 0.0005;
/** Farthest of the four pixel centres around a point, px (diagonal of a pixel). */
const REACH_PX = Math.SQRT2;
/** Slope at which the tolerance stops growing: a surface seen at 84°, beyond which no colour is taken from. */
const SLOPE_MAX = 10;

export function testVisibility(
  pointsHead: Points<'Head'>,
  normalsHead: Float32Array,
  map: DepthMap,
  options: VisibilityOptions = {},
): Float32Array {
  const { camera, depth } = map;
  const { widthPx, heightPx } = camera;
  const biasM = options.biasM ?? BIAS_M;
  const projected = projectPoints(camera, pointsHead);
  const cosines = facingCosines(pointsHead, normalsHead, camera);
  const out = new Float32Array(cosines.length);
  const footprintPerM = REACH_PX / Math.min(camera.focalPx[0], camera.focalPx[1]);
  for (let i = 0; i < out.length; i++) {
    const cosine = cosines[i]!;
    const u = projected[i * 3]!;
    const v = projected[i * 3 + 1]!;
    const pointDepth = projected[i * 3 + 2]!;
    if (!(cosine > 0 && pointDepth > 0 && u >= 0 && v >= 0 && u < widthPx && v < heightPx)) continue;
    const slope = Math.min(SLOPE_MAX, Math.sqrt(1 - Math.min(1, cosine * cosine)) / cosine);
    const limit = pointDepth - biasM - pointDepth * footprintPerM * slope;
    const x = Math.floor(u - 0.5);
    const y = Math.floor(v - 0.5);
    const fx = u - 0.5 - x;
    const fy = v - 0.5 - y;
    let seen = 0;
    for (let k = 0; k < 4; k++) {
      const px = Math.min(widthPx - 1, Math.max(0, x + (k & 1)));
      const py = Math.min(heightPx - 1, Math.max(0, y + (k >> 1)));
      const there = depth[py * widthPx + px]!;
      if (there === 0 || there >= limit) seen += ((k & 1) === 1 ? fx : 1 - fx) * (k >> 1 === 1 ? fy : 1 - fy);
    }
    out[i] = seen;
  }
  return out;
}

/** (N) cosine between normal and direction to the camera; negative when the surface is turned away. */
export function facingCosines(
  pointsHead: Points<'Head'>,
  normalsHead: Float32Array,
  camera: Camera,
): Float32Array {
  const [ex, ey, ez] = cameraCentreHead(camera);
  const out = new Float32Array(pointsHead.length / 3);
  for (let i = 0; i < pointsHead.length; i += 3) {
    const dx = ex - pointsHead[i]!;
    const dy = ey - pointsHead[i + 1]!;
    const dz = ez - pointsHead[i + 2]!;
    const dot = dx * normalsHead[i]! + dy * normalsHead[i + 1]! + dz * normalsHead[i + 2]!;
    out[i / 3] = dot / Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
  return out;
}

/** (N) visibility of a mesh's own vertices; renders the depth map itself. */
export function vertexVisibility(
  mesh: TriangleMesh,
  camera: Camera,
  options: VisibilityOptions = {},
): Float32Array {
  const { depth } = rasterise(mesh, camera);
  return testVisibility(mesh.positionsHead, vertexNormals(mesh), { camera, depth }, options);
}
