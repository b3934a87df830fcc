/**
 * Depth maps and outlines of all views → one signed distance.
 * in: N views (depth m, normals Head, alpha), grid, (samples) which to compute → out: {@link FusedViews}.
 * Volumetric fusion (Curless & Levoy 1996) with three changes: the distance to the plane through the seen point replaces
 * the distance along the ray; an observation counts less the further it is from the sample, because a ray that passes
 * the head closely says little about that spot; and beyond a view's outline the sample is at least as far out as the
 * outline is (visual hull, Laurentini 1994); and where views are covered but have no depth (hair that a diffusion model
 * has grown beyond the proxy), the hull itself is the surface. Stands where the paper trains NeuS2 on 16 views for minutes (§3.2).
 * Uninterruptible: one view, 60 ms at 96³.
 */
import { cameraCentreHead } from '../../camera/camera.ts';
import { beyondCut, type CutPlane } from '../../mesh/neck-cut.ts';
import type { View } from '../04-views/views.ts';
import { sampleBeyondCut } from './cut-neck.ts';
import { dropShreds } from './drop-shreds.ts';
import { fillBeneath } from './fill-beneath.ts';
import { projectSamples } from './project-samples.ts';
import { outlineDistance } from './silhouette.ts';
import { type SignedDistanceGrid, TRUNCATION_CELLS } from './surface.ts';

/** Surfaces seen flatter than 75° are left out: their depth changes by centimetres a pixel. */
const MIN_COSINE = 0.25;
/**
 * Spread in cells within which an observation counts fully, and what remains of it far off. What lies behind a seen surface is
 * hidden, so an observation says less about it: thin parts (ears, the far wall of a neck) keep their other side.
 */
const TRUST_BEFORE = { cells: 1.5, least: 0.02 } as const;
const TRUST_BEHIND = { cells: 0.75, least: 0.002 } as const;

/** A pixel on the outline is half covered and may have no depth, px. */
const EDGE_PX = 1.5;
/** Outlines that put a sample further out than depth does, by so much, contradict it. */
const ROUGH_CELLS = 0.5;
/** Depth tells of a surface within this of a sample, and an outline denies it from this on, cells. */
const TOLD_CELLS = 0.5;
const DENIED_CELLS = 1;
/**
 * What depth tells of further off M than this is hair, m; nearer it may be skin, and outlines that bulge before a face are no coat
 * of hair. It counts as solid up to this far before it, cells: there few outlines pass. 3 instead: the astronaut's face 0.16 mm further off M.
 */
const TOLD_HAIR_M = 0.006;
const BEFORE_CELLS = 2;
/** One view alone may be a stray patch of its alpha. */
const HULL_VOTES = 2;

/**
 * Distance from the neck's cut, m, within which it says nothing that a camera sees nothing: heads in views are hollow and end
 * in a rim. `beyond`: for cameras beyond the cut, which look through the opening. `inside`: for all, where M is.
 */
const HOLLOW_M = { beyond: 0.1, inside: 0.03 } as const;

export type FusedViews = {
  /** (samples) φ in [−τ, τ], NaN where no view says anything. */
  values: Float32Array;
  /** (samples) 1 where outlines had the last word, or nobody: a step from sample to sample there is no form of the head. */
  isRough: Uint8Array;
  /** [0, 1]: of the surface that depth tells of, how much lies beyond an outline of another view. */
  denied: number;
};

export type DepthFusion = { addView: (view: View) => void; finish: () => FusedViews };

