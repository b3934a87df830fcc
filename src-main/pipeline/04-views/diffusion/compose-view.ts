/**
 * One finished view from what the network made of it and what the photo shows of it.
 *
 * In: generated planes (7, S, S) in [−1, 1], the same view by reprojection at full size ({@link View}). Out: {@link View}.
 * The network works at 128 px; where the photo sees the surface, the view keeps the photo's own pixels and fades into the
 * generated ones by the photo's weight. Coverage is the network's, sharpened, because enlarging makes a silhouette of one
 * pixel four wide. Depth is the proxy's where both cover the pixel; where only the network has hair it is 0, and the
 * surface stage takes the silhouettes' hull there.
 */
import { fillUncovered } from '../../../image/fill-uncovered.ts';
import { createImage } from '../../../image/image.ts';
import type { View } from '../views.ts';
import { enlargePlanes } from './enlarge-planes.ts';

/** Alpha in [0, 1] around 0.5 is steepened by this: a soft edge of four pixels becomes about one and a half. */
const ALPHA_GAIN = 2.5;
/** Alpha from which a pixel has a colour, a normal and a depth of its own. */
const COVERED = 0.25;

export function composeView(generated: Float32Array, sizePx: number, reprojected: View): View {
  const { widthPx } = reprojected.camera;
  const planes = enlargePlanes(generated, sizePx, widthPx);
  const count = widthPx * widthPx;
  const image = createImage(widthPx, widthPx);
  const normalsHead = new Int8Array(count * 3);
  const depth = new Float32Array(count);
  const photoWeight = new Uint8Array(count);
  const covered = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const photo = reprojected.photoWeight[i]! / 255;
    const soft = (planes[3 * count + i]! + 1) / 2;
    const alpha = Math.min(1, Math.max(0, 0.5 + ALPHA_GAIN * (soft - 0.5)));
    image.rgbaSrgb[i * 4 + 3] = 255 * alpha;
    if (alpha < COVERED) continue;
    covered[i] = 1;
    depth[i] = reprojected.depth[i]!;
    photoWeight[i] = reprojected.photoWeight[i]!;
    let square = 0;
    const normal = [0, 0, 0];
    for (let c = 0; c < 3; c++) {
      const made = (planes[c * count + i]! + 1) * 127.5;
      image.rgbaSrgb[i * 4 + c] = photo * reprojected.image.rgbaSrgb[i * 4 + c]! + (1 - photo) * made;
      normal[c] =
        photo * (reprojected.normalsHead[i * 3 + c]! / 127) + (1 - photo) * planes[(4 + c) * count + i]!;
      square += normal[c]! ** 2;
    }
    const length = Math.sqrt(square) || 1;
    for (let c = 0; c < 3; c++) normalsHead[i * 3 + c] = Math.round((127 * normal[c]!) / length);
  }
  fillUncovered(image, covered);
  return { ...reprojected, image, normalsHead, depth, photoWeight };
}
