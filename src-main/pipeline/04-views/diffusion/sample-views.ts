/**
 * Joint denoising of all views (paper section 3.2): DDIM over one batch of V views with one network.
 *
 * In: conditions (V + 1, S, S, 22) uint8, photo crop, angles and vertices (`render-conditions.ts`), pack. Out: (V, 7, S, S)
 * in [−1, 1]: straight RGB, alpha, head-frame normal.
 * Differs from the paper: pixels instead of latents (the pack unshuffles them itself), x_0-prediction whose first step at
 * full noise is a regression. That one step is the default (the paper takes 50): on held-out heads every further one moved
 * away from the truth, 15.8 dB on unseen pixels with 1 step and 15.4 with 4, and muddied hair (`npm run evaluate -- views`, two
 * early packs on three and two heads). Guidance runs the network a second time without the photo's colours; 1 (off) by
 * default, as the carry-over conditions already tie the views to the photo.
 * Views made anew need to differ with the seed, and that one step at full noise hardly does: the style code of the photo, one vector
 * for the whole head, is jittered (`Held.strength`). With the first pack hair grows longer or shorter in all views alike, without
 * the blotches that its middle noise leaves.
 * By default the network is asked about the mirrored head as well: the mean of both answers is nearer to the truth than either (README.md).
 * Longest uninterruptible piece: one question to the network, about 2.5 s on two cores; two a step.
 */
import type { Inference, Tensor } from '../../../inference/inference.ts';
import { checkpoint } from '../../checkpoint.ts';
import type { StageContext } from '../../stage.ts';
import { placeHead } from './place-head.ts';
import type { ViewPack } from './read-view-pack.ts';
import { mirrorConditions, mirrorPlanes, type SampleInput } from './mirror-views.ts';
import { CHANNEL, CONDITION_CHANNELS } from './render-conditions.ts';
import { createNormal, levelsAt, sampleTimes, stepDdim } from './schedule.ts';

export type SampleOptions = {
  steps: number;
  eta: number;
  guidance: number;
  /** Whether the network is asked about the mirrored head too, and the mean of both answers taken. */
  mirrored: boolean;
  /** Whether the head that the network draws is moved to where M's face is. */
  placed: boolean;
};
export const SAMPLE_DEFAULTS: SampleOptions = { steps: 1, eta: 0, guidance: 1, mirrored: true, placed: true };

/**
 * What joint denoising is held to (known-region guidance, Lugmayr et al. 2022): at every step the known part of x_t is the
 * known images at that step's noise. It is imposed on the predicted x_0, which with eta 0 is the same: DDIM then carries
 * the known images along with the noise that they were given. What is wholly kept comes out to the bit.
 */
export type Held = {
  /** (V, 7, S, S) in [−1, 1]: the views as they are. */
  clean: Float32Array;
  /** (V, S, S) in [0, 1]: 1 = kept, 0 = made anew. */
  kept: Float32Array;
  /**
   * (0, 1]: how far the style code is jittered; and with several steps how far back the noise goes: below 1 the start is the
   * present images, noised (Meng et al. 2022). A single step is asked at full noise, for which the networks are trained best.
   */
  strength: number;
};

/** RGB, alpha, normal. */
export const VIEW_CHANNELS = 7;
/**
 * Standard deviation of the style code's jitter at strength 1, of the code's own root mean square. With the first pack 0.3 changes
 * next to nothing, 0.8 the ends of the hair, 1.6 its length.
 */
const CODE_JITTER = 2;
/** The networks count time in thousandths. */
const TIME_SCALE = 1000;
/** Channels that lie in [0, 1]; all others in [−1, 1]. */
const UNIT_CHANNELS = new Set([CHANNEL.mask, CHANNEL.carried + 3, CHANNEL.mirrored + 3]);

export async function sampleViews(
  input: SampleInput,
  pack: ViewPack,
  options: SampleOptions,
  context: Pick<StageContext, 'inference' | 'random' | 'signal'> & {
    progress(fraction: number): void;
    /** Called with the predicted x_0 (V, 7, S, S) of every step; it changes afterwards. */
    watch?(clean: Float32Array): void;
  },
  held: Held | null = null,
): Promise<Float32Array> {
  const { views, imageSizePx: size } = pack;
  const asked = [await prepareAsked(input, pack, context.inference)];
  if (options.mirrored)
    asked.push(await prepareAsked(mirrorConditions(input, views), pack, context.inference));
  const strength = held?.strength ?? 1;
  const normal = createNormal(() => context.random());
  if (held !== null) jitter(asked, CODE_JITTER * strength, normal);
  const noisy = Float32Array.from({ length: views * VIEW_CHANNELS * size * size }, normal);
  const steps = Math.max(1, Math.round(options.steps * strength));
  const times = sampleTimes(pack.lastTime * (options.steps === 1 ? 1 : strength), steps);
  if (held !== null) addNoise(noisy, held.clean, times[0]!);
  for (let step = 0; step < steps; step++) {
    const time = times[step]!;
    let clean = await predictClean(context.inference, pack, noisy, time, asked[0]!, options.guidance);
    if (options.mirrored) {
      const turned = mirrorPlanes(noisy, views, size);
      const other = await predictClean(context.inference, pack, turned, time, asked[1]!, options.guidance);
      const turnedBack = mirrorPlanes(other, views, size);
      for (let i = 0; i < clean.length; i++) clean[i] = (clean[i]! + turnedBack[i]!) / 2;
    }
    if (options.placed) clean = placeHead(clean, views, size, input);
    if (held !== null) hold(clean, held, size * size);
    context.watch?.(clean);
    stepDdim(noisy, clean, time, times[step + 1]!, options.eta, normal);
    await checkpoint(context as StageContext, (step + 1) / steps);
  }
  return noisy.map((value) => Math.min(1, Math.max(-1, value)));
}

