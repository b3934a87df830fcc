import { describe, expect, it } from 'vitest';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { generateViews } from '../../../src-main/pipeline/04-views/generate-views.ts';
import type { View } from '../../../src-main/pipeline/04-views/views.ts';
import { interpolate } from '../../../src-main/render/interpolate.ts';
import { rasterise } from '../../../src-main/render/rasterise.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead, paintHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const head = makeSyntheticHead(40, 56);
const settings = { ...HEAD_SETTINGS_DEFAULTS, method: 'reproject' as const, views: 8, viewSizePx: 96 };
const generate = async (azimuthDeg: number): Promise<View[]> => {
  const input = takePortrait(head, portraitCamera(azimuthDeg, 320));
  return (await generateViews({ ...input, settings }, recordContext('04-views'))).views;
};

/** Mean |difference| of the covered pixels from the painted head, sRGB [0, 1], where `include` holds. */
function paintError(view: View, include: (pixel: number, place: readonly number[]) => boolean): number {
  const mesh = { positionsHead: head.positionsHead, triangles: triangulateTopology(head.topology).triangles };
  const fragments = rasterise(mesh, view.camera);
  const places = interpolate(fragments, mesh.triangles, mesh.positionsHead, 3).values;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < fragments.triangleIds.length; i++) {
    const place = [places[i * 3]!, places[i * 3 + 1]!, places[i * 3 + 2]!] as const;
    if (fragments.triangleIds[i]! < 0 || !include(i, place)) continue;
    paintHead(...place).forEach(
      (value, c) => (sum += Math.abs(view.image.rgbaSrgb[i * 4 + c]! / 255 - value)),
    );
    count += 3;
  }
  expect(count).toBeGreaterThan(300);
  return sum / count;
}

describe('generateViews, reproject', () => {
  it('carries the photo over: pixels that it shows keep their painted colour', async () => {
    const views = await generate(0);
    for (const view of [views[0]!, views[1]!, views[7]!]) {
      // The outline of hair and eyes is two photo pixels soft; the mean over all seen pixels stays near 1 %.
      expect(paintError(view, (i) => view.photoWeight[i]! > 200)).toBeLessThan(0.02);
    }
  });

  it('mirrors what a turned photo hides: the far cheek looks like the near one', async () => {
    const views = await generate(40);
    // View 6 looks at the subject's right side; a photo from the left does not see most of that face.
    const isFarFace = (_: number, [x, y, z]: readonly number[]): boolean =>
      x! < -0.03 && z! > 0.02 && Math.abs(y!) < 0.05;
    expect(views[6]!.azimuthDeg).toBe(270);
    expect(paintError(views[6]!, isFarFace)).toBeLessThan(0.03);
  });

  it('fills the back of the head with hair and keeps the background off the head', async () => {
    const views = await generate(0);
    const back = views[4]!;
    expect(paintError(back, (_, [, y, z]) => z! < -0.05 && y! > 0.04)).toBeLessThan(0.06);
    for (const view of views) {
      let greenest = 0;
      for (let i = 0; i < view.image.rgbaSrgb.length; i += 4) {
        const [r, g, b] = view.image.rgbaSrgb.subarray(i, i + 3) as unknown as [number, number, number];
        greenest = Math.max(greenest, g - Math.max(r, b));
      }
      expect(greenest, `green background at ${view.azimuthDeg}°`).toBeLessThan(12);
    }
  });

  it('writes coverage, depth and unit normals that belong together', async () => {
    for (const view of await generate(0)) {
      const wrong: number[] = [];
      let covered = 0;
      for (let i = 0; i < view.depth.length; i++) {
        const normal = view.normalsHead.subarray(i * 3, i * 3 + 3);
        const alpha = view.image.rgbaSrgb[i * 4 + 3]!;
        const isUnit = Math.abs(Math.hypot(...normal) - 127) < 2;
        const isNear = Math.abs(view.depth[i]! - 1.6) < 0.16;
        const isEmpty = normal.every((value) => value === 0) && view.photoWeight[i] === 0 && alpha < 200;
        if (view.depth[i] !== 0) covered++;
        if (!(view.depth[i] === 0 ? isEmpty : isUnit && isNear && alpha > 0)) wrong.push(i);
      }
      expect(wrong).toEqual([]);
      expect(covered).toBeGreaterThan(1000);
    }
  });

  it('gives the same bytes twice', async () => {
    expect(await generate(20)).toEqual(await generate(20));
  });

  it('stops when it is cancelled', async () => {
    const input = takePortrait(head, portraitCamera(0, 64));
    const stopped = recordContext('04-views', AbortSignal.abort());
    await expect(generateViews({ ...input, settings }, stopped)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
