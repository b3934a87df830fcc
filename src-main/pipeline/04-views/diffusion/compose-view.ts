/**
 * One finished view from what the network made of it and what method `reproject` knows of it at full size.
 *
 * In: generated planes (7, S, S) in [−1, 1], the same view by reprojection ({@link View}). Out: {@link View}.
 * The network works at 128 px, so colours are put together by bands: the coarse one is the network's; the fine one, strands
 * and edges that 128 px cannot hold, is the reprojection's where both agree on the coarse one (elsewhere its edges would be
 * seams). Where the photo sees the surface squarely, the view keeps the photo's own pixels. Coverage is the network's,
 * sharpened, because enlarging makes a silhouette of one pixel four wide. Depth is the proxy's where both cover the pixel;
 * where only the network has hair it is 0, and the surface stage takes the silhouettes' hull there.
 */
import { connectedComponents } from '../../../image/connected-components.ts';
import { rgbRaster } from '../../../image/convert-image.ts';
import { fillUncovered } from '../../../image/fill-uncovered.ts';
import { createImage, type ImageRgba } from '../../../image/image.ts';
import { resizeRaster } from '../../../image/resize-image.ts';
import type { View } from '../views.ts';
import { enlargePlanes } from './enlarge-planes.ts';

/** Alpha in [0, 1] around 0.5 is steepened by this: a soft edge of four pixels becomes about one and a half. */
const ALPHA_GAIN = 2.5;
/** Alpha from which a pixel has a colour, a normal and a depth of its own. */
const COVERED = 0.25;
/** Difference of the coarse colours (sRGB [0, 1]) at which the reprojection's detail has faded to 1/e. */
const AGREEMENT = 0.08;

export function composeView(generated: Float32Array, sizePx: number, reprojected: View): View {
  const { widthPx } = reprojected.camera;
  const planes = enlargePlanes(generated, sizePx, widthPx);
  const coarse = enlargePlanes(coarseColours(reprojected.image, sizePx), sizePx, widthPx);
  const count = widthPx * widthPx;
  const image = createImage(widthPx, widthPx);
  const normalsHead = new Int8Array(count * 3);
  const depth = new Float32Array(count);
  const photoWeight = new Uint8Array(count);
  const { alpha, covered } = findHead(planes.subarray(3 * count, 4 * count), widthPx);
  for (let i = 0; i < count; i++) {
    image.rgbaSrgb[i * 4 + 3] = 255 * alpha[i]!;
    if (covered[i] === 0) continue;
    depth[i] = reprojected.depth[i]!;
    photoWeight[i] = reprojected.photoWeight[i]!;
    const photo = photoWeight[i]! / 255;
    const detail = detailShare(planes, coarse, i, count) * (reprojected.image.rgbaSrgb[i * 4 + 3]! / 255);
    let square = 0;
    const normal = [0, 0, 0];
    for (let c = 0; c < 3; c++) {
      const own = reprojected.image.rgbaSrgb[i * 4 + c]!;
      const made = (planes[c * count + i]! + 1) * 127.5;
      const fine = own - (coarse[c * count + i]! + 1) * 127.5;
      image.rgbaSrgb[i * 4 + c] = photo * own + (1 - photo) * (made + detail * fine);
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

/**
 * Sharpened coverage (H, W) in [0, 1], of the largest connected part alone: the network leaves shreds of what the photo shows
 * beside the head (shoulders, a collar), and a head is in one piece.
 */
function findHead(soft: Float32Array, widthPx: number): { alpha: Float32Array; covered: Uint8Array } {
  const alpha = soft.map((value) => Math.min(1, Math.max(0, 0.5 + (ALPHA_GAIN * value) / 2)));
  const covered = Uint8Array.from(alpha, (value) => (value < COVERED ? 0 : 1));
  const { labels, sizes } = connectedComponents(covered, widthPx, widthPx);
  const largest = sizes.indexOf(Math.max(...sizes));
  for (let i = 0; i < alpha.length; i++) {
    if (labels[i] === 0 || labels[i] === largest) continue;
    alpha[i] = 0;
    covered[i] = 0;
  }
  return { alpha, covered };
}

/** (3, S, S) in [−1, 1]: the image at the network's size; colours behind transparent pixels count as they are. */
function coarseColours(image: ImageRgba, sizePx: number): Float32Array {
  const { values } = resizeRaster(rgbRaster(image), sizePx, sizePx);
  const plane = sizePx * sizePx;
  const out = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) out[c * plane + i] = 2 * values[i * 3 + c]! - 1;
  }
  return out;
}

/** [0, 1]: 1 where network and reprojection agree on the coarse colour. */
function detailShare(made: Float32Array, coarse: Float32Array, pixel: number, count: number): number {
  let square = 0;
  for (let c = 0; c < 3; c++) square += ((made[c * count + pixel]! - coarse[c * count + pixel]!) / 2) ** 2;
  return Math.exp(-square / (3 * AGREEMENT ** 2));
}