/** `grid` holds φ of M. */
export function startDepthFusion(grid: SignedDistanceGrid, wanted: Uint8Array, cut: CutPlane): DepthFusion {
  const truncation = TRUNCATION_CELLS * grid.spacing;
  const trust = ({ cells, least }: { cells: number; least: number }, distance: number): number =>
    least + Math.exp(-0.5 * (distance / (cells * grid.spacing)) ** 2);
  const sums = new Float32Array(wanted.length);
  const weights = new Float32Array(wanted.length);
  /** How far outside the outlines put a sample, at most truncation; −Infinity: inside all of them. */
  const outlines = new Float32Array(wanted.length).fill(-Infinity);
  /** The same, with what is hollow: skin is seen in spite of it, but hair that only outlines know has to be in all of them. */
  const hull = new Float32Array(wanted.length).fill(-Infinity);
  const behind = new Uint8Array(wanted.length);
  /** In how many views a sample falls on a covered pixel without depth: hair that the geometry does not know. */
  const unexplained = new Uint8Array(wanted.length);

  /** 2: emptiness says nothing; 1: nothing to cameras beyond the cut. */
  const hollow = wanted.map((flag, i) => {
    const above = flag === 0 ? Infinity : -sampleBeyondCut(cut, grid, i);
    return above < HOLLOW_M.inside && grid.values[i]! < 0 ? 2 : above < HOLLOW_M.beyond ? 1 : 0;
  });

  const addView = (view: View): void => {
    const { camera, depth, normalsHead } = view;
    const { widthPx, focalPx, centrePx, cameraFromHead: m } = camera;
    const outlinePx = outlineDistance(view.image);
    const eye = cameraCentreHead(camera);
    const mayBeHollow = beyondCut(cut, eye[0]!, eye[1]!, eye[2]!) > 0 ? 1 : 2;
    projectSamples(grid, camera, wanted, (sample, { u, v, depth: z }) => {
      const pixel = Math.floor(v) * widthPx + Math.floor(u);
      const outlineM = Math.min((outlinePx[pixel]! * z) / focalPx[0], truncation);
      hull[sample] = Math.max(hull[sample]!, outlineM);
      if (outlineM < 0 || hollow[sample]! < mayBeHollow)
        outlines[sample] = Math.max(outlines[sample]!, outlineM);
      const surface = depth[pixel]!;
      if (surface === 0) {
        if (outlinePx[pixel]! < -EDGE_PX) unexplained[sample] = unexplained[sample]! + 1;
        return;
      }
      const nx = normalsHead[pixel * 3]! / 127;
      const ny = normalsHead[pixel * 3 + 1]! / 127;
      const nz = normalsHead[pixel * 3 + 2]! / 127;
      // Camera-frame normal, the seen point at the pixel's centre, and the sample.
      const cx = m[0]! * nx + m[4]! * ny + m[8]! * nz;
      const cy = m[1]! * nx + m[5]! * ny + m[9]! * nz;
      const cz = m[2]! * nx + m[6]! * ny + m[10]! * nz;
      const rayX = (Math.floor(u) + 0.5 - centrePx[0]) / focalPx[0];
      const rayY = -(Math.floor(v) + 0.5 - centrePx[1]) / focalPx[1];
      const cosine = (cz - cx * rayX - cy * rayY) / Math.sqrt(1 + rayX * rayX + rayY * rayY);
      if (cosine < MIN_COSINE) return;
      const x = ((u - centrePx[0]) / focalPx[0]) * z - rayX * surface;
      const y = -((v - centrePx[1]) / focalPx[1]) * z - rayY * surface;
      const distance = cx * x + cy * y + cz * (surface - z);
      if (distance < -truncation) {
        behind[sample] = 1;
        return;
      }
      const clamped = Math.min(distance, truncation);
      const weight = cosine * cosine * trust(clamped > 0 ? TRUST_BEFORE : TRUST_BEHIND, clamped);
      sums[sample] = sums[sample]! + weight * clamped;
      weights[sample] = weights[sample]! + weight;
    });
  };

  const finish = (): FusedViews => {
    // Inside all outlines, and two views agree that something is there that has no depth: the visual hull has it.
    const hair = unexplained.map((votes, sample) => (votes >= HULL_VOTES && hull[sample]! < 0 ? 1 : 0));
    const before = BEFORE_CELLS * grid.spacing;
    const isSolid = hair.map((_, sample) => {
      const offM = grid.values[sample]!;
      if (offM < 0) return 1;
      if (offM < TOLD_HAIR_M || outlines[sample]! >= 0) return 0;
      return weights[sample]! > 0 ? (sums[sample]! < before * weights[sample]! ? 1 : 0) : behind[sample]!;
    });
    dropShreds(grid, hair, isSolid);
    fillBeneath(grid, hair);
    const isRough = hair.slice();
    let told = 0;
    let denied = 0;
    const values = sums.map((sum, sample) => {
      const seen = weights[sample]! > 0;
      const outline = outlines[sample]!;
      if (!seen && !behind[sample] && outline === -Infinity) {
        isRough[sample] = 1;
        return NaN;
      }
      const fused = seen ? sum / weights[sample]! : behind[sample] ? -truncation : NaN;
      if (seen && Math.abs(fused) < TOLD_CELLS * grid.spacing) {
        told++;
        if (outline - fused > DENIED_CELLS * grid.spacing) denied++;
      }
      if (outline > 0) {
        if (!(outline - fused < ROUGH_CELLS * grid.spacing)) isRough[sample] = 1;
        return Number.isNaN(fused) ? outline : Math.max(fused, outline);
      }
      if (hair[sample] === 1) return Number.isNaN(fused) ? hull[sample]! : Math.min(fused, hull[sample]!);
      return fused;
    });
    return { values, isRough, denied: denied / Math.max(1, told) };
  };
  return { addView, finish };
}
