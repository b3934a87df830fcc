/**
 * Stage 05: prior and views → the head with hair as a signed distance field and as watertight triangles.
 * in: prior M (without hair), N views (alpha, depth m, normals Head) → out: grid φ (m, negative inside), mesh; Head.
 * Stands where the paper trains NeuS2 on the views (§3.2, 5 minutes on a GPU). Here: φ starts as the distance to M,
 * views move it where they agree on something else (hair, proportions), method `neural` refines it by volume rendering,
 * and it is extracted by marching cubes.
 * Longest uninterruptible piece: the distance to M, 0.7 s at 96³ on one core.
 */
import type { HeadSettings } from '../../contract/entities.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { Views } from '../04-views/views.ts';
import { checkpoint } from '../checkpoint.ts';
import type { Stage } from '../stage.ts';
import { blendEvidence } from './blend-evidence.ts';
import { boundHead } from './bound-head.ts';
import { capNeck } from './cap-neck.ts';
import { crossingBand } from './crossing-band.ts';
import { cutNeck } from './cut-neck.ts';
import { startDepthFusion } from './fuse-depth.ts';
import { layOutGrid } from './grid-layout.ts';
import { keepLargestSolid } from './keep-solid.ts';
import { marchCubes } from './march-cubes.ts';
import { outerDistance } from './outer-distance.ts';
import { previewSurface } from './preview-surface.ts';
import { refineNeural } from './refine-neural.ts';
import type { Surface } from './surface.ts';
import { sweepDistance } from './sweep-distance.ts';

export type SurfaceInput = {
  prior: Prior;
  views: Views;
  settings: Pick<HeadSettings, 'surfaceMethod' | 'surfaceResolution'>;
};

/** Views reach no deeper into M than this, m: below, φ stays M's own. */
const DEPTH_M = 0.025;

export const reconstructSurface: Stage<SurfaceInput, Surface> = async (
  { prior, views, settings },
  context,
) => {
  const { triangles } = triangulateTopology(prior.topology);
  const { mesh: closedPrior, cut } = capNeck({ positionsHead: prior.positionsHead, triangles });
  const grid = layOutGrid(boundHead(prior.positionsHead, views.views, cut), settings.surfaceResolution);
  await checkpoint(context, 0.05);

  outerDistance(grid, closedPrior);
  context.previewMesh?.(previewSurface(grid));
  await checkpoint(context, 0.4);

  const wanted = grid.values.map((value) => (value > -DEPTH_M ? 1 : 0));
  const fusion = startDepthFusion(grid, Uint8Array.from(wanted), cut);
  for (const [index, view] of views.views.entries()) {
    fusion.addView(view);
    await checkpoint(context, 0.4 + (0.4 * (index + 1)) / views.views.length);
  }
  const growth = blendEvidence(grid, fusion.finish());
  cutNeck(grid, cut);
  keepLargestSolid(grid);
  context.previewMesh?.(previewSurface(grid));
  await checkpoint(context, 0.85);

  sweepDistance(grid, crossingBand(grid));
  if (settings.surfaceMethod === 'neural') {
    const fused = grid.values.slice();
    await refineNeural(grid, views.views, context, [0.4, 0.95]);
    cutNeck(grid, cut);
    keepLargestSolid(grid);
    sweepDistance(grid, crossingBand(grid));
    context.previewMesh?.(previewSurface(grid));
    // Where the fused field was extracted, φ may have moved; elsewhere a sweep changes distances, not the surface.
    for (const i of growth.keys()) {
      if (Math.abs(fused[i]!) < 2 * grid.spacing) growth[i] = growth[i]! + fused[i]! - grid.values[i]!;
    }
  }
  await checkpoint(context, 0.95);
  const mesh = marchCubes(grid);
  context.log(
    `surface: ${grid.size.join(' × ')} samples of ${(grid.spacing * 1000).toFixed(2)} mm, ` +
      `${mesh.triangles.length / 3} triangles`,
  );
  context.progress(1);
  return { mesh, sdf: grid, growth };
};
