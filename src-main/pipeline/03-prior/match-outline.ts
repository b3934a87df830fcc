/**
 * Where the outline of the fitted mesh should be according to the portrait mask.
 * mesh (N vertices, head frame), camera, mask (H, W) → outline points on mesh triangles with an image normal and the
 * distance to the mask's edge along it.
 *
 * The mesh is rasterised in a small window around the head; its outline are covered pixels next to uncovered ones, so
 * inner contours (nose, chin over neck) take no part: a mask does not show them.
 * The mask is head + hair + clothes, the mesh a bald head. Bare skin (ears, jaw, cheeks) is pulled both ways, but only
 * towards an edge close by; under hair the mask is an outer bound alone: the skull must not stick out.
 */
import { type Camera, projectPoints } from '../../camera/camera.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { rasterise } from '../../render/rasterise.ts';
import type { PortraitMask } from '../02-analyse/analysis.ts';

/** How a region's outline is to be read against the mask. */
export type OutlineRule = 'edge' | 'bound' | 'ignore';

export type OutlineMatch = {
  /** (M, 3) vertices of the triangle and (M, 3) barycentric weights of the outline point. */
  vertices: Uint32Array;
  weights: Float64Array;
  /** (M, 2) px of the photo: the mask's edge that belongs to the point. */
  edgePx: Float64Array;
  /** (M, 2) unit normal of the outline in the image, outwards. */
  normalPx: Float64Array;
  /** (M) 1 = only an outer bound. */
  isBound: Uint8Array;
};

/** Longer side of the window, px: an outline pixel is then about 1 mm of a head. */
const WINDOW_PX = 224;
/** At most so many outline points; their errors are correlated along the outline anyway. */
const POINTS_MAX = 160;
/** Steps of the search along the normal, window px. */
const SEARCH_STEP = 0.5;
/** Half the window of the gradient that gives the outline's direction, window px. */
const GRADIENT_RADIUS = 3;
const INSIDE_ALPHA = 127.5;

export type OutlineReach = {
  /** How far inside the mesh an edge is looked for, px of the photo. */
  inwardPx: number;
  /** How far outside the mesh, for regions of rule `edge`. */
  outwardPx: number;
};

export function matchOutline(
  mesh: TriangleMesh,
  ruleOfVertex: (vertex: number) => OutlineRule,
  camera: Camera,
  mask: PortraitMask,
  reach: OutlineReach,
): OutlineMatch {
  const view = headWindow(mesh, camera);
  const { triangleIds, barycentrics, widthPx, heightPx } = rasterise(mesh, view.camera);
  const outline: number[] = [];
  for (let y = 1; y < heightPx - 1; y++) {
    for (let x = 1; x < widthPx - 1; x++) {
      const i = y * widthPx + x;
      if (triangleIds[i]! < 0) continue;
      const open = [i - 1, i + 1, i - widthPx, i + widthPx].some((j) => triangleIds[j]! < 0);
      if (open) outline.push(i);
    }
  }
  const stride = Math.max(1, Math.ceil(outline.length / POINTS_MAX));
  const found = {
    vertices: [] as number[],
    weights: [] as number[],
    edge: [] as number[],
    normal: [] as number[],
    bound: [] as number[],
  };
  for (let at = 0; at < outline.length; at += stride) {
    const i = outline[at]!;
    const id = triangleIds[i]! * 3;
    const corners = [mesh.triangles[id]!, mesh.triangles[id + 1]!, mesh.triangles[id + 2]!];
    const w1 = barycentrics[i * 2]!;
    const w2 = barycentrics[i * 2 + 1]!;
    const cornerWeights = [1 - w1 - w2, w1, w2];
    const nearest = corners[cornerWeights.indexOf(Math.max(...cornerWeights))]!;
    const rule = ruleOfVertex(nearest);
    if (rule === 'ignore') continue;
    const normal = outwardNormal(triangleIds, widthPx, heightPx, i);
    if (normal === null) continue;
    const x = view.leftPx + ((i % widthPx) + 0.5) / view.scale;
    const y = view.topPx + (Math.floor(i / widthPx) + 0.5) / view.scale;
    const distance = edgeDistance(mask, x, y, normal, reach, SEARCH_STEP / view.scale);
    if (distance === null) continue;
    if (rule === 'bound' && distance > 0) continue;
    found.vertices.push(...corners);
    found.weights.push(...cornerWeights);
    found.edge.push(x + distance * normal[0], y + distance * normal[1]);
    found.normal.push(...normal);
    found.bound.push(rule === 'bound' ? 1 : 0);
  }
  return {
    vertices: Uint32Array.from(found.vertices),
    weights: Float64Array.from(found.weights),
    edgePx: Float64Array.from(found.edge),
    normalPx: Float64Array.from(found.normal),
    isBound: Uint8Array.from(found.bound),
  };
}

