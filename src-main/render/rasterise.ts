/**
 * Software z-buffer rasteriser: which triangle each pixel of a camera sees, and where on it.
 *
 * In: mesh (N vertices, F triangles, head frame, m), camera. Out: {@link Fragments} of the camera's size.
 * Stands where the paper's data and conditions come from a GPU renderer (§4, FaceScape renderings): a CPU one runs
 * everywhere, is exact about shared edges and gives the same bytes on every machine.
 * Triangles are clipped at the near plane; weights of clipped triangles refer to the whole triangle. Ties in depth go to
 * the lower triangle index.
 */
import type { Camera } from '../camera/camera.ts';
import { transformPoints } from '../camera/frames.ts';
import type { TriangleMesh } from '../mesh/mesh.ts';
import {
  type Corner,
  createFragments,
  type Facing,
  fillTriangle,
  type Fragments,
  makeCorner,
} from './fill-triangle.ts';

export type { Fragments } from './fill-triangle.ts';

export type RasteriseOptions = {
  /** Leave out triangles that show their back. */
  cullBack?: boolean;
  /** Leave out triangles that show their front (to see the far side of a closed mesh). */
  cullFront?: boolean;
  /** Nearest depth that is drawn, m. */
  nearM?: number;
  /** Only which pixels are covered is wanted: no depth, no weights, and `triangleIds` may be any triangle there. */
  coverageOnly?: boolean;
};

/** Nearer than any camera comes to a head: 1 cm. */
const NEAR_M = 0.01;

export function rasterise(mesh: TriangleMesh, camera: Camera, options: RasteriseOptions = {}): Fragments {
  const { widthPx, heightPx } = camera;
  const { cullBack = false, cullFront = false, nearM = NEAR_M, coverageOnly = false } = options;
  const facing: Facing = cullBack ? 'front' : cullFront ? 'back' : 'both';
  const out = createFragments(widthPx, heightPx, coverageOnly);
  const corners = projectCorners(mesh, camera);
  const { triangles } = mesh;
  const polygon = Array.from({ length: 4 }, makeCorner);
  const [c0, c1, c2, c3] = polygon as [Corner, Corner, Corner, Corner];
  const load = (corner: Corner, vertex: number, weight1: number, weight2: number): void => {
    corner.xPx = corners[vertex * 3]!;
    corner.yPx = corners[vertex * 3 + 1]!;
    corner.inverseDepth = corners[vertex * 3 + 2]!;
    corner.weight1 = weight1;
    corner.weight2 = weight2;
  };
  const farthestInverse = 1 / nearM;
  const inFront = (vertex: number): boolean => {
    const inverse = corners[vertex * 3 + 2]!;
    return inverse > 0 && inverse <= farthestInverse;
  };
  let pointsCamera: Float32Array | null = null;
  for (let t = 0; t < triangles.length; t += 3) {
    const v0 = triangles[t]!;
    const v1 = triangles[t + 1]!;
    const v2 = triangles[t + 2]!;
    const seen = Number(inFront(v0)) + Number(inFront(v1)) + Number(inFront(v2));
    if (seen === 3) {
      if (missesPixels(corners, v0, v1, v2)) continue;
      if (facing !== 'both' && isTurned(corners, v0, v1, v2, facing === 'front' ? 1 : -1)) continue;
      load(c0, v0, 0, 0);
      load(c1, v1, 1, 0);
      load(c2, v2, 0, 1);
      fillTriangle(out, t / 3, c0, c1, c2, facing);
    } else if (seen > 0) {
      pointsCamera ??= transformPoints(camera.cameraFromHead, mesh.positionsHead);
      const count = clipNear(polygon, pointsCamera, [v0, v1, v2], nearM, camera);
      fillTriangle(out, t / 3, c0, c1, c2, facing);
      if (count === 4) fillTriangle(out, t / 3, c0, c2, c3, facing);
    }
  }
  return out;
}

/** What {@link fillTriangle} moves corners by at most, with room to spare, px. */
const SNAP_PX = 0.001;

/**
 * True when no pixel's centre lies in the triangle's rectangle, as for most triangles of a head in a small view: it need not be
 * set up then.
 */
