import { beforeAll, describe, expect, it } from 'vitest';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import { vertexNormals } from '../../../src-main/mesh/vertex-normals.ts';
import { generateViews } from '../../../src-main/pipeline/04-views/generate-views.ts';
import { compareMesh, compareNeighbours } from '../../../src-main/pipeline/04-views/score-views.ts';
import type { View, Views } from '../../../src-main/pipeline/04-views/views.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const settings = { ...HEAD_SETTINGS_DEFAULTS, method: 'reproject' as const, views: 8, viewSizePx: 128 };
let views: Views;
let normals: Float32Array;
beforeAll(async () => {
  const input = takePortrait(makeSyntheticHead(40, 56), portraitCamera(0, 320));
  views = await generateViews({ ...input, settings }, recordContext('04-views'));
  normals = vertexNormals(views.proxy!);
});

const beside = (index: number): View[] => [views.views[(index + 7) % 8]!, views.views[(index + 1) % 8]!];
const tinted = (view: View, by: number): View => ({
  ...view,
  image: {
    ...view.image,
    rgbaSrgb: view.image.rgbaSrgb.map((value, i) => (i % 4 === 3 ? value : value + by)),
  },
});

describe('scores of views', () => {
  it('views of one surface agree with it and with each other', () => {
    for (const [index, view] of views.views.entries()) {
      const { maskIou, normalDeg } = compareMesh(view, views.proxy!, normals);
      expect(maskIou).toBeGreaterThan(0.99);
      expect(normalDeg!).toBeLessThan(2);
      expect(compareNeighbours(view, beside(index))!).toBeLessThan(4);
    }
  });

  it('a tint is measured as what it is', () => {
    const plain = compareNeighbours(tinted(views.views[4]!, 0), beside(4))!;
    const shifted = compareNeighbours(tinted(views.views[4]!, 51), beside(4))!;
    expect(shifted - plain).toBeGreaterThan(20 - 2 * plain);
    expect(shifted).toBeLessThanOrEqual(20 + plain);
  });

  it('a lost half of the outline halves the overlap, turned normals show their angle', () => {
    const view = views.views[0]!;
    const rgbaSrgb = view.image.rgbaSrgb.map((value, i) => (i % 4 === 3 && (i >> 2) % 128 < 64 ? 0 : value));
    expect(
      compareMesh({ ...view, image: { ...view.image, rgbaSrgb } }, views.proxy!, normals).maskIou,
    ).toBeCloseTo(0.5, 1);
    const turned = { ...view, normalsHead: view.normalsHead.map((value) => -value) };
    expect(compareMesh(turned, views.proxy!, normals).normalDeg!).toBeGreaterThan(177);
  });

  it('nothing in common is no score', () => {
    const view = views.views[0]!;
    expect(compareNeighbours({ ...view, depth: new Float32Array(view.depth.length) }, beside(0))).toBeNull();
  });
});