/** What every step asks the network with, noise and time apart. */
type Asked = { conditions: Tensor; fixed: Record<'photo' | 'code' | 'input_angles' | 'vertices', Tensor> };

async function prepareAsked(
  input: SampleInput,
  { folder, views, imageSizePx: size }: ViewPack,
  inference: Inference,
): Promise<Asked> {
  const photo: Tensor = {
    data: planes(input.crop.image.rgbaSrgb, size, 4, () => false),
    dims: [1, 4, size, size],
  };
  const conditions: Tensor = {
    data: planes(input.conditions, size, CONDITION_CHANNELS, (channel) => UNIT_CHANNELS.has(channel)),
    dims: [views + 1, CONDITION_CHANNELS, size, size],
  };
  const { code } = await inference.run(`${folder}/encoder`, { photo });
  const fixed = {
    photo,
    code: code!,
    input_angles: { data: new Float32Array(input.inputAngles), dims: [1, 2] },
    vertices: { data: input.vertices, dims: [1, input.vertices.length / 3, 3] },
  };
  return { conditions, fixed };
}

async function predictClean(
  inference: Inference,
  { folder, views, imageSizePx: size }: ViewPack,
  noisy: Float32Array,
  time: number,
  { conditions, fixed }: Asked,
  guidance: number,
): Promise<Float32Array> {
  const ask = async (given: Tensor): Promise<Float32Array> => {
    const { clean } = await inference.run(`${folder}/denoiser`, {
      ...fixed,
      noisy: { data: noisy, dims: [views, VIEW_CHANNELS, size, size] },
      conditions: given,
      time: { data: Float32Array.of(time * TIME_SCALE), dims: [1] },
    });
    return clean!.data;
  };
  const clean = await ask(conditions);
  if (guidance !== 1) guide(clean, await ask(dropColours(conditions)), guidance);
  return clean;
}

/** In place; a head and its mirror image are moved alike. */
function jitter(asked: readonly Asked[], share: number, drawNormal: () => number): void {
  const codes = asked.map(({ fixed }) => fixed.code.data);
  const rms = codes.map((code) =>
    Math.sqrt(code.reduce((sum, value) => sum + value * value, 0) / code.length),
  );
  for (let i = 0; i < codes[0]!.length; i++) {
    const drawn = drawNormal();
    codes.forEach((code, k) => (code[i] = code[i]! + share * rms[k]! * drawn));
  }
}

/** Turns noise into the images of `clean` at that noise. */
function addNoise(noise: Float32Array, clean: Float32Array, time: number): void {
  const { signal, noise: level } = levelsAt(time);
  for (let i = 0; i < noise.length; i++) noise[i] = signal * clean[i]! + level * noise[i]!;
}

/** `predicted` becomes the known images where they are kept; borders of a soft `kept` are blended at every step. */
export function hold(predicted: Float32Array, { clean, kept }: Held, plane: number): void {
  for (let i = 0; i < predicted.length; i++) {
    const share = kept[Math.floor(i / (VIEW_CHANNELS * plane)) * plane + (i % plane)]!;
    if (share === 1) predicted[i] = clean[i]!;
    else if (share > 0) predicted[i] = share * clean[i]! + (1 - share) * predicted[i]!;
  }
}

/** Classifier-free guidance: away from what the network says without the photo (Ho & Salimans 2022). */
export function guide(clean: Float32Array, unconditional: Float32Array, guidance: number): void {
  for (let i = 0; i < clean.length; i++)
    clean[i] = unconditional[i]! + guidance * (clean[i]! - unconditional[i]!);
}

/** The carry-over channels as training drops them: 0. */
function dropColours({ data, dims }: Tensor): Tensor {
  const plane = dims[2]! * dims[3]!;
  const out = data.slice();
  for (let view = 0; view < dims[0]!; view++) {
    const from = view * CONDITION_CHANNELS * plane;
    out.fill(0, from + CHANNEL.carried * plane, from + CONDITION_CHANNELS * plane);
  }
  return { data: out, dims };
}

/** (B, S, S, C) uint8 → (B, C, S, S) float32 in [−1, 1], or [0, 1] where `isUnit`. */
export function planes(
  stored: Uint8Array | Uint8ClampedArray,
  size: number,
  channels: number,
  isUnit: (channel: number) => boolean,
): Float32Array {
  const plane = size * size;
  const out = new Float32Array(stored.length);
  for (let channel = 0; channel < channels; channel++) {
    const [scale, shift] = isUnit(channel) ? [1 / 255, 0] : [1 / 127.5, -1];
    for (let image = 0; image < stored.length / (plane * channels); image++) {
      const to = (image * channels + channel) * plane;
      for (let i = 0, from = image * channels * plane + channel; i < plane; i++, from += channels) {
        out[to + i] = stored[from]! * scale! + shift!;
      }
    }
  }
  return out;
}