/** A camera that sees the part of the photo with the head in it, WINDOW_PX wide or high. */
export function headWindow(
  mesh: TriangleMesh,
  camera: Camera,
): { camera: Camera; leftPx: number; topPx: number; scale: number } {
  const projected = projectPoints(camera, mesh.positionsHead);
  let [left, top, right, bottom] = [camera.widthPx, camera.heightPx, 0, 0];
  for (let i = 0; i < projected.length; i += 3) {
    left = Math.min(left, projected[i]!);
    right = Math.max(right, projected[i]!);
    top = Math.min(top, projected[i + 1]!);
    bottom = Math.max(bottom, projected[i + 1]!);
  }
  left = Math.max(0, left);
  top = Math.max(0, top);
  const width = Math.max(1, Math.min(camera.widthPx, right) - left);
  const height = Math.max(1, Math.min(camera.heightPx, bottom) - top);
  const scale = WINDOW_PX / Math.max(width, height);
  // Two pixels of margin, so that an outline pixel inside the photo has neighbours.
  const margin = 2 / scale;
  left -= margin;
  top -= margin;
  return {
    camera: {
      widthPx: Math.ceil((width + 2 * margin) * scale),
      heightPx: Math.ceil((height + 2 * margin) * scale),
      focalPx: [camera.focalPx[0] * scale, camera.focalPx[1] * scale],
      centrePx: [(camera.centrePx[0] - left) * scale, (camera.centrePx[1] - top) * scale],
      cameraFromHead: camera.cameraFromHead,
    },
    leftPx: left,
    topPx: top,
    scale,
  };
}

/** Direction from covered to uncovered pixels around pixel i. */
function outwardNormal(
  ids: Int32Array,
  widthPx: number,
  heightPx: number,
  i: number,
): [number, number] | null {
  const cx = i % widthPx;
  const cy = Math.floor(i / widthPx);
  let [nx, ny] = [0, 0];
  for (let dy = -GRADIENT_RADIUS; dy <= GRADIENT_RADIUS; dy++) {
    for (let dx = -GRADIENT_RADIUS; dx <= GRADIENT_RADIUS; dx++) {
      const x = cx + dx;
      const y = cy + dy;
      const inside = x >= 0 && y >= 0 && x < widthPx && y < heightPx && ids[y * widthPx + x]! >= 0;
      if (inside) continue;
      nx += dx;
      ny += dy;
    }
  }
  const length = Math.hypot(nx, ny);
  return length < 1e-9 ? null : [nx / length, ny / length];
}

/** Signed distance along the normal from (x, y) to the mask's edge: > 0 outside the mesh. Null: none within reach. */
function edgeDistance(
  mask: PortraitMask,
  x: number,
  y: number,
  normal: readonly [number, number],
  reach: OutlineReach,
  step: number,
): number | null {
  const at = (distance: number): number =>
    maskAlpha(mask, x + distance * normal[0], y + distance * normal[1]);
  const start = at(0);
  if (start < 0) return null;
  // A point in the mask looks outwards for its end, a point outside looks inwards for its beginning.
  const outwards = start > INSIDE_ALPHA;
  const sign = outwards ? 1 : -1;
  const limit = outwards ? reach.outwardPx : reach.inwardPx;
  let last = start;
  for (let distance = step; distance <= limit; distance += step) {
    const alpha = at(sign * distance);
    if (alpha < 0) return null;
    if (alpha > INSIDE_ALPHA !== outwards) {
      const part = (INSIDE_ALPHA - last) / (alpha - last);
      return sign * (distance - step + part * step);
    }
    last = alpha;
  }
  return null;
}

/** Bilinear alpha in [0, 255] at (x, y) px; −1 beyond the photo, where nothing is known. */
function maskAlpha(mask: PortraitMask, x: number, y: number): number {
  const u = x - 0.5;
  const v = y - 0.5;
  const x0 = Math.floor(u);
  const y0 = Math.floor(v);
  if (x0 < 0 || y0 < 0 || x0 + 1 >= mask.widthPx || y0 + 1 >= mask.heightPx) return -1;
  const fx = u - x0;
  const fy = v - y0;
  const i = y0 * mask.widthPx + x0;
  const { alpha } = mask;
  return (
    (alpha[i]! * (1 - fx) + alpha[i + 1]! * fx) * (1 - fy) +
    (alpha[i + mask.widthPx]! * (1 - fx) + alpha[i + mask.widthPx + 1]! * fx) * fy
  );
}
