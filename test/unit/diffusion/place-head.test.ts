import { describe, expect, it } from 'vitest';
import { cameraCentreHead } from '../../../src-main/camera/camera.ts';
import { viewRig } from '../../../src-main/camera/view-rig.ts';
import { findAdvance, placeHead } from '../../../src-main/pipeline/04-views/diffusion/place-head.ts';
import {
  CHANNEL,
  CONDITION_CHANNELS,
  type Conditions,
  createConditionSurface,
  renderConditions,
} from '../../../src-main/pipeline/04-views/diffusion/render-conditions.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const SIZE = 64;
const VIEWS = 8;
const PLANE = SIZE * SIZE;
const head = makeSyntheticHead(40, 56);
const surface = createConditionSurface(head.topology, head.positionsHead);
const { photo, analysis, prior } = takePortrait(head, portraitCamera(20, 320));

/** Of the head standing this far before M, towards the photo's camera, and smaller, so that the photo is the same. */
function conditionsAt(advanceM: number): Conditions {
  const eye = cameraCentreHead(prior.photoCamera);
  const share = advanceM / Math.hypot(...eye);
  return renderConditions({
    image: photo.image,
    maskAlpha: analysis.mask.alpha,
    photoCamera: prior.photoCamera,
    positionsHead: head.positionsHead.map((value, i) => value + share * (eye[i % 3]! - value)),
    surface,
    proxy: null,
    cameras: viewRig(VIEWS, SIZE).map(({ camera }) => camera),
    sizePx: SIZE,
  });
}

/** What a network would draw of the head that these conditions show. */
function drawHead({ conditions }: Conditions): Float32Array {
  const out = new Float32Array(VIEWS * 7 * PLANE);
  const channels = [CHANNEL.fill, CHANNEL.fill + 1, CHANNEL.fill + 2, CHANNEL.mask, 0, 1, 2];
  for (let view = 0; view < VIEWS; view++)
    channels.forEach((channel, c) => {
      for (let i = 0; i < PLANE; i++)
        out[(view * 7 + c) * PLANE + i] =
          conditions[(view * PLANE + i) * CONDITION_CHANNELS + channel]! / 127.5 - 1;
    });
  return out;
}

const asked = conditionsAt(0);

describe('placeHead', () => {
  it.each([0, 0.005, 0.009])('finds that the head stands %f m before M', (advanceM) => {
    const found = findAdvance(drawHead(conditionsAt(advanceM)), VIEWS, SIZE, asked);
    expect(Math.abs(found - advanceM)).toBeLessThan(0.0012);
  });

  it('moves it to M, from every side', () => {
    const known = drawHead(asked);
    const before = drawHead(conditionsAt(0.009));
    const after = placeHead(before, VIEWS, SIZE, asked);
    const wrongCoverage = (planes: Float32Array, view: number): number => {
      let sum = 0;
      for (let i = (view * 7 + 3) * PLANE; i < (view * 7 + 4) * PLANE; i++)
        sum += Math.abs(planes[i]! - known[i]!) / 2;
      return sum;
    };
    for (const view of [2, 3, 6]) {
      expect(wrongCoverage(after, view), `view ${view}`).toBeLessThan(0.5 * wrongCoverage(before, view));
    }
    // Near the photo's own view and opposite to it a head moves little, and an outline nearer than the origin moves otherwise.
    for (const view of [1, 4, 5, 7])
      expect(wrongCoverage(after, view), `view ${view}`).toBeLessThan(0.9 * wrongCoverage(before, view));
  });

  it('leaves the head where it is when its normals fit nowhere', () => {
    const planes = drawHead(asked);
    for (let view = 0; view < VIEWS; view++) planes.fill(0, (view * 7 + 4) * PLANE, (view * 7 + 7) * PLANE);
    expect(findAdvance(planes, VIEWS, SIZE, asked)).toBe(0);
  });
});
