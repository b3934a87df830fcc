/**
 * One finished view from what the network made of it and what method `reproject` knows of it at full size.
 *
 * In: generated planes (7, S, S) in [−1, 1], the same view by reprojection ({@link View}), the photo's camera. Out: {@link View}.
 * The network works at 128 px, so colours are put together by bands: the coarse one is the network's; the fine one, strands
 * and edges that 128 px cannot hold, is the reprojection's where both agree on the coarse one (elsewhere its edges would be
 * seams). The photo's own pixels stay as far as `trust-photo.ts` trusts them. Normals are the network's, with the estimated
 * surface's fine band where the photo's pixels are kept and both agree: M's own normals there had the step of its hair on every forehead (16.8°
 * off the truth of 8 held-out heads; 12.8° so), and M's fine band elsewhere would draw its ears into hair. Coverage is the
 * network's (`enlarge-coverage.ts`). Depth is the proxy's where both cover the pixel; where only the network has hair it is
 * 0, and the surface stage takes the silhouettes' hull there.
 */
import type { Camera } from '../../../camera/camera.ts';
import { connectedComponents } from '../../../image/connected-components.ts';
import { fillUncovered } from '../../../image/fill-uncovered.ts';
import { createImage } from '../../../image/image.ts';
import type { View } from '../views.ts';
import { drawPlanes, readPlanes } from './draw-planes.ts';
import { enlargeCoverage } from './enlarge-coverage.ts';
import { resizePlanes } from '../../../image/resize-planes.ts';
import { trustPhoto } from './trust-photo.ts';

/** Alpha from which a pixel has a normal and a depth of its own. */
const COVERED = 0.25;
/** The network's coverage from which its colour counts: beyond, it draws what it likes, and enlarging would bring that inside. */
const COLOURED = 0.6;
/** Difference of the coarse colours (sRGB [0, 1]) at which the reprojection's detail has faded to 1/e. */
const AGREEMENT = 0.08;
/** Distance of coarse unit normals at which the surface's detail has faded to 1/e: 29°. */
const NORMAL_AGREEMENT = 0.5;

export function composeView(
  generated: Float32Array,
  sizePx: number,
  reprojected: View,
  photoCamera: Camera,
): View {
  const { widthPx } = reprojected.camera;
  const own = readPlanes(reprojected, sizePx);
  const planes = resizePlanes(continueColours(generated, sizePx), sizePx, widthPx);
  const coarse = resizePlanes(continueColours(own, sizePx), sizePx, widthPx);
  const photoShare = trustPhoto(generated, own, sizePx, reprojected, photoCamera);
  const plane = sizePx * sizePx;
  const soft = enlargeCoverage(generated.subarray(3 * plane, 4 * plane), sizePx, widthPx);
  const { alpha, covered } = findHead(soft, widthPx);
  const count = widthPx * widthPx;
  const image = createImage(widthPx, widthPx);
  const normalsHead = new Int8Array(count * 3);
  const depth = new Float32Array(count);
  const photoWeight = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    image.rgbaSrgb[i * 4 + 3] = 255 * alpha[i]!;
    if (covered[i] === 0) continue;
    depth[i] = reprojected.depth[i]!;
    const photo = photoShare[i]!;
    photoWeight[i] = Math.round(255 * photo);
    const edge = reprojected.image.rgbaSrgb[i * 4 + 3]! / 255;
    const detail = edge * agreement(planes, coarse, 0, i, count, 2 * AGREEMENT * Math.sqrt(3));
    const relief = photo === 0 ? 0 : edge * photo * agreement(planes, coarse, 4, i, count, NORMAL_AGREEMENT);
    let square = 0;
    const normal = [0, 0, 0];
    for (let c = 0; c < 3; c++) {
      const shown = reprojected.image.rgbaSrgb[i * 4 + c]!;
      const made = (planes[c * count + i]! + 1) * 127.5;
      const fine = shown - (coarse[c * count + i]! + 1) * 127.5;
      image.rgbaSrgb[i * 4 + c] = photo * shown + (1 - photo) * (made + detail * fine);
      const at = (4 + c) * count + i;
      normal[c] = planes[at]! + relief * (reprojected.normalsHead[i * 3 + c]! / 127 - coarse[at]!);
      square += normal[c]! ** 2;
    }
    const length = Math.sqrt(square) || 1;
    for (let c = 0; c < 3; c++) normalsHead[i * 3 + c] = Math.round((127 * normal[c]!) / length);
  }
  fillUncovered(image, covered);
  return { ...reprojected, image, normalsHead, depth, photoWeight };
}

/** (7, S, S): colours of what is hardly covered are those of the nearest that is. */
function continueColours(generated: Float32Array, sizePx: number): Float32Array {
  const out = generated.slice();
  const plane = sizePx * sizePx;
  const image = drawPlanes(generated, sizePx);
  const coloured = Uint8Array.from({ length: plane }, (_, i) =>
    (generated[3 * plane + i]! + 1) / 2 < COLOURED ? 0 : 1,
  );
  fillUncovered(image, coloured);
  for (let i = 0; i < plane; i++) {
    if (coloured[i] === 1) continue;
    for (let c = 0; c < 3; c++) out[c * plane + i] = image.rgbaSrgb[i * 4 + c]! / 127.5 - 1;
  }
  return out;
}

/** Coverage (H, W) in [0, 1] of the largest connected part alone: shreds beside the head (shoulders, a collar) are none of it. */
function findHead(alpha: Float32Array, widthPx: number): { alpha: Float32Array; covered: Uint8Array } {
  // Not `Uint8Array.from`, whose iterator takes as long as everything else here.
  const covered = new Uint8Array(alpha.length);
  for (let i = 0; i < alpha.length; i++) covered[i] = alpha[i]! < COVERED ? 0 : 1;
  const { labels, sizes } = connectedComponents(covered, widthPx, widthPx);
  const largest = sizes.indexOf(Math.max(...sizes));
  for (let i = 0; i < alpha.length; i++) {
    if (labels[i] === 0 || labels[i] === largest) continue;
    alpha[i] = 0;
    covered[i] = 0;
  }
  return { alpha, covered };
}

/** [0, 1]: 1 where the three planes from `first` on are the same in both, 1/e where they are `scale` apart. */
function agreement(
  made: Float32Array,
  coarse: Float32Array,
  first: number,
  pixel: number,
  count: number,
  scale: number,
): number {
  let square = 0;
  for (let c = first; c < first + 3; c++)
    square += (made[c * count + pixel]! - coarse[c * count + pixel]!) ** 2;
  return Math.exp(-square / scale ** 2);
}
