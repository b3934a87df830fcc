/** The network's planes as pictures, and pictures as planes. */
import { createImage, createRaster, type ImageRgba } from '../../../image/image.ts';
import { resizeImage, resizeRaster } from '../../../image/resize-image.ts';
import { rgbRaster } from '../../../image/convert-image.ts';
import { PREVIEW_PX, type StageContext } from '../../stage.ts';
import type { View } from '../views.ts';
import { VIEW_CHANNELS } from './sample-views.ts';

/** A preview goes out after as many steps: the first step is a finished regression. */
const PREVIEW_EVERY = 2;

/** (7, S, S) in [−1, 1] → colour and coverage. */
export function drawPlanes(planes: Float32Array, sizePx: number): ImageRgba {
  const image = createImage(sizePx, sizePx);
  const plane = sizePx * sizePx;
  for (let i = 0; i < plane; i++)
    for (let c = 0; c < 4; c++) image.rgbaSrgb[i * 4 + c] = (planes[c * plane + i]! + 1) * 127.5;
  return image;
}

/** For `sampleViews`: shows the listed views every few steps, the first step included. */
export function watchPlanes(
  sizePx: number,
  views: Iterable<number>,
  context: StageContext,
): (clean: Float32Array) => void {
  const shown = [...views];
  const length = VIEW_CHANNELS * sizePx * sizePx;
  let step = 0;
  return (clean) => {
    if (step++ % PREVIEW_EVERY !== 0) return;
    context.preview?.(
      shown.map((view) => {
        const image = drawPlanes(clean.subarray(view * length, (view + 1) * length), sizePx);
        return { view, image: resizeImage(image, PREVIEW_PX, PREVIEW_PX) };
      }),
    );
  };
}

/** A view as the network would have made it: (7, S, S) in [−1, 1], colours continued behind its outline. */
export function readPlanes(view: View, sizePx: number): Float32Array {
  const { image, normalsHead, camera } = view;
  const plane = sizePx * sizePx;
  const out = new Float32Array(VIEW_CHANNELS * plane);
  const colours = resizeRaster(rgbRaster(image), sizePx, sizePx).values;
  const rest = createRaster(camera.widthPx, camera.heightPx, 4);
  for (let i = 0; i < camera.widthPx * camera.heightPx; i++) {
    rest.values[i * 4] = image.rgbaSrgb[i * 4 + 3]! / 255;
    for (let c = 0; c < 3; c++) rest.values[i * 4 + 1 + c] = normalsHead[i * 3 + c]! / 127;
  }
  const small = resizeRaster(rest, sizePx, sizePx).values;
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) out[c * plane + i] = 2 * colours[i * 3 + c]! - 1;
    out[3 * plane + i] = 2 * small[i * 4]! - 1;
    // A mean of unit normals is shorter than one; the network was shown unit normals.
    const length = Math.hypot(small[i * 4 + 1]!, small[i * 4 + 2]!, small[i * 4 + 3]!) || 1;
    for (let c = 0; c < 3; c++) out[(4 + c) * plane + i] = small[i * 4 + 1 + c]! / length;
  }
  return out;
}
