import { describe, expect, it } from 'vitest';
import { rigCamera } from '../../../src-main/camera/view-rig.ts';
import { makeIcosphere } from '../../../src-main/mesh/primitives.ts';
import { refineNeural } from '../../../src-main/pipeline/05-surface/refine-neural.ts';
import { type RayTarget, renderRay } from '../../../src-main/pipeline/05-surface/render-ray.ts';
import type { SignedDistanceGrid } from '../../../src-main/pipeline/05-surface/surface.ts';
import { renderViews } from '../../support/render-views.ts';
import { recordContext } from '../../support/stage-context.ts';

/** Distance to a ball about the origin. */
function ball(radius: number, count: number): SignedDistanceGrid {
  const spacing = 0.3 / (count - 1);
  const values = new Float32Array(count ** 3);
  for (let i = 0; i < values.length; i++) {
    const p = [i % count, Math.floor(i / count) % count, Math.floor(i / count ** 2)];
    values[i] = Math.hypot(...p.map((k) => k * spacing - 0.15)) - radius;
  }
  return { size: [count, count, count], originHead: [-0.15, -0.15, -0.15], spacing, values };
}

describe('renderRay', () => {
  const camera = rigCamera(30, 10, 64);
  const depth = -camera.cameraFromHead[14]! - 0.09;
  const target: RayTarget = { coverage: 0.7, normal: [0.36, 0.48, 0.8], isOutline: false };

  it('its gradient is that of its loss, by differences, also where the ray only grazes', () => {
    for (const [x, y] of [
      [0.01, -0.02],
      [0.05, 0.02],
    ] as const) {
      const grid = ball(0.09, 24);
      // Ripples, so that no derivative is 0 by symmetry.
      grid.values.forEach((value, i) => (grid.values[i] = value + 0.001 * Math.sin(1.7 * i)));
      const run = (gradient: Float32Array): number =>
        renderRay(grid, camera, x, y, depth, 150, target, gradient);
      const gradient = new Float32Array(grid.values.length);
      run(gradient);
      const largest = Math.max(...gradient.map(Math.abs));
      const touched = [...gradient.keys()].filter((i) => gradient[i] !== 0);
      expect(largest).toBeGreaterThan(1e-4);
      expect(touched.length).toBeGreaterThan(7);
      for (const i of touched) {
        const own = grid.values[i]!;
        const shift = 0.002 * grid.spacing;
        const idle = new Float32Array(gradient.length);
        grid.values[i] = own + shift;
        const more = run(idle);
        grid.values[i] = own - shift;
        const less = run(idle);
        grid.values[i] = own;
        const difference = ((more - less) / (2 * shift)) * grid.spacing;
        expect(Math.abs(gradient[i]! - difference)).toBeLessThan(0.02 * largest);
      }
    }
  });
});

describe('refineNeural', () => {
  it('a ball that is too small grows to the outlines and normals of the views, the same each time', async () => {
    const truth = makeIcosphere(0.1, 4);
    const { views } = renderViews(truth, 12, 64);
    const results: SignedDistanceGrid[] = [];
    for (let run = 0; run < 2; run++) {
      const grid = ball(0.097, 40);
      await refineNeural(grid, views, recordContext('05-surface'), [0, 1]);
      results.push(grid);
    }
    const exact = ball(0.1, 40);
    const errors = [...exact.values.keys()]
      .filter((i) => Math.abs(exact.values[i]!) < exact.spacing)
      .map((i) => Math.abs(results[0]!.values[i]! - exact.values[i]!));
    // It started 3 mm off everywhere; a cell is 7.7 mm.
    expect(errors.reduce((a, b) => a + b) / errors.length).toBeLessThan(2.6e-3);
    expect(results[1]!.values).toEqual(results[0]!.values);
  });
});
