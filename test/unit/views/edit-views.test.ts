/** Single views made anew with the real (tiny) pack, and painted over. */
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import type { Tensor } from '../../../src-main/inference/inference.ts';
import { createOnnxInference, type OnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { mirrorPlanes } from '../../../src-main/pipeline/04-views/diffusion/mirror-views.ts';
import { readPlanes } from '../../../src-main/pipeline/04-views/diffusion/draw-planes.ts';
import { readViewPack } from '../../../src-main/pipeline/04-views/diffusion/read-view-pack.ts';
import { levelsAt } from '../../../src-main/pipeline/04-views/diffusion/schedule.ts';
import { useTakes } from '../../../src-main/pipeline/04-views/edit/lay-takes.ts';
import { matchBorder } from '../../../src-main/pipeline/04-views/edit/match-border.ts';
import { paintView } from '../../../src-main/pipeline/04-views/edit/paint-view.ts';
import {
  type RegenerateInput,
  regenerateViews,
} from '../../../src-main/pipeline/04-views/edit/regenerate-views.ts';
import { generateViews } from '../../../src-main/pipeline/04-views/generate-views.ts';
import { shapeOfViews } from '../../../src-main/pipeline/04-views/shape-of-views.ts';
import type { View, Views } from '../../../src-main/pipeline/04-views/views.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const FIXTURE = new URL('../../fixtures/view-pack/', import.meta.url).pathname;
const SIZE = 96;
const portrait = takePortrait(makeSyntheticHead(24, 32), portraitCamera(20, 160));
const settings = {
  ...HEAD_SETTINGS_DEFAULTS,
  method: 'reproject' as const,
  views: 4,
  viewSizePx: SIZE,
  steps: 6,
};
let inference: OnnxInference;
let views: Views;
beforeAll(async () => {
  inference = await createOnnxInference({ modelsDir: FIXTURE, provider: 'cpu', threads: 1 });
  views = await generateViews({ ...portrait, settings }, recordContext('04-views'));
});

/** A mask: white where `inside`. */
const drawMask = (inside: (x: number, y: number) => boolean): Promise<Uint8Array> => {
  const grey = Uint8Array.from({ length: SIZE * SIZE }, (_, i) =>
    inside(i % SIZE, Math.floor(i / SIZE)) ? 255 : 0,
  );
  return sharp(grey, { raw: { width: SIZE, height: SIZE, channels: 1 } })
    .png()
    .toBuffer();
};
type Edit = RegenerateInput['edit'];
const regenerate = (edit: Partial<Edit>, record = inference as OnnxInference) =>
  regenerateViews(
    {
      ...portrait,
      settings,
      views: views.views,
      edit: { kind: 'regenerate', views: [2], seed: 5, strength: 1, masks: [], ...edit },
    },
    { ...recordContext('04-views'), inference: record },
  );
const inBand = (x: number): boolean => x >= 40;

describe('regenerateViews', () => {
  it('holds what the mask leaves black to the bit, and changes what it does not', async () => {
    const [take] = await regenerate({ masks: [{ view: 2, picture: await drawMask(inBand) }] });
    const before = views.views[2]!;
    const after = take!.view;
    let changed = 0;
    for (let i = 0; i < SIZE * SIZE; i++) {
      const own = [...after.image.rgbaSrgb.subarray(i * 4, i * 4 + 4), after.depth[i], after.photoWeight[i]];
      const old = [
        ...before.image.rgbaSrgb.subarray(i * 4, i * 4 + 4),
        before.depth[i],
        before.photoWeight[i],
      ];
      if (!inBand(i % SIZE)) expect(own).toEqual(old);
      else if (own[0] !== old[0]) changed++;
    }
    expect(changed).toBeGreaterThan(1000);
  });

  it('changes what a small dab covers, and that alone', async () => {
    const isDab = (x: number, y: number): boolean => Math.hypot(x - 58, y - 50) < 1.5;
    const [take] = await regenerate({ masks: [{ view: 2, picture: await drawMask(isDab) }] });
    const [before, after] = [views.views[2]!.image.rgbaSrgb, take!.view.image.rgbaSrgb];
    const whole = (await regenerate({ masks: [{ view: 2, picture: await drawMask(() => true) }] }))[0]!;
    const middle = (50 * SIZE + 58) * 4;
    const change = (picture: Uint8ClampedArray): number =>
      [0, 1, 2].reduce((sum, c) => sum + Math.abs(picture[middle + c]! - before[middle + c]!), 0);
    expect(change(whole.view.image.rgbaSrgb)).toBeGreaterThan(30);
    expect(change(after)).toBeGreaterThan(0);
    expect(take!.view.overPhoto![middle / 4]).toBe(255);
    for (let i = 0; i < SIZE * SIZE; i++)
      if (!isDab(i % SIZE, Math.floor(i / SIZE)))
        expect([...after.subarray(i * 4, i * 4 + 4)]).toEqual([...before.subarray(i * 4, i * 4 + 4)]);
  });

  it('meets what is held without a seam: along the border the colours are those that were there', async () => {
    const masks = [{ view: 2, picture: await drawMask((x, y) => x >= 40 && y >= 20 && y < 76) }];
    const [take] = await regenerate({ masks, seed: 11 });
    const { image: before } = views.views[2]!;
    const { image: after } = take!.view;
    /** Mean change of colour of the covered pixels in some columns, [0, 255]. */
    const change = (fromX: number, toX: number): number => {
      const changes: number[] = [];
      for (let y = 30; y < 66; y++)
        for (let x = fromX; x < toX; x++) {
          const at = (y * SIZE + x) * 4;
          if (before.rgbaSrgb[at + 3] !== 255) continue;
          for (let c = 0; c < 3; c++) changes.push(after.rgbaSrgb[at + c]! - before.rgbaSrgb[at + c]!);
        }
      return Math.abs(changes.reduce((sum, value) => sum + value, 0) / changes.length);
    };
    expect(change(20, 40)).toBe(0);
    const steps = Array.from({ length: 8 }, (_, n) =>
      Math.abs(change(39 + n, 40 + n) - change(40 + n, 41 + n)),
    );
    // The same view made anew as a whole is 48 grades off beside this border: cut out and put in, it would show.
    expect(Math.max(...steps)).toBeLessThan(4);
  });

  it('gives the network the known images at the noise of every step', async () => {
    const { lastTime, imageSizePx: size, views: count } = await readViewPack(inference);
    const asked: { noisy: Float32Array; time: number }[] = [];
    const spy: OnnxInference = {
      ...inference,
      run: (id, inputs: Record<string, Tensor>) => {
        if (id.endsWith('denoiser'))
          asked.push({ noisy: inputs.noisy!.data.slice(), time: inputs.time!.data[0]! / 1000 });
        return inference.run(id, inputs);
      },
    };
    const strength = 0.5;
    await regenerate({ strength }, spy);
    expect(asked).toHaveLength(6);
    // Every second question is about the mirrored head.
    const seen = asked.filter((_, i) => i % 2 === 0);
    expect(asked[1]!.noisy).toEqual(mirrorPlanes(asked[0]!.noisy, count, size));
    expect(seen[0]!.time).toBeCloseTo(lastTime * strength, 5);
    const length = 7 * size * size;
    const known = views.views.map((view) => readPlanes(view, size));
    // The noise that a held pixel was given at the start is the noise that it has at every later step.
    for (const view of [0, 1, 3]) {
      for (let i = 0; i < length; i += 97) {
        const noiseOf = ({ noisy, time }: (typeof seen)[0]): number => {
          const { signal, noise } = levelsAt(time);
          return (noisy[view * length + i]! - signal * known[view]![i]!) / noise;
        };
        const first = noiseOf(seen[0]!);
        for (const later of seen.slice(1)) expect(noiseOf(later)).toBeCloseTo(first, 3);
      }
    }
    expect(count).toBe(4);
  });

  it('comes out the same for the same seed, and different for another', async () => {
    expect(await regenerate({})).toEqual(await regenerate({}));
    const [own] = await regenerate({});
    const [other] = await regenerate({ seed: 6 });
    expect(other!.view.image).not.toEqual(own!.view.image);
  });

  it('keeps the photo in a view made anew as a whole, and gives it up under a painted mask', async () => {
    const seen = views.views[0]!.photoWeight.findIndex(
      (weight, i) => weight === 255 && i % SIZE > 44 && i % SIZE < 52,
    );
    const [whole] = await regenerate({ views: [0] });
    const masks = [{ view: 0, picture: await drawMask(() => true) }];
    const [masked] = await regenerate({ views: [0], masks });
    const colour = (view: View): number[] => [...view.image.rgbaSrgb.subarray(seen * 4, seen * 4 + 3)];
    expect(colour(whole!.view)).toEqual(colour(views.views[0]!));
    expect(whole!.view.photoWeight[seen]).toBe(255);
    expect(colour(masked!.view)).not.toEqual(colour(views.views[0]!));
    expect(whole!.view.overPhoto).toBeUndefined();
    expect(masked!.view.photoWeight[seen]).toBe(0);
    expect(masked!.view.overPhoto![seen]).toBe(255);
  });

  it('returns the named views alone', async () => {
    const made = await regenerate({ views: [3, 1] });
    expect(made.map(({ index }) => index)).toEqual([3, 1]);
    const after = useTakes(views, made);
    expect(after.views[0]).toBe(views.views[0]);
    expect(after.views[1]).not.toBe(views.views[1]);
  });

  it('shows the edited views while they are made', async () => {
    const shown: number[] = [];
    const context = { ...recordContext('04-views'), inference };
    await regenerateViews(
      {
        ...portrait,
        settings,
        views: views.views,
        edit: { kind: 'regenerate', views: [1], seed: 1, strength: 1, masks: [] },
      },
      { ...context, preview: (pictures) => void shown.push(...pictures.map(({ view }) => view)) },
    );
    // After the first, third and fifth of six steps.
    expect(shown).toEqual([1, 1, 1]);
  });
});

describe('matchBorder', () => {
  const size = 32;
  const plane = size * size;
  const isHole = (i: number): boolean => Math.hypot((i % size) - 16, Math.floor(i / size) - 16) < 9;
  const kept = Float32Array.from({ length: plane }, (_, i) => (isHole(i) ? 0 : 1));
  /** Everything is head; colour by a function of the pixel. */
  const draw = (colour: (i: number) => number): Float32Array =>
    Float32Array.from({ length: 7 * plane }, (_, k) => (k < 3 * plane ? colour(k % plane) : 1));

  it('takes a patch of another mean colour to what is around it, and keeps its own pattern', () => {
    const around = (i: number): number => -0.2 + 0.01 * (i % size);
    const pattern = (i: number): number => (i % 2 === 0 ? 0.03 : -0.03);
    const present = draw(around);
    const made = draw((i) => (isHole(i) ? around(i) + 0.35 + pattern(i) : around(i)));
    matchBorder(made, present, kept, size);
    const middle = 16 * size + 16;
    expect((made[middle]! + made[middle + 1]!) / 2).toBeCloseTo((around(middle) + around(middle + 1)) / 2, 1);
    expect(made[middle]! - made[middle + 1]!).toBeCloseTo(0.06 - 0.01, 2);
    for (let i = 0; i < plane; i++) if (!isHole(i)) expect(made[i]).toBe(present[i]);
  });

  it('changes nothing where old and new meet already, nor without a border', () => {
    const present = draw(() => 0.1);
    const made = draw((i) => (Math.hypot((i % size) - 16, Math.floor(i / size) - 16) < 4 ? 0.5 : 0.1));
    const before = made.slice();
    matchBorder(made, present, kept, size);
    made.forEach((value, i) => expect(value).toBeCloseTo(before[i]!, 5));
    const whole = draw(() => 0.9);
    matchBorder(whole, present, new Float32Array(plane), size);
    expect(whole[0]).toBeCloseTo(0.9, 6);
  });
});

describe('paintView', () => {
  const paint = async (change: (rgba: Uint8ClampedArray) => void, sizePx = SIZE, alpha = true) => {
    const { image } = views.views[1]!;
    const rgba = image.rgbaSrgb.slice();
    change(rgba);
    const file = sharp(rgba, { raw: { width: SIZE, height: SIZE, channels: 4 } }).resize(sizePx);
    const picture = await (alpha ? file : file.removeAlpha()).png().toBuffer();
    return paintView(
      { views: views.views, edit: { kind: 'paint', view: 1, picture } },
      recordContext('04-views'),
    );
  };
  const middle = (SIZE / 2) * SIZE + SIZE / 2;

  it('takes the colours, and what was painted is no longer the photo’s', async () => {
    const present = views.views[1]!;
    expect(present.image.rgbaSrgb[middle * 4 + 3]).toBe(255);
    const [take] = await paint((rgba) => rgba.set([255, 0, 0, 255], middle * 4));
    const { image, photoWeight, overPhoto, depth, normalsHead } = take!.view;
    expect([...image.rgbaSrgb.subarray(middle * 4, middle * 4 + 3)]).toEqual([255, 0, 0]);
    expect(photoWeight[middle]).toBe(0);
    expect(overPhoto![middle]).toBe(255);
    expect(overPhoto!.reduce((sum, value) => sum + Number(value > 0), 0)).toBe(1);
    expect(depth[middle]).toBe(present.depth[middle]);
    const beside = middle + 3;
    expect(photoWeight[beside]).toBe(present.photoWeight[beside]);
    expect([...normalsHead.subarray(beside * 3, beside * 3 + 3)]).toEqual([
      ...present.normalsHead.subarray(beside * 3, beside * 3 + 3),
    ]);
  });

  it('leaves the shape as it is where only colours change, so that stage 05 is kept', async () => {
    const recoloured = await paint((rgba) => {
      for (let i = 0; i < rgba.length; i += 4) if (rgba[i + 3] === 255) rgba[i] = 255 - rgba[i]!;
    });
    const shape = shapeOfViews(views);
    expect(useTakes(views, recoloured).views[1]!.image).not.toEqual(views.views[1]!.image);
    expect(shapeOfViews(useTakes(views, recoloured))).toEqual(shape);
    const cut = await paint((rgba) => rgba.fill(0, middle * 4, middle * 4 + 40));
    expect(shapeOfViews(useTakes(views, cut))).not.toEqual(shape);
  });

  it('knows no depth of what was painted beside the head, but a direction', async () => {
    const present = views.views[1]!;
    const row = (SIZE / 2) * SIZE;
    const edge = Array.from({ length: SIZE }, (_, x) => row + x).find(
      (i) => present.image.rgbaSrgb[i * 4 + 3]! > 0,
    )!;
    const outside = edge - 2;
    const [take] = await paint((rgba) => rgba.set([90, 60, 40, 255], outside * 4));
    expect(take!.view.depth[outside]).toBe(0);
    const normal = take!.view.normalsHead.subarray(outside * 3, outside * 3 + 3);
    expect(Math.hypot(...normal)).toBeCloseTo(127, -1);
  });

  it.each([
    ['another size', () => paint(() => undefined, SIZE / 2), '48 × 48'],
    ['no transparency', () => paint(() => undefined, SIZE, false), 'no transparency'],
    ['another outline', () => paint((rgba) => rgba.fill(0, 0, rgba.length / 2)), 'outline'],
  ])('refuses a picture with %s', async (_, run, words) => {
    await expect(run()).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining(words) as string,
    });
  });
});