function missesPixels(corners: Float64Array, v0: number, v1: number, v2: number): boolean {
  const x0 = corners[v0 * 3]!;
  const x1 = corners[v1 * 3]!;
  const x2 = corners[v2 * 3]!;
  const left = Math.min(x0, x1, x2) - SNAP_PX - 0.5;
  if (Math.ceil(left) > Math.max(x0, x1, x2) + SNAP_PX - 0.5) return true;
  const y0 = corners[v0 * 3 + 1]!;
  const y1 = corners[v1 * 3 + 1]!;
  const y2 = corners[v2 * 3 + 1]!;
  const top = Math.min(y0, y1, y2) - SNAP_PX - 0.5;
  return Math.ceil(top) > Math.max(y0, y1, y2) + SNAP_PX - 0.5;
}

/**
 * True when the triangle's area, times `sign`, is positive (back faces: 1) by more than snapping can change it. Half of a head's
 * triangles are turned away and need not be set up either.
 */
function isTurned(corners: Float64Array, v0: number, v1: number, v2: number, sign: 1 | -1): boolean {
  const x0 = corners[v0 * 3]!;
  const y0 = corners[v0 * 3 + 1]!;
  const ax = corners[v1 * 3]! - x0;
  const ay = corners[v1 * 3 + 1]! - y0;
  const bx = corners[v2 * 3]! - x0;
  const by = corners[v2 * 3 + 1]! - y0;
  const reach = Math.abs(ax) + Math.abs(ay) + Math.abs(bx) + Math.abs(by);
  return sign * (ax * by - bx * ay) > SNAP_PX * (reach + SNAP_PX);
}

/** (N, 3) float64: x px, y px, 1/depth (≤ 0 or huge: not in front of the camera). */
function projectCorners(mesh: TriangleMesh, camera: Camera): Float64Array {
  const { positionsHead: p } = mesh;
  const m = camera.cameraFromHead;
  const [fx, fy] = camera.focalPx;
  const [cx, cy] = camera.centrePx;
  const out = new Float64Array(p.length);
  for (let i = 0; i < p.length; i += 3) {
    const x = p[i]!;
    const y = p[i + 1]!;
    const z = p[i + 2]!;
    const inverse = -1 / (m[2]! * x + m[6]! * y + m[10]! * z + m[14]!);
    out[i] = cx + fx * (m[0]! * x + m[4]! * y + m[8]! * z + m[12]!) * inverse;
    out[i + 1] = cy - fy * (m[1]! * x + m[5]! * y + m[9]! * z + m[13]!) * inverse;
    out[i + 2] = inverse;
  }
  return out;
}

/** Sutherland–Hodgman against depth ≥ nearM: writes 3 or 4 corners into `polygon` and returns how many. */
function clipNear(
  polygon: Corner[],
  pointsCamera: Float32Array,
  vertices: readonly [number, number, number],
  nearM: number,
  camera: Camera,
): number {
  const [fx, fy] = camera.focalPx;
  const [cx, cy] = camera.centrePx;
  let count = 0;
  const emit = (from: number, to: number, along: number): void => {
    const mix = (axis: number): number =>
      pointsCamera[vertices[from]! * 3 + axis]! * (1 - along) +
      pointsCamera[vertices[to]! * 3 + axis]! * along;
    const corner = polygon[count++]!;
    corner.inverseDepth = -1 / mix(2);
    corner.xPx = cx + fx * mix(0) * corner.inverseDepth;
    corner.yPx = cy - fy * mix(1) * corner.inverseDepth;
    const weight = (of: number): number => Number(from === of) * (1 - along) + Number(to === of) * along;
    corner.weight1 = weight(1);
    corner.weight2 = weight(2);
  };
  for (let from = 0; from < 3; from++) {
    const to = (from + 1) % 3;
    const depthFrom = -pointsCamera[vertices[from]! * 3 + 2]!;
    const depthTo = -pointsCamera[vertices[to]! * 3 + 2]!;
    if (depthFrom >= nearM) emit(from, to, 0);
    if (depthFrom >= nearM !== depthTo >= nearM) emit(from, to, (nearM - depthFrom) / (depthTo - depthFrom));
  }
  return count;
}
