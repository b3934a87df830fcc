/**
 * Volume rendering of the signed distance field against the views, and its descent: method `neural`.
 * in: grid φ (a distance near its zero level), N views (coverage, normals Head) → out: φ of the band in place.
 *
 * NeuS (Wang et al. 2021) on a dense grid instead of a network: along a ray Φ = sigmoid(s φ) falls from 1 outside to 0 inside,
 * opacity up to a sample is 1 − min Φ so far, and a sample's weight is what it takes off that minimum. Rendered coverage
 * and rendered normals are compared with the view's; gradients are analytic; Adam. Regularised by |∇φ| = 1 and by the
 * curvature of the *change* of φ, strong at first (coarse form), weak at last (detail).
 * Samples lie around where the present surface is, from its own depth map, which is drawn anew every round.
 * Left out: colours. The notes of this repository's design measured no effect of a photometric term on the chamfer distance.
 * Deterministic. Uninterruptible: one view, about 60 ms at 96³ on one core.
 */
import type { View } from '../04-views/views.ts';
import { checkpoint } from '../checkpoint.ts';
import type { StageContext } from '../stage.ts';
import { drawDepth } from './draw-depth.ts';
import { nearSurface } from './near-surface.ts';
import { previewSurface } from './preview-surface.ts';
import { renderRay, type RayTarget } from './render-ray.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** Times that every view is visited. */
const ROUNDS = 8;
/** φ is free this near to the surface, cells. */
const BAND_CELLS = 2.5;
/** Every so many rows and columns of a view is a ray, another set each round. */
const STRIDE_PX = 2;
/** A step of Adam, cells, at the first round and the last. */
const STEP_CELLS = [0.06, 0.015] as const;
/** Sharpness s times the cell, at the first round and the last: Φ's slope is 4 cells wide, then 1.5. */
const SHARPNESS = [1.5, 4] as const;
const EIKONAL_WEIGHT = 0.1;
/** Weight of the change's curvature, at the first round and the last. */
const CURVATURE_WEIGHTS = [1, 0.15] as const;
/** Adam's decay rates and its guard against 0 (Kingma & Ba 2015). */
const DECAY = [0.9, 0.99] as const;
const GUARD = 1e-6;

export async function refineNeural(
  grid: SignedDistanceGrid,
  views: readonly View[],
  context: StageContext,
  [from, to]: readonly [number, number],
): Promise<void> {
  const { values, spacing } = grid;
  const start = values.slice();
  const band = nearSurface(grid, BAND_CELLS);
  const gradient = new Float32Array(values.length);
  const first = new Float32Array(values.length);
  const second = new Float32Array(values.length);
  let steps = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const at = round / (ROUNDS - 1);
    const mix = ([a, b]: readonly [number, number]): number => a * (b / a) ** at;
    const depths = drawDepth(grid, views);
    let loss = 0;
    for (const [index, view] of views.entries()) {
      gradient.fill(0);
      loss += addRays(grid, view, depths[index]!, round, mix(SHARPNESS) / spacing, gradient);
      regularise(grid, start, band, mix(CURVATURE_WEIGHTS), gradient);
      steps++;
      const step = mix(STEP_CELLS) * spacing;
      const [corrected1, corrected2] = DECAY.map((decay) => 1 - decay ** steps) as [number, number];
      for (const i of band) {
        const g = gradient[i]!;
        first[i] = DECAY[0] * first[i]! + (1 - DECAY[0]) * g;
        second[i] = DECAY[1] * second[i]! + (1 - DECAY[1]) * g * g;
        values[i] =
          values[i]! - (step * first[i]!) / corrected1 / (Math.sqrt(second[i]! / corrected2) + GUARD);
      }
      await checkpoint(context, from + ((to - from) * steps) / (ROUNDS * views.length));
    }
    context.previewMesh?.(previewSurface(grid));
    context.log(`neural round ${round}: loss ${(loss / views.length).toFixed(5)}`);
  }
}

/** Mean loss of the view's rays; their gradient is added. */
function addRays(
  grid: SignedDistanceGrid,
  { camera, image, normalsHead }: View,
  depth: Float32Array,
  round: number,
  sharpness: number,
  gradient: Float32Array,
): number {
  const { widthPx, heightPx, focalPx, centrePx } = camera;
  const target: RayTarget = { coverage: 0, normal: [0, 0, 0], isOutline: false };
  let loss = 0;
  let count = 0;
  const phase = [round % STRIDE_PX, Math.floor(round / STRIDE_PX) % STRIDE_PX] as const;
  for (let row = phase[1]; row < heightPx; row += STRIDE_PX) {
    for (let column = phase[0]; column < widthPx; column += STRIDE_PX) {
      const pixel = row * widthPx + column;
      const z = depth[pixel]!;
      if (z === 0) continue;
      target.coverage = image.rgbaSrgb[pixel * 4 + 3]! / 255;
      let square = 0;
      for (let k = 0; k < 3; k++) {
        target.normal[k] = normalsHead[pixel * 3 + k]! / 127;
        square += target.normal[k]! ** 2;
      }
      target.isOutline = target.coverage < 0.5 || square < 0.25;
      const x = (column + 0.5 - centrePx[0]) / focalPx[0];
      const y = -(row + 0.5 - centrePx[1]) / focalPx[1];
      loss += renderRay(grid, camera, x, y, z, sharpness, target, gradient);
      count++;
    }
  }
  return count === 0 ? 0 : loss / count;
}

/** Adds the gradients of (|∇φ| − 1)² and of the squared Laplacian of the change, both in cells. */
function regularise(
  { values, size, spacing }: SignedDistanceGrid,
  start: Float32Array,
  band: Uint32Array,
  curvature: number,
  gradient: Float32Array,
): void {
  const strides = [1, size[0], size[0] * size[1]] as const;
  for (const i of band) {
    let square = 0;
    let laplacian = 6 * (values[i]! - start[i]!);
    for (const stride of strides) {
      square += ((values[i + stride]! - values[i - stride]!) / (2 * spacing)) ** 2;
      laplacian -= values[i + stride]! - start[i + stride]! + values[i - stride]! - start[i - stride]!;
    }
    const length = Math.sqrt(square) || 1;
    const push = (EIKONAL_WEIGHT * (length - 1)) / length;
    const bend = (curvature * laplacian) / (6 * spacing);
    gradient[i] = gradient[i]! + bend;
    for (const stride of strides) {
      const slope = push * ((values[i + stride]! - values[i - stride]!) / (2 * spacing));
      gradient[i + stride] = gradient[i + stride]! + slope / 2 - bend / 6;
      gradient[i - stride] = gradient[i - stride]! - slope / 2 - bend / 6;
    }
  }
}
