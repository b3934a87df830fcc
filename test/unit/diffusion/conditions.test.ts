import { describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import { viewRig } from '../../../src-main/camera/view-rig.ts';
import { colourHead } from '../../../src-main/pipeline/04-views/colour-head.ts';
import { reprojectView } from '../../../src-main/pipeline/04-views/reproject-view.ts';
import { enlargePlanes } from '../../../src-main/image/enlarge-planes.ts';
import {
  CHANNEL,
  CONDITION_CHANNELS,
  createConditionSurface,
  HALF_EXTENT_M,
  renderConditions,
} from '../../../src-main/pipeline/04-views/diffusion/render-conditions.ts';
import { makeSyntheticHead, paintHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const SIZE = 48;
const head = makeSyntheticHead(40, 56);
const rig = viewRig(8, SIZE);
const portrait = takePortrait(head, portraitCamera(20, 320));
const made = renderConditions({
  image: portrait.photo.image,
  maskAlpha: portrait.analysis.mask.alpha,
  photoCamera: portrait.prior.photoCamera,
  positionsHead: head.positionsHead,
  surface: createConditionSurface(head.topology, head.positionsHead),
  proxy: null,
  cameras: rig.map(({ camera }) => camera),
  sizePx: SIZE,
});
const at = (view: number, pixel: number, channel: number): number =>
  made.conditions[(view * SIZE * SIZE + pixel) * CONDITION_CHANNELS + channel]!;
const placeAt = (view: number, pixel: number): number[] =>
  [0, 1, 2].map((c) => (at(view, pixel, CHANNEL.position + c) / 127.5 - 1) * HALF_EXTENT_M);

describe('renderConditions', () => {
  it('writes at every covered pixel the surface point that the pixel sees', () => {
    let checked = 0;
    rig.forEach(({ camera }, view) => {
      for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
        if (at(view, pixel, CHANNEL.mask) !== 255) continue;
        const [u, v] = projectPoints(camera, new Float32Array(placeAt(view, pixel)));
        // Positions are stored in steps of 1.7 mm, a sixth of a pixel.
        expect(Math.abs(u! - (pixel % SIZE) - 0.5)).toBeLessThan(0.25);
        expect(Math.abs(v! - Math.floor(pixel / SIZE) - 0.5)).toBeLessThan(0.25);
        checked++;
      }
    });
    expect(checked).toBeGreaterThan(1500);
  });

  it('carries the photo where it sees, and its mirror image where that sees', () => {
    const error = { carried: [0, 0], mirrored: [0, 0] };
    for (const name of ['carried', 'mirrored'] as const) {
      for (let view = 0; view < rig.length; view++) {
        for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
          if (at(view, pixel, CHANNEL[name] + 3) < 230) continue;
          const [x, y, z] = placeAt(view, pixel) as [number, number, number];
          paintHead(x, y, z).forEach((value, c) => {
            error[name][0]! += Math.abs(at(view, pixel, CHANNEL[name] + c) / 255 - value);
          });
          error[name][1]! += 3;
        }
      }
      expect(error[name][1]).toBeGreaterThan(500);
      expect(error[name][0]! / error[name][1]!, name).toBeLessThan(0.04);
    }
  });

  it('fills the back of the head with hair, and shows the photo itself in its own row', () => {
    const back = 4;
    const middle = 20 * SIZE + SIZE / 2;
    expect(at(back, middle, CHANNEL.carried + 3)).toBe(0);
    expect(at(back, middle, CHANNEL.fill)).toBeLessThan(0.45 * 255);
    for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
      const own = [0, 1, 2, 3].map((c) => at(rig.length, pixel, CHANNEL.carried + c));
      expect(own).toEqual([...made.crop.image.rgbaSrgb.subarray(pixel * 4, pixel * 4 + 4)]);
    }
  });

  it('stands the photo upright in front, mirrored from behind, and nowhere edge-on', () => {
    const share = (view: number): number => {
      let covered = 0;
      for (let pixel = 0; pixel < SIZE * SIZE; pixel++)
        covered += at(view, pixel, CHANNEL.billboard + 3) > 127 ? 1 : 0;
      return covered;
    };
    expect(share(0)).toBeGreaterThan(300);
    expect(share(4)).toBeGreaterThan(300);
    const edgeOn = renderConditions({
      image: portrait.photo.image,
      maskAlpha: portrait.analysis.mask.alpha,
      photoCamera: portraitCamera(0, 320),
      positionsHead: head.positionsHead,
      surface: createConditionSurface(head.topology, head.positionsHead),
      proxy: null,
      cameras: [viewRig(4, SIZE)[1]!.camera],
      sizePx: SIZE,
    });
    for (let i = CHANNEL.billboard + 3; i < SIZE * SIZE * CONDITION_CHANNELS; i += CONDITION_CHANNELS) {
      expect(edgeOn.conditions[i]).toBe(0);
    }
  });

  it('takes the answer of method reproject as fill and mask when it is given the proxy', () => {
    const proxy = colourHead(
      {
        image: portrait.photo.image,
        maskAlpha: portrait.analysis.mask.alpha,
        prior: portrait.prior,
        viewSizePx: SIZE,
      },
      () => undefined,
    );
    const based = renderConditions({
      image: portrait.photo.image,
      maskAlpha: portrait.analysis.mask.alpha,
      photoCamera: portrait.prior.photoCamera,
      positionsHead: head.positionsHead,
      surface: createConditionSurface(head.topology, head.positionsHead),
      proxy,
      cameras: [rig[3]!.camera],
      sizePx: SIZE,
    });
    const { image } = reprojectView(proxy, rig[3]!);
    for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
      const row = based.conditions.subarray(pixel * CONDITION_CHANNELS, (pixel + 1) * CONDITION_CHANNELS);
      expect([...row.subarray(CHANNEL.fill, CHANNEL.fill + 3), row[CHANNEL.mask]]).toEqual([
        ...image.rgbaSrgb.subarray(pixel * 4, pixel * 4 + 4),
      ]);
    }
  });

  it('says from where the photo was taken', () => {
    expect((made.inputAngles[0] * 180) / Math.PI).toBeCloseTo(20, 3);
    expect(made.vertices.length).toBe(2048 * 3);
  });
});

describe('enlargePlanes', () => {
  it('keeps constants and, away from the border, straight ramps', () => {
    const ramp = Float32Array.from({ length: 2 * 64 }, (_, i) => (i < 64 ? 3 : (i % 8) * 4));
    const large = enlargePlanes(ramp, 8, 32);
    for (let i = 0; i < 32 * 32; i++) {
      expect(large[i]).toBeCloseTo(3, 5);
      const x = i % 32;
      if (x >= 8 && x < 24) expect(large[32 * 32 + i]).toBeCloseTo(x + 0.5 - 2, 4);
    }
  });
});
