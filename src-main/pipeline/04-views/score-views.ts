/**
 * How every view fits the photo, its neighbours and M: where an artist should look first.
 *
 * In: analysis (the photo's embedding), prior, N views; `only` = indices that are scored, all without it. Out: one
 * {@link ViewScores} each. Nothing decides by them: they order the list and are written into the report.
 * Identity is asked of views up to 50° from the front: beyond, the network compares half profiles with a portrait, and even
 * views that carry the photo over come out as another person (0.45 at 45°, 0.71 at 67.5° on the astronaut). Neighbours
 * are compared where both see the same point of the surface, by depth; where only the network has hair there is no depth,
 * and nothing is compared. Silhouette and normals are compared with the proxy, which has the hair's volume.
 * Longest uninterruptible piece: one face being recognised, about 0.3 s.
 */
import { cameraCentreHead, resizeCamera, unprojectPoints, projectPoints } from '../../camera/camera.ts';
import type { ViewScores } from '../../contract/views.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { interpolate } from '../../render/interpolate.ts';
import { rasterise } from '../../render/rasterise.ts';
import type { Analysis } from '../02-analyse/analysis.ts';
import type { Prior } from '../03-prior/prior.ts';
import { checkpoint } from '../checkpoint.ts';
import { recogniseFace } from '../recognise-face.ts';
import type { Stage } from '../stage.ts';
import type { View, Views } from './views.ts';

export type ScoreInput = {
  analysis: Pick<Analysis, 'embedding128'>;
  prior: Pick<Prior, 'topology' | 'positionsHead'>;
  views: Views;
  only?: readonly number[];
};

const FACE_AZIMUTH_MAX_DEG = 50;
/** Pixels looked at along a view's side: scores are means, and a mean of 16,000 pixels is as good as of 260,000. */
const SAMPLES = 128;
/** Alpha from which a pixel is the head's. */
const INSIDE = 128;
/** Both views must see the surface this squarely: 66°. Beyond, a pixel of error in depth is several in colour. */
const FACING_MIN = 0.4;
/** Two depths are of the same surface: thinner than an ear (3 mm), thicker than a slope within a pixel. */
const SAME_SURFACE_M = 0.002;

export const scoreViews: Stage<ScoreInput, ViewScores[]> = async (input, context) => {
  const { analysis, prior, views: record } = input;
  const { views } = record;
  const mesh = record.proxy ?? {
    positionsHead: prior.positionsHead,
    triangles: triangulateTopology(prior.topology).triangles,
  };
  const normals = vertexNormals(mesh);
  const indices = input.only ?? views.map((_, index) => index);
  const scores: ViewScores[] = [];
  for (const index of indices) {
    const view = views[index]!;
    const beside = [views[(index + views.length - 1) % views.length]!, views[(index + 1) % views.length]!];
    const fromFront = Math.min(view.azimuthDeg, 360 - view.azimuthDeg);
    const face =
      fromFront <= FACE_AZIMUTH_MAX_DEG ? await recogniseFace(view.image, context.inference) : null;
    scores.push({
      identityDistance: face === null ? null : distance(face, analysis.embedding128),
      neighbourDifferencePercent: compareNeighbours(view, beside),
      ...compareMesh(view, mesh, normals),
    });
    await checkpoint(context, scores.length / indices.length);
  }
  return scores;
};

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}

/** Mean |colour difference| of points that a view and its neighbours both see, % of the range. */
export function compareNeighbours(view: View, neighbours: readonly View[]): number | null {
  const pixels = samplePixels(view).filter((pixel) => view.depth[pixel]! > 0 && facing(view, pixel));
  const { widthPx } = view.camera;
  const points = unprojectPoints(
    view.camera,
    Float32Array.from(
      pixels.flatMap((i) => [(i % widthPx) + 0.5, Math.floor(i / widthPx) + 0.5, view.depth[i]!]),
    ),
  );
  let sum = 0;
  let count = 0;
  for (const other of neighbours) {
    const seen = projectPoints(other.camera, points);
    pixels.forEach((pixel, n) => {
      const [u, v, depth] = [seen[n * 3]!, seen[n * 3 + 1]!, seen[n * 3 + 2]!];
      if (!(u >= 0 && v >= 0 && u < other.camera.widthPx && v < other.camera.heightPx)) return;
      const there = Math.floor(v) * other.camera.widthPx + Math.floor(u);
      if (Math.abs(other.depth[there]! - depth) > SAME_SURFACE_M || !facing(other, there)) return;
      if (other.image.rgbaSrgb[there * 4 + 3]! < INSIDE) return;
      for (let c = 0; c < 3; c++)
        sum += Math.abs(view.image.rgbaSrgb[pixel * 4 + c]! - other.image.rgbaSrgb[there * 4 + c]!);
      count += 3;
    });
  }
  return count === 0 ? null : (100 * sum) / count / 255;
}

/** Silhouette and normals against the mesh that the view is of. `normals` (N, 3) of its vertices. */
export function compareMesh(
  view: View,
  mesh: TriangleMesh,
  normals: Float32Array,
): Pick<ViewScores, 'maskIou' | 'normalDeg'> {
  const small = resizeCamera(view.camera, SAMPLES, SAMPLES);
  const fragments = rasterise(mesh, small, { cullBack: true });
  const expected = interpolate(fragments, mesh.triangles, normals, 3).values;
  const { widthPx, heightPx } = view.camera;
  let both = 0;
  let either = 0;
  let angles = 0;
  for (let i = 0; i < fragments.triangleIds.length; i++) {
    const x = Math.floor((((i % SAMPLES) + 0.5) * widthPx) / SAMPLES);
    const y = Math.floor(((Math.floor(i / SAMPLES) + 0.5) * heightPx) / SAMPLES);
    const pixel = y * widthPx + x;
    const inMesh = fragments.triangleIds[i]! >= 0;
    const inView = view.image.rgbaSrgb[pixel * 4 + 3]! >= INSIDE;
    if (inMesh || inView) either++;
    if (!(inMesh && inView)) continue;
    both++;
    let dot = 0;
    for (let c = 0; c < 3; c++) dot += (expected[i * 3 + c]! * view.normalsHead[pixel * 3 + c]!) / 127;
    const length = Math.hypot(expected[i * 3]!, expected[i * 3 + 1]!, expected[i * 3 + 2]!) || 1;
    angles += Math.acos(Math.min(1, Math.max(-1, dot / length)));
  }
  return {
    maskIou: either === 0 ? 0 : both / either,
    normalDeg: both === 0 ? null : (angles / both) * (180 / Math.PI),
  };
}

/** Covered pixels of an even grid. */
function samplePixels({ camera, image }: View): number[] {
  const step = Math.max(1, Math.floor(camera.widthPx / SAMPLES));
  const pixels: number[] = [];
  for (let y = step >> 1; y < camera.heightPx; y += step) {
    for (let x = step >> 1; x < camera.widthPx; x += step) {
      const pixel = y * camera.widthPx + x;
      if (image.rgbaSrgb[pixel * 4 + 3]! >= INSIDE) pixels.push(pixel);
    }
  }
  return pixels;
}

/** The surface is seen squarely enough; by the direction of the camera, which is far away. */
function facing({ camera, normalsHead }: View, pixel: number): boolean {
  const [x, y, z] = cameraCentreHead(camera);
  const dot = x * normalsHead[pixel * 3]! + y * normalsHead[pixel * 3 + 1]! + z * normalsHead[pixel * 3 + 2]!;
  return dot / (127 * Math.hypot(x, y, z)) >= FACING_MIN;
}
