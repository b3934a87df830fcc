/**
 * A head and its views in the sagittal mirror: view i of the rig becomes view V − i, every picture is turned left to right, and
 * what points to the subject's left points to the right.
 *
 * In and out: what the network is given ({@link Conditions}), or what it answers (V, 7, S, S). Mirrored twice either is itself.
 */
import { CHANNEL, CONDITION_CHANNELS, type Conditions, STORED_ZERO } from './render-conditions.ts';

export type SampleInput = Pick<Conditions, 'conditions' | 'crop' | 'inputAngles' | 'vertices'>;

export function mirrorConditions(
  { conditions, crop, inputAngles, vertices }: SampleInput,
  views: number,
): SampleInput {
  const { widthPx } = crop.image;
  const length = conditions.length / (views + 1);
  const out = new Uint8Array(conditions.length);
  for (let view = 0; view <= views; view++) {
    const part = out.subarray(view * length, (view + 1) * length);
    // The input's own view is the last and stays so.
    const from = view === views ? view : (views - view) % views;
    turnRows(conditions.subarray(from * length, (from + 1) * length), part, widthPx, CONDITION_CHANNELS);
    for (let i = 0; i < length; i += CONDITION_CHANNELS) {
      part[i + CHANNEL.normal] = negate(part[i + CHANNEL.normal]!);
      part[i + CHANNEL.position] = negate(part[i + CHANNEL.position]!);
    }
  }
  const rgbaSrgb = new Uint8ClampedArray(crop.image.rgbaSrgb.length);
  turnRows(crop.image.rgbaSrgb, rgbaSrgb, widthPx, 4);
  return {
    conditions: out,
    crop: { ...crop, image: { ...crop.image, rgbaSrgb } },
    inputAngles: [-inputAngles[0], inputAngles[1]],
    vertices: vertices.map((value, i) => (i % 3 === 0 ? -value : value)),
  };
}

/** (V, 7, S, S) of V views of `sizePx`. */
export function mirrorPlanes(planes: Float32Array, views: number, sizePx: number): Float32Array {
  const length = planes.length / views;
  const plane = sizePx * sizePx;
  const out = new Float32Array(planes.length);
  for (let view = 0; view < views; view++) {
    const from = (views - view) % views;
    const part = out.subarray(view * length, (view + 1) * length);
    turnRows(planes.subarray(from * length, (from + 1) * length), part, sizePx, 1);
    for (let i = NORMAL_X * plane; i < (NORMAL_X + 1) * plane; i++) part[i] = -part[i]!;
  }
  return out;
}

/** After colour and coverage. */
const NORMAL_X = 4;

/** Of a stored value that spans [−1, 1]. */
function negate(stored: number): number {
  return stored === STORED_ZERO ? STORED_ZERO : 255 - stored;
}

/** Turns rows of `width` pixels of `channels` numbers each left to right. */
function turnRows<T extends Uint8Array | Uint8ClampedArray | Float32Array>(
  from: T,
  to: T,
  width: number,
  channels: number,
): void {
  for (let row = 0; row < from.length; row += width * channels) {
    for (let x = 0; x < width; x++) {
      const source = row + (width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) to[row + x * channels + c] = from[source + c]!;
    }
  }
}
