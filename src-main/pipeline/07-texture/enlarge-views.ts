/**
 * Views twice as fine as they were drawn, by a super-resolution network (`esrgan-2x`), for what only they show.
 *
 * In: V views and the side of the pictures that were drawn, S px. Out: the same views with finer pictures; cameras and all else stay.
 * A network that draws at 128 px leaves smooth views of 512 px, which no network would sharpen. So each view is brought to
 * its own scale first, enlarged there, and gains what the enlarged picture has beyond the plain (cubic) enlargement. The network is made for
 * pictures reduced by a sharp kernel and answers softer ones too softly: back projection (Irani & Peleg 1991) brings the means
 * over 2 × 2 px back to the picture, so colours stay and contrast returns.
 * What a view carried over from the photo, and what an artist painted, stays as it is; where a view is finer than its
 * drawing already (detail of the reprojection) it gains only what that lacks.
 * Longest uninterruptible piece: one run of the network, about 0.3 s.
 */
import { StudioError } from '../../contract/errors.ts';
import { SUPER_RESOLUTION_MODEL } from '../../contract/models.ts';
import { enlargePlanes } from '../../image/enlarge-planes.ts';
import { gaussianBlur } from '../../image/gaussian-blur.ts';
import { createImage, type ImageRgba } from '../../image/image.ts';
import type { Inference } from '../../inference/inference.ts';
import type { View, Views } from '../04-views/views.ts';
import { checkpoint } from '../checkpoint.ts';
import type { StageContext } from '../stage.ts';
import { sampleImage } from './sample-image.ts';

/** Side of the pictures that the network takes. It lays zeros around them, which are felt so far inside. */
const TILE_PX = 144;
const MARGIN_PX = 8;
/** What is used of a tile: a whole picture of the present pack. */
const CORE_PX = TILE_PX - 2 * MARGIN_PX;
/** Steps of back projection: the first is worth most of it, the third 0.1 dB. */
const PROJECTIONS = 3;

/** Null, and a warning, without the model. `share`: of the stage's time. */
export async function enlargeViews(
  { views, drawnPx }: Views,
  context: StageContext,
  share: number,
): Promise<View[] | null> {
  const out: View[] = [];
  try {
    for (const view of views) {
      await checkpoint(context, (share * out.length) / views.length);
      out.push((await enlargeView(view, drawnPx ?? view.camera.widthPx, context.inference)) ?? view);
    }
    return out;
  } catch (error) {
    if (!(error instanceof StudioError && error.code === 'model-missing')) throw error;
    const model = SUPER_RESOLUTION_MODEL;
    context.warn(
      'super-resolution-missing',
      `The model ${model} is not installed: the texture has the views as they are.`,
    );
    return null;
  }
}

/** `drawnPx`: at most the view's own side counts. Null when nothing of the view is its own. */
export async function enlargeView(
  view: View,
  drawnPx: number,
  inference: Pick<Inference, 'run'>,
): Promise<View | null> {
  const viewPx = view.camera.widthPx;
  const own = ownShare(view);
  if (!own.some((share) => share > 0)) return null;
  const side = Math.min(drawnPx, viewPx);
  const drawn = drawnPlanes(view.image, side);
  const isWanted = (x0: number, y0: number, x1: number, y1: number): boolean => {
    const scale = viewPx / side;
    for (let y = Math.floor(y0 * scale); y < Math.ceil(y1 * scale); y++)
      for (let x = Math.floor(x0 * scale); x < Math.ceil(x1 * scale); x++)
        if (own[y * viewPx + x]! > 0) return true;
    return false;
  };
  const plain = enlargePlanes(drawn, side, 2 * side);
  const fine = backProject(await runTiles(drawn, plain, side, isWanted, inference), drawn, side);
  const gained = fine.map((value, i) => value - plain[i]!);
  const toPx = Math.max(viewPx, 2 * side);
  const scaled = (planes: Float32Array, fromPx: number): Float32Array =>
    fromPx === toPx ? planes : enlargePlanes(planes, fromPx, toPx);
  const base = scaled(drawnPlanes(view.image, viewPx), viewPx);
  const gain = scaled(gained, 2 * side);
  const lacking =
    side < viewPx ? lackingShare(base, enlargePlanes(drawn, side, toPx), gain, toPx, toPx / side) : null;
  const image = createImage(toPx, toPx);
  const count = toPx * toPx;
  for (let i = 0; i < count; i++) {
    const at =
      Math.floor((Math.floor(i / toPx) * viewPx) / toPx) * viewPx + Math.floor(((i % toPx) * viewPx) / toPx);
    const share = own[at]! * (lacking?.[i] ?? 1);
    for (let c = 0; c < 3; c++)
      image.rgbaSrgb[i * 4 + c] = base[c * count + i]! + share * gain[c * count + i]!;
    image.rgbaSrgb[i * 4 + 3] = view.image.rgbaSrgb[at * 4 + 3]!;
  }
  return { ...view, image };
}

