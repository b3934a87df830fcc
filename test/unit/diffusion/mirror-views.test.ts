import { describe, expect, it } from 'vitest';
import { viewRig } from '../../../src-main/camera/view-rig.ts';
import type { Inference } from '../../../src-main/inference/inference.ts';
import {
  mirrorConditions,
  mirrorPlanes,
} from '../../../src-main/pipeline/04-views/diffusion/mirror-views.ts';
import type { ViewPack } from '../../../src-main/pipeline/04-views/diffusion/read-view-pack.ts';
import {
  CHANNEL,
  CONDITION_CHANNELS,
  type Conditions,
  createConditionSurface,
  renderConditions,
} from '../../../src-main/pipeline/04-views/diffusion/render-conditions.ts';
import { SAMPLE_DEFAULTS, sampleViews } from '../../../src-main/pipeline/04-views/diffusion/sample-views.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const SIZE = 32;
const VIEWS = 8;
const PLANE = SIZE * SIZE;
const head = makeSyntheticHead(40, 56);
const surface = createConditionSurface(head.topology, head.positionsHead);

/** A symmetric head, photographed from the subject's left or right. */
function conditionsFrom(azimuthDeg: number): Conditions {
  const { photo, analysis, prior } = takePortrait(head, portraitCamera(azimuthDeg, 320));
  return renderConditions({
    image: photo.image,
    maskAlpha: analysis.mask.alpha,
    photoCamera: prior.photoCamera,
    positionsHead: head.positionsHead,
    surface,
    proxy: null,
    cameras: viewRig(VIEWS, SIZE).map(({ camera }) => camera),
    sizePx: SIZE,
  });
}
const left = conditionsFrom(25);

/** Answers with the fill as colours, the mask as coverage and M's normals, and `shift` more green in the view from the left. */
function fakeNetwork(shift: number): Inference {
  const run = (name: string, inputs: Record<string, { data: Float32Array }>): unknown => {
    if (name.endsWith('encoder'))
      return Promise.resolve({ code: { data: new Float32Array(4), dims: [1, 4] } });
    const given = inputs.conditions!.data;
    const clean = new Float32Array(VIEWS * 7 * PLANE);
    const channels = [CHANNEL.fill, CHANNEL.fill + 1, CHANNEL.fill + 2, CHANNEL.mask, 0, 1, 2];
    for (let view = 0; view < VIEWS; view++)
      channels.forEach((channel, c) => {
        const from = (view * CONDITION_CHANNELS + channel) * PLANE;
        const part = given.subarray(from, from + PLANE);
        clean.set(
          view === VIEWS / 4 && c === 1 ? part.map((value) => value + shift) : part,
          (view * 7 + c) * PLANE,
        );
      });
    return Promise.resolve({ clean: { data: clean, dims: [VIEWS, 7, SIZE, SIZE] } });
  };
  return { run } as unknown as Inference;
}

const pack: ViewPack = { folder: 'x', views: VIEWS, imageSizePx: SIZE, lastTime: 0.995, prior: 'bald' };
const sample = (shift: number, mirrored: boolean): Promise<Float32Array> =>
  sampleViews(
    left,
    pack,
    { ...SAMPLE_DEFAULTS, mirrored, placed: false },
    {
      ...recordContext('04-views'),
      inference: fakeNetwork(shift),
    },
  );

describe('the mirrored head', () => {
  it('has the conditions of the same head photographed from the other side', () => {
    const right = conditionsFrom(-25);
    const turned = mirrorConditions(left, VIEWS);
    const differing = (a: Uint8Array, b: Uint8Array): number =>
      a.reduce((sum, value, i) => sum + (Math.abs(value - b[i]!) > 12 ? 1 : 0), 0) / a.length;
    // Triangles are split along one diagonal, so that the head itself is not symmetric to the last byte.
    expect(differing(turned.conditions, right.conditions)).toBeLessThan(0.015);
    expect(differing(left.conditions, right.conditions)).toBeGreaterThan(0.04);
    expect(turned.inputAngles[0]).toBeCloseTo(right.inputAngles[0], 6);
    expect(turned.inputAngles[1]).toBeCloseTo(right.inputAngles[1], 6);
    const sumX = (v: Float32Array): number => v.reduce((sum, x, i) => (i % 3 === 0 ? sum + x : sum), 0);
    expect(sumX(turned.vertices)).toBe(-sumX(left.vertices));
  });

  it('is itself when it is mirrored twice', () => {
    const back = mirrorConditions(mirrorConditions(left, VIEWS), VIEWS).conditions;
    // 127 and 128 lie on either side of nothing, and come back as 128.
    expect(
      back.every((value, i) => value === left.conditions[i] || (value === 128 && left.conditions[i] === 127)),
    ).toBe(true);
    const planes = Float32Array.from({ length: VIEWS * 7 * PLANE }, (_, i) => Math.sin(i));
    const turned = mirrorPlanes(planes, VIEWS, SIZE);
    expect(turned).not.toEqual(planes);
    expect(mirrorPlanes(turned, VIEWS, SIZE)).toEqual(planes);
  });
});

describe('sampling with the mirrored head', () => {
  it('changes nothing where the network treats both sides alike', async () => {
    const [plain, both] = [await sample(0, false), await sample(0, true)];
    plain.forEach((value, i) => expect(Math.abs(both[i]! - value)).toBeLessThan(0.01));
  });

  it('takes the mean where it prefers a side: the view from the left gets half, its mirror image the other', async () => {
    const [plain, both] = [await sample(0, true), await sample(-0.4, true)];
    const green = (planes: Float32Array, view: number): number => {
      const from = (view * 7 + 1) * PLANE;
      return planes.subarray(from, from + PLANE).reduce((sum, value) => sum + value, 0) / PLANE;
    };
    const change = (view: number): number => green(plain, view) - green(both, view);
    // Less than half of the shift, because black cannot get darker.
    expect(change(VIEWS / 4)).toBeGreaterThan(0.02);
    expect(change(VIEWS - VIEWS / 4)).toBeGreaterThan(0.02);
    expect(Math.abs(change(0))).toBeLessThan(1e-6);
    expect(Math.max(change(VIEWS / 4), change(VIEWS - VIEWS / 4))).toBeLessThanOrEqual(0.2001);
  });
});
