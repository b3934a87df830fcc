/** The rasteriser's oracle: a float64 ray through every pixel centre, tested against every triangle. */
import { type Camera, cameraCentreHead } from '../../src-main/camera/camera.ts';
import type { TriangleMesh } from '../../src-main/mesh/mesh.ts';

export type CastPixels = {
  ids: Int32Array;
  depth: Float64Array;
  weights: Float64Array;
  /** 1 = the ray passes so near an edge, or two hits lie so close, that rounding may decide either way. */
  doubtful: Uint8Array;
};

export function castPixels(mesh: TriangleMesh, camera: Camera, nearM = 0): CastPixels {
  const { widthPx, heightPx } = camera;
  const count = widthPx * heightPx;
  const out: CastPixels = {
    ids: new Int32Array(count).fill(-1),
    depth: new Float64Array(count),
    weights: new Float64Array(count * 2),
    doubtful: new Uint8Array(count),
  };
  const eye = cameraCentreHead(camera);
  const m = camera.cameraFromHead;
  const corner = (vertex: number): number[] =>
    [0, 1, 2].map((axis) => mesh.positionsHead[vertex * 3 + axis]!);
  for (let i = 0; i < count; i++) {
    const dx = ((i % widthPx) + 0.5 - camera.centrePx[0]) / camera.focalPx[0];
    const dy = -(Math.floor(i / widthPx) + 0.5 - camera.centrePx[1]) / camera.focalPx[1];
    // Camera-frame direction (dx, dy, −1), so that the ray parameter is the depth.
    const ray = [0, 1, 2].map((axis) => m[axis * 4]! * dx + m[axis * 4 + 1]! * dy - m[axis * 4 + 2]!);
    let nearest = Infinity;
    for (let t = 0; t < mesh.triangles.length; t += 3) {
      const a = corner(mesh.triangles[t]!);
      const ab = subtract(corner(mesh.triangles[t + 1]!), a);
      const ac = subtract(corner(mesh.triangles[t + 2]!), a);
      const p = cross(ray, ac);
      const determinant = dot(ab, p);
      const s = subtract(eye, a);
      const w1 = dot(s, p) / determinant;
      const q = cross(s, ab);
      const w2 = dot(ray, q) / determinant;
      const depth = dot(ac, q) / determinant;
      const margin = Math.min(w1, w2, 1 - w1 - w2);
      const steep = Math.abs(determinant) < 0.02 * Math.hypot(...cross(ab, ac)) * Math.hypot(...ray);
      if (Math.abs(margin) < 0.003 || Math.abs(depth - nearM) < 1e-3 || (steep && margin > -0.02))
        out.doubtful[i] = 1;
      if (!(margin >= 0 && depth >= nearM && depth > 0)) continue;
      if (Math.abs(depth - nearest) < 1e-3) out.doubtful[i] = 1;
      if (depth >= nearest) continue;
      nearest = depth;
      out.ids[i] = t / 3;
      out.depth[i] = depth;
      out.weights[2 * i] = w1;
      out.weights[2 * i + 1] = w2;
    }
  }
  return out;
}

const subtract = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value - b[i]!);
const dot = (a: readonly number[], b: readonly number[]): number =>
  a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
const cross = (a: readonly number[], b: readonly number[]): number[] => [
  a[1]! * b[2]! - a[2]! * b[1]!,
  a[2]! * b[0]! - a[0]! * b[2]!,
  a[0]! * b[1]! - a[1]! * b[0]!,
];
