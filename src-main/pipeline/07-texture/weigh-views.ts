/**
 * How much each view counts at each vertex of the fitted head.
 *
 * In: mesh (N vertices, head frame), what may hide it, V views, how far a colour suits a vertex. Out: (N, V) float32 weights that sum to 1 where any view sees the vertex.
 * A view counts by the sixth power of the angle's cosine: the squarest view dominates, so that views which disagree do
 * not average to blur. Weights far below the best are cut off to leave two to four views at a vertex. A vertex next to
 * one that is hidden counts as hidden: texels between the two would show what hides it.
 */
import { projectPoints } from '../../camera/camera.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import type { VertexGraph } from '../../mesh/vertex-graph.ts';
import { smoothstep } from '../../render/photo-probe.ts';
import { rasterise } from '../../render/rasterise.ts';
import { facingCosines, testVisibility } from '../../render/visibility.ts';
import type { View } from '../04-views/views.ts';
import { overrulePhoto } from './overrule-photo.ts';
import { sampleImage } from './sample-image.ts';

export type ViewWeights = {
  viewCount: number;
  /** (N, V). */
  weights: Float32Array;
  /** (N) 1 where some view sees the vertex. */
  seen: Uint8Array;
};

const ANGLE_POWER = 6;
/** Share of the best view's weight below which a view is left out; what remains starts from zero, so it stays smooth. */
const CUT = 0.35;
/**
 * What an artist changed in a view is taken from that view wherever it shows it, also where another one sees the place more
 * squarely: at 65° from the side it still outweighs a view from straight ahead. Comes in between these cosines.
 */
const CHANGED_GAIN = 200;
const CHANGED_COSINES = [0.25, 0.45] as const;
/** A vertex has to be seen this squarely by its best view: 84° smears. */
const BEST_COSINE_MIN = 0.1;

export function weighViews(
  mesh: TriangleMesh,
  occluder: TriangleMesh,
  normals: Float32Array,
  graph: VertexGraph,
  views: readonly View[],
  suits: (vertex: number, colour: ArrayLike<number>) => number,
): ViewWeights {
  const count = mesh.positionsHead.length / 3;
  const viewCount = views.length;
  const weights = new Float32Array(count * viewCount);
  views.forEach((view, k) => {
    const { depth } = rasterise(occluder, view.camera, { cullBack: true });
    const visible = testVisibility(mesh.positionsHead, normals, { camera: view.camera, depth });
    const cosines = facingCosines(mesh.positionsHead, normals, view.camera);
    const showing = cosines.map((cosine, i) => visible[i]! * smoothstep(...CHANGED_COSINES, cosine));
    const changed = overrulePhoto(view, showing, mesh.positionsHead);
    const pixels = projectPoints(view.camera, mesh.positionsHead);
    const colour = new Float64Array(3);
    for (let i = 0; i < count; i++) {
      let clear = visible[i]!;
      for (let e = graph.offsets[i]!; e < graph.offsets[i + 1]!; e++) {
        // A neighbour that is merely turned away does not hide anything.
        const j = graph.neighbours[e]!;
        if (cosines[j]! > 0) clear = Math.min(clear, visible[j]!);
      }
      if (cosines[i]! > BEST_COSINE_MIN && clear > 0) {
        sampleImage(view.image, pixels[i * 3]!, pixels[i * 3 + 1]!, colour);
        const share = Math.max(suits(i, colour), changed?.[i] ?? 0);
        weights[i * viewCount + k] = share * clear * cosines[i]! ** ANGLE_POWER;
      }
      if (changed !== null)
        weights[i * viewCount + k] = weights[i * viewCount + k]! * (1 + CHANGED_GAIN * changed[i]!);
    }
  });
  const seen = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const row = weights.subarray(i * viewCount, (i + 1) * viewCount);
    const best = row.reduce((max, value) => Math.max(max, value), 0);
    let sum = 0;
    for (let k = 0; k < viewCount; k++) {
      row[k] = Math.max(0, row[k]! - CUT * best);
      sum += row[k]!;
    }
    if (sum <= 0) continue;
    seen[i] = 1;
    for (let k = 0; k < viewCount; k++) row[k] = row[k]! / sum;
  }
  return { viewCount, weights, seen };
}
