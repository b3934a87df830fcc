/** What views show of each vertex: their colours by their weights, and the photo's share in them. */
import { projectPoints } from '../../camera/camera.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import type { View } from '../04-views/views.ts';
import { sampleImage } from './sample-image.ts';
import type { ViewWeights } from './weigh-views.ts';

/** (N, 3) sRGB in [0, 1]: the views' colours by their weights, 0 where none sees; (N) the photo's share in them. */
export function sampleViews(
  mesh: TriangleMesh,
  views: readonly View[],
  viewWeights: ViewWeights,
): { shown: Float32Array; carried: Float32Array } {
  const { weights, viewCount } = viewWeights;
  const shown = new Float32Array(mesh.positionsHead.length);
  const carried = new Float32Array(shown.length / 3);
  const colour = new Float64Array(3);
  views.forEach((view, k) => {
    const pixels = projectPoints(view.camera, mesh.positionsHead);
    for (let i = 0; i < carried.length; i++) {
      const weight = weights[i * viewCount + k]!;
      if (weight === 0) continue;
      sampleImage(view.image, pixels[i * 3]!, pixels[i * 3 + 1]!, colour);
      for (let c = 0; c < 3; c++) shown[i * 3 + c] = shown[i * 3 + c]! + weight * colour[c]!;
      const { widthPx, heightPx } = view.camera;
      const x = Math.min(widthPx - 1, Math.max(0, Math.floor(pixels[i * 3]!)));
      const y = Math.min(heightPx - 1, Math.max(0, Math.floor(pixels[i * 3 + 1]!)));
      carried[i] = carried[i]! + (weight * view.photoWeight[y * widthPx + x]!) / 255;
    }
  });
  return { shown, carried };
}
