/**
 * Stage 05: prior and views → the head with hair as a signed distance field and as watertight triangles.
 * in: prior M (without hair), N views (alpha, depth m, normals Head) → out: grid φ (m, negative inside), mesh; Head.
 * Stands where the paper trains NeuS2 on the views (§3.2, 5 minutes on a GPU). Here: φ starts as the distance to M,
 * views move it where they agree on something else (hair, proportions), their normals give it its slope, method `neural`
 * refines it by volume rendering, and it is extracted by marching cubes.
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
import { layOutGrid, planGrid } from './grid-layout.ts';
import { integrateNormals } from './integrate-normals.ts';
import { keepLargestSolid } from './keep-solid.ts';
import { marchCubes } from './march-cubes.ts';
import { outerDistance } from './outer-distance.ts';
import { previewSurface } from './preview-surface.ts';
import { refineNeural } from './refine-neural.ts';
import { refineSurface } from './refine-surface.ts';
import type { SignedDistanceGrid, Surface } from './surface.ts';
import { sweepDistance } from './sweep-distance.ts';

export type SurfaceInput = {
  prior: Prior;
  views: Views;
  settings: Pick<HeadSettings, 'surfaceMethod' | 'surfaceResolution'>;
};

/** Views reach no deeper into M than this, m: below, φ stays M's own. */
const DEPTH_M = 0.04;
/** Share of the work that is done before method `neural` begins. */
const NEURAL_FROM = 0.4;
/** … and before a grid is refined. */
const REFINED_FROM = 0.5;

export const reconstructSurface: Stage<SurfaceInput, Surface> = async (
  { prior, views, settings },
  context,
) => {
  const isNeural = settings.surfaceMethod === 'neural';
  const { cells, isRefined } = planGrid(settings.surfaceResolution);
  const coarse = isRefined ? REFINED_FROM : 1;
  const done = (fraction: number): Promise<void> =>
    checkpoint(context, coarse * (isNeural ? NEURAL_FROM * fraction : fraction));
  const { triangles } = triangulateTopology(prior.topology);
  const { mesh: closedPrior, cut } = capNeck({ positionsHead: prior.positionsHead, triangles });
  const grid = layOutGrid(boundHead(prior.positionsHead, views.views, cut), cells);
  await done(0.05);

  outerDistance(grid, closedPrior);
  context.previewMesh?.(previewSurface(grid));
  await done(0.4);

  const wanted = grid.values.map((value) => (value > -DEPTH_M ? 1 : 0));
  const fusion = startDepthFusion(grid, Uint8Array.from(wanted), cut);
  for (const [index, view] of views.views.entries()) {
    fusion.addView(view);
    await done(0.4 + (0.4 * (index + 1)) / views.views.length);
  }
  const seen = fusion.finish();
  const growth = blendEvidence(grid, seen);
  cutNeck(grid, cut);
  settle(grid);
  context.previewMesh?.(previewSurface(grid));
  await done(0.8);

  const fused = grid.values.slice();
  integrateNormals(grid, views.views, cut);
  settle(grid);
  await done(0.95);

  if (isNeural) {
    await refineNeural(grid, views.views, context, [coarse * NEURAL_FROM, coarse * 0.95]);
    cutNeck(grid, cut);
    settle(grid);
    context.previewMesh?.(previewSurface(grid));
  }
  // Where the fused field was extracted, φ may have moved; elsewhere a sweep changes distances, not the surface.
  for (const i of growth.keys()) {
    if (Math.abs(fused[i]!) < 2 * grid.spacing) growth[i] = growth[i]! + fused[i]! - grid.values[i]!;
  }
  const { sdf, growth: grown } = isRefined
    ? await refineSurface(grid, growth, views.views, cut, (share) =>
        checkpoint(context, coarse + (1 - coarse) * share),
      )
    : { sdf: grid, growth };
  const mesh = marchCubes(sdf);
  context.log(
    `surface: ${sdf.size.join(' × ')} samples of ${(sdf.spacing * 1000).toFixed(2)} mm, ` +
      `${mesh.triangles.length / 3} triangles, ${(100 * seen.denied).toFixed(1)} % denied by outlines`,
  );
  context.progress(1);
  return { mesh, sdf, growth: grown, fusedSpacing: grid.spacing, denied: seen.denied };
};

/** One solid, and a distance everywhere. */
function settle(grid: SignedDistanceGrid): void {
  keepLargestSolid(grid);
  sweepDistance(grid, crossingBand(grid));
}
