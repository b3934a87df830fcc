/**
 * Where a ray of each view meets the present surface, or passes it closely.
 * in: grid φ, views → out: per view (H, W) m along the optical axis; 0 far from the surface.
 */
import { rasterise } from '../../render/rasterise.ts';
import type { View } from '../04-views/views.ts';
import { marchCubes } from './march-cubes.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** Rays that pass the outline by so many pixels still feel it. */
const REACH_PX = 4;

export function drawDepth(grid: SignedDistanceGrid, views: readonly View[]): Float32Array[] {
  const mesh = marchCubes(grid);
  return views.map(({ camera }) => {
    let { depth } = rasterise(mesh, camera, { cullBack: true });
    const { widthPx, heightPx } = camera;
    for (let pass = 0; pass < REACH_PX; pass++) {
      const from = depth;
      depth = from.map((own, pixel) => {
        if (own !== 0) return own;
        const x = pixel % widthPx;
        return (
          (x > 0 && from[pixel - 1]!) ||
          (x < widthPx - 1 && from[pixel + 1]!) ||
          (pixel >= widthPx && from[pixel - widthPx]!) ||
          (pixel < widthPx * (heightPx - 1) && from[pixel + widthPx]!) ||
          0
        );
      });
    }
    return depth;
  });
}