/** (H, W) in [0, 1]: what a view neither carried over from the photo nor has from an artist, where it shows anything. */
function ownShare({ image, photoWeight, overPhoto }: View): Float32Array {
  const out = new Float32Array(photoWeight.length);
  for (let i = 0; i < out.length; i++) {
    if (image.rgbaSrgb[i * 4 + 3] === 0) continue;
    out[i] = (1 - photoWeight[i]! / 255) * (1 - (overPhoto?.[i] ?? 0) / 255);
  }
  return out;
}

/** (3, S, S) sRGB 0…255: the picture at the middles of the pixels of S × S, which a cubic enlargement hardly moves. */
function drawnPlanes(image: ImageRgba, side: number): Float32Array {
  const plane = side * side;
  const scale = image.widthPx / side;
  const out = new Float32Array(3 * plane);
  const colour = new Float64Array(3);
  for (let i = 0; i < plane; i++) {
    sampleImage(image, ((i % side) + 0.5) * scale, (Math.floor(i / side) + 0.5) * scale, colour);
    for (let c = 0; c < 3; c++) out[c * plane + i] = 255 * colour[c]!;
  }
  return out;
}

/** (3, 2S, 2S): the network's picture where it is wanted, else `plain`. */
async function runTiles(
  drawn: Float32Array,
  plain: Float32Array,
  side: number,
  isWanted: (x0: number, y0: number, x1: number, y1: number) => boolean,
  inference: Pick<Inference, 'run'>,
): Promise<Float32Array> {
  const out = plain.slice();
  for (let top = 0; top < side; top += CORE_PX) {
    for (let left = 0; left < side; left += CORE_PX) {
      const [right, bottom] = [Math.min(side, left + CORE_PX), Math.min(side, top + CORE_PX)];
      if (!isWanted(left, top, right, bottom)) continue;
      const data = cutTile(drawn, side, left - MARGIN_PX, top - MARGIN_PX);
      const image = { data, dims: [1, 3, TILE_PX, TILE_PX] };
      const { enlarged } = await inference.run(SUPER_RESOLUTION_MODEL, { image });
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < 2 * (bottom - top); y++) {
          const from = ((c * 2 * TILE_PX + y + 2 * MARGIN_PX) * TILE_PX + MARGIN_PX) * 2;
          const values = enlarged!.data.subarray(from, from + 2 * (right - left));
          out.set(values, ((c * 2 * side + 2 * top + y) * side + left) * 2);
        }
      }
    }
  }
  return out;
}

/** (3, T, T) from (`left`, `top`) on, the border repeated. */
function cutTile(drawn: Float32Array, side: number, left: number, top: number): Float32Array {
  const inside = (at: number): number => Math.min(side - 1, Math.max(0, at));
  const out = new Float32Array(3 * TILE_PX * TILE_PX);
  for (let c = 0, to = 0; c < 3; c++)
    for (let y = 0; y < TILE_PX; y++)
      for (let x = 0; x < TILE_PX; x++)
        out[to++] = drawn[(c * side + inside(top + y)) * side + inside(left + x)]!;
  return out;
}

function backProject(fine: Float32Array, drawn: Float32Array, side: number): Float32Array {
  const out = fine.slice();
  const plane = side * side;
  for (let step = 0; step < PROJECTIONS; step++) {
    const missing = drawn.map((value, i) => {
      const at =
        (Math.floor(i / plane) * 2 * side + 2 * Math.floor((i % plane) / side)) * 2 * side + 2 * (i % side);
      return value - (out[at]! + out[at + 1]! + out[at + 2 * side]! + out[at + 2 * side + 1]!) / 4;
    });
    enlargePlanes(missing, side, 2 * side).forEach((value, i) => (out[i] = out[i]! + value));
  }
  return out;
}

/**
 * (T, T) in [0, 1]: how much of `gain` the base lacks: √(1 − e/g), with the energies, around a drawn pixel, of what the base has beyond
 * the plain enlargement and of the gain.
 */
function lackingShare(
  base: Float32Array,
  plain: Float32Array,
  gain: Float32Array,
  sidePx: number,
  drawnPixelPx: number,
): Float32Array {
  const count = sidePx * sidePx;
  const energies = new Float32Array(count * 2);
  for (let i = 0; i < 3 * count; i++) {
    const to = (i % count) * 2;
    energies[to] = energies[to]! + (base[i]! - plain[i]!) ** 2;
    energies[to + 1] = energies[to + 1]! + gain[i]! ** 2;
  }
  const raster = { widthPx: sidePx, heightPx: sidePx, channels: 2, values: energies };
  const { values } = gaussianBlur(raster, drawnPixelPx);
  return Float32Array.from({ length: count }, (_, i) => {
    const [present, wanted] = [values[i * 2]!, values[i * 2 + 1]!];
    return wanted > 0 ? Math.sqrt(Math.max(0, 1 - present / wanted)) : 0;
  });
}
