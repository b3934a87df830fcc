import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CHANNEL,
  CONDITION_CHANNELS,
  createConditionSurface,
} from '../../../src-main/pipeline/04-views/diffusion/render-conditions.ts';
import { cropInput } from '../../../src-main/pipeline/04-views/diffusion/input-crop.ts';
import { type HeadArrays, KNOWN } from '../../../src-main/synth/head/make-head.ts';
import { arrangePortrait } from '../../../src-main/synth/portraits/portrait-head.ts';
import { splitPortraits } from '../../../src-main/synth/portraits/split-portraits.ts';
import { createDraw } from '../../../src-main/synth/random.ts';
import { sharedDataDir } from '../../../tools/paths.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const SIZE = 64;
const VIEWS = 3;
const OPTIONS = { views: VIEWS, sizePx: SIZE, prior: 'bald' as const };
const head = makeSyntheticHead(40, 56);
const portrait = takePortrait(head, portraitCamera(10, 320));
const image = portrait.photo.image;
const maskAlpha = portrait.analysis.mask.alpha;
/** The lowest vertex: this head has no neck. */
const chinVertex = Array.from({ length: head.positionsHead.length / 3 }, (_, i) => i).reduce((low, i) =>
  head.positionsHead[i * 3 + 1]! < head.positionsHead[low * 3 + 1]! ? i : low,
);
const input = {
  image,
  maskAlpha,
  prior: portrait.prior,
  surface: createConditionSurface(head.topology, head.positionsHead),
  chinVertex,
};
const made = arrangePortrait(input, createDraw(1, 2, 3), OPTIONS);
const pixels = SIZE * SIZE;
const condition = (row: number, pixel: number, channel: number): number =>
  made.conditions[(row * pixels + pixel) * CONDITION_CHANNELS + channel]!;

describe('a real portrait as a training head', () => {
  it('has the photo itself as the truth of every view, at the photo camera', () => {
    for (let view = 0; view < VIEWS; view++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const target = made.targets.subarray((view * pixels + pixel) * 7, (view * pixels + pixel) * 7 + 4);
        expect([...target.subarray(0, 3)]).toEqual([...made.photo.subarray(pixel * 4, pixel * 4 + 3)]);
      }
      expect([...made.angles.subarray(view * 2, view * 2 + 2)]).toEqual([...made.inputAngles]);
    }
    expect(made.inputAngles[0]).toBeCloseTo((10 * Math.PI) / 180, 3);
    expect(made.supervised).toBeUndefined();
  });

  it('hides part of what the photo shows, another part in each view, and keeps the input row whole', () => {
    const carried = Array.from({ length: VIEWS + 1 }, (_, row) =>
      Array.from({ length: pixels }, (_, pixel) => condition(row, pixel, CHANNEL.carried + 3)),
    );
    const total = carried.map((weights) => weights.reduce((sum, weight) => sum + weight, 0));
    for (let view = 0; view < VIEWS; view++) {
      expect(total[view]!).toBeLessThan(0.8 * total[VIEWS]!);
      expect(total[view]!).toBeGreaterThan(0.05 * total[VIEWS]!);
      for (let pixel = 0; pixel < pixels; pixel++) {
        expect(condition(view, pixel, CHANNEL.billboard + 3)).toBe(0);
        if (carried[view]![pixel] === 0) expect(condition(view, pixel, CHANNEL.carried)).toBe(0);
      }
    }
    expect(carried[0]).not.toEqual(carried[1]);
  });

  it('tells a view nothing of what it hides: painted over in the photo, the fill there stays what it was', () => {
    const isHidden = (pixel: number): boolean =>
      condition(0, pixel, CHANNEL.mask) === 255 && condition(0, pixel, CHANNEL.carried + 3) === 0;
    const around = [-2, -1, 0, 1, 2];
    const hidden = Array.from({ length: pixels }, (_, pixel) => pixel).filter((pixel) =>
      around.every((dx) => around.every((dy) => isHidden(pixel + dx + dy * SIZE))),
    );
    expect(hidden.length).toBeGreaterThan(10);
    const painted = { ...image, rgbaSrgb: image.rgbaSrgb.slice() };
    const { camera } = cropInput(image, maskAlpha, portrait.prior.photoCamera, SIZE);
    // A pixel of the crop is this many of the photo; both cameras look along the same axis.
    const scale = portrait.prior.photoCamera.focalPx[0] / camera.focalPx[0];
    for (const pixel of hidden) {
      const [left, top] = [pixel % SIZE, Math.floor(pixel / SIZE)].map((at, axis) =>
        Math.round((at - camera.centrePx[axis]!) * scale + portrait.prior.photoCamera.centrePx[axis]!),
      );
      for (let y = top!; y < top! + scale - 1; y++)
        for (let x = left!; x < left! + scale - 1; x++)
          painted.rgbaSrgb.set([0, 255, 0], (y * image.widthPx + x) * 4);
    }
    const other = arrangePortrait({ ...input, image: painted }, createDraw(1, 2, 3), OPTIONS);
    const meanChange = (arrays: (of: HeadArrays, pixel: number, c: number) => number): number =>
      hidden.reduce(
        (sum, pixel) =>
          sum +
          [0, 1, 2].reduce((part, c) => part + Math.abs(arrays(other, pixel, c) - arrays(made, pixel, c)), 0),
        0,
      ) /
      (3 * hidden.length);
    expect(meanChange(({ targets }, pixel, c) => targets[pixel * 7 + c]!)).toBeGreaterThan(50);
    const fill = ({ conditions }: HeadArrays, pixel: number, c: number): number =>
      conditions[pixel * CONDITION_CHANNELS + CHANNEL.fill + c]!;
    // The estimate's own coarse fill reaches visible rims, so a trace remains.
    expect(meanChange(fill)).toBeLessThan(2);
  });

  it('knows colours above the chin, no normals, and not what may be hair beside the jaw', () => {
    const share = ({ known }: HeadArrays): number =>
      known!.reduce((sum, bits) => sum + (bits & KNOWN.colourAndCoverage), 0) / known!.length;
    expect(made.known!.length).toBe(VIEWS * pixels);
    expect(made.known!.every((bits) => (bits & KNOWN.normal) === 0)).toBe(true);
    const everywhere = { ...input, maskAlpha: new Uint8Array(maskAlpha.length).fill(255) };
    const crowded = arrangePortrait(everywhere, createDraw(1, 2, 3), OPTIONS);
    expect(share(made)).toBeGreaterThan(share(crowded) + 0.1);
    expect(share(crowded)).toBeGreaterThan(0.3);
    // What may be hair lies low: every row of the upper third is known in full.
    expect(crowded.known!.subarray(0, pixels / 3).every((bits) => bits === KNOWN.colourAndCoverage)).toBe(
      true,
    );
  });
});

const data = sharedDataDir();
describe.skipIf(data === null)('split of the portraits (skipped without the development data)', () => {
  it('holds every twentieth back, no picture on both sides', async () => {
    const { training, test } = await splitPortraits(join(data!, 'portraits'));
    expect(test.length).toBe(Math.floor((training.length + test.length) / 20));
    expect(new Set([...training, ...test]).size).toBe(training.length + test.length);
  });
});
