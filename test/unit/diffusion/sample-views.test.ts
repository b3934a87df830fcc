import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import { createImage } from '../../../src-main/image/image.ts';
import { createOnnxInference, type OnnxInference } from '../../../src-main/inference/onnx-inference.ts';
import { readViewPack } from '../../../src-main/pipeline/04-views/diffusion/read-view-pack.ts';
import {
  guide,
  SAMPLE_DEFAULTS,
  sampleViews,
} from '../../../src-main/pipeline/04-views/diffusion/sample-views.ts';
import { generateViews } from '../../../src-main/pipeline/04-views/generate-views.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const FIXTURE = new URL('../../fixtures/view-pack/', import.meta.url).pathname;
const golden = JSON.parse(readFileSync(`${FIXTURE}golden.json`, 'utf8')) as {
  mean: number;
  every311th: number[];
};
let inference: OnnxInference;
beforeAll(async () => {
  inference = await createOnnxInference({ modelsDir: FIXTURE, provider: 'cpu', threads: 1 });
});

/** The inputs of golden.py. */
function goldenInput(): Parameters<typeof sampleViews>[0] {
  const photo = createImage(16, 16);
  photo.rgbaSrgb.forEach((_, i) => (photo.rgbaSrgb[i] = (i * 53) % 256));
  return {
    conditions: Uint8Array.from({ length: 5 * 16 * 16 * 22 }, (_, i) => (i * 37) % 256),
    crop: { image: photo, camera: rigCamera(0, 0, 16) },
    inputAngles: [0.3, -0.1],
    vertices: Float32Array.from({ length: 2048 * 3 }, (_, i) => Math.sin(i) * 0.1),
  };
}

function lehmer(): () => number {
  let state = 12345;
  return () => {
    state = Number((BigInt(state) * 48271n) % 2147483647n);
    return state / 2147483647;
  };
}

describe('sampleViews', () => {
  it('samples what Python samples from the same pack and the same noise', async () => {
    const pack = await readViewPack(inference);
    expect(pack).toMatchObject({ views: 4, imageSizePx: 16, lastTime: 0.995 });
    const context = { ...recordContext('04-views'), inference, random: lehmer() };
    const out = await sampleViews(
      goldenInput(),
      pack,
      { ...SAMPLE_DEFAULTS, steps: 4, mirrored: false, placed: false },
      context,
    );
    expect(out.length).toBe(4 * 7 * 16 * 16);
    golden.every311th.forEach((value, k) => expect(out[k * 311]!).toBeCloseTo(value, 3));
    expect(out.reduce((sum, value) => sum + value, 0) / out.length).toBeCloseTo(golden.mean, 4);
    expect(context.fractions).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('stops between two steps when it is cancelled', async () => {
    const controller = new AbortController();
    const context = recordContext('04-views', controller.signal);
    const progress = (fraction: number): void => {
      context.progress(fraction);
      if (fraction >= 0.5) controller.abort();
    };
    const pack = await readViewPack(inference);
    const sampling = sampleViews(
      goldenInput(),
      pack,
      { ...SAMPLE_DEFAULTS, steps: 8 },
      { ...context, inference, progress },
    );
    await expect(sampling).rejects.toMatchObject({ code: 'cancelled' });
    expect(context.fractions.at(-1)).toBe(0.5);
  });

  it('guides away from what is said without the photo', () => {
    const clean = Float32Array.of(1, 0.5);
    guide(clean, Float32Array.of(0, 0.5), 2);
    expect([...clean]).toEqual([2, 0.5]);
  });

  it('says that no pack is installed', async () => {
    await expect(readViewPack(inference, 'absent')).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('refuses a pack with another order of conditions', async () => {
    const pack = (await inference.readPack('gen3d-small')) as Record<string, unknown>;
    const conditions = { ...(pack.conditions as object), fill: [11, 14] };
    const other = { ...inference, readPack: () => Promise.resolve({ ...pack, conditions }) };
    await expect(readViewPack(other)).rejects.toMatchObject({ code: 'model-changed' });
  });
});

describe('generateViews, diffusion', () => {
  const portrait = takePortrait(makeSyntheticHead(24, 32), portraitCamera(20, 160));
  const settings = {
    ...HEAD_SETTINGS_DEFAULTS,
    method: 'diffusion' as const,
    views: 4,
    viewSizePx: 48,
    steps: 2,
  };

  it('makes views whose photo pixels are the photo, the same for the same seed', async () => {
    const run = () => generateViews({ ...portrait, settings }, { ...recordContext('04-views'), inference });
    const made = await run();
    expect(made.method).toBe('diffusion');
    expect(made.views.map(({ azimuthDeg }) => azimuthDeg)).toEqual([0, 90, 180, 270]);
    const baseline = await generateViews(
      { ...portrait, settings: { ...settings, method: 'reproject' } },
      recordContext('04-views'),
    );
    let kept = 0;
    made.views[0]!.photoWeight.forEach((weight, i) => {
      if (weight !== 255) return;
      kept++;
      expect(made.views[0]!.image.rgbaSrgb[i * 4]).toBe(baseline.views[0]!.image.rgbaSrgb[i * 4]);
    });
    expect(kept).toBeGreaterThan(100);
    expect(await run()).toEqual(made);
  });

  it('says how many views the pack makes when asked for another number', async () => {
    const wrong = { ...settings, views: 8 };
    await expect(
      generateViews({ ...portrait, settings: wrong }, { ...recordContext('04-views'), inference }),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });
});
