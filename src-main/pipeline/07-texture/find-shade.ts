/**
 * Shade: skin in other colours than the face's that goes over into the face without an edge.
 *
 * In: (H, W, 3) sRGB, markers (H, W): SURE_SKIN, SURE_OTHER, or 0 = to be told. Out: (H, W) in [0, 1]: 1 = skin. The chance
 * that a random walk from a pixel, which avoids edges, comes to skin first (Grady, "Random walks for image segmentation", 2006).
 * A shadow on a cheek is as dark and as tinted as hair before it, but hair and background end in an edge, where shade fades.
 * Dropped: watershed by flooding (Meyer 1992) and pixels blurred before: a strand between cheek and ear was skin, through its
 * tip or where it crosses from one column to the next.
 */
import type { Raster } from '../../image/image.ts';
import { solveConjugateGradient } from '../../tensor/conjugate-gradient.ts';

export const SURE_SKIN = 1;
export const SURE_OTHER = 2;

/** A step of sRGB from pixel to pixel that a walk takes e times more rarely than none. */
const STEP = 0.03;
/** Any step is taken this often at least. */
const RAREST = 1e-5;
/** Chance that a walk gives up: what edges close off on all sides is another thing. */
const STRANGER = 3e-4;
const TOLERANCE = 1e-4;
const STEPS_MAX = 1000;

export function findShade(colour: Raster, markers: Uint8Array): Float32Array {
  const { widthPx, values } = colour;
  const out = Float32Array.from(markers, (kind) => (kind === SURE_SKIN ? 1 : 0));
  const asked = Int32Array.from(markers.keys()).filter((i) => markers[i] === 0);
  const rowOf = new Int32Array(markers.length).fill(-1);
  asked.forEach((i, row) => (rowOf[i] = row));
  const ease = (i: number, k: number): number => {
    let most = 0;
    for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(values[i * 3 + c]! - values[k * 3 + c]!));
    return RAREST + Math.exp(-((most / STEP) ** 2));
  };
  const diagonal = new Float64Array(asked.length);
  const b = new Float64Array(asked.length);
  // Four neighbours a row: the row's own number and weight 0 where there is none that is asked.
  const rows = new Int32Array(asked.length * 4);
  const weights = new Float64Array(rows.length);
  asked.forEach((i, row) => {
    const x = i % widthPx;
    [x > 0 ? i - 1 : -1, x < widthPx - 1 ? i + 1 : -1, i - widthPx, i + widthPx].forEach((k, side) => {
      rows[row * 4 + side] = row;
      if (k < 0 || k >= markers.length) return;
      const weight = ease(i, k);
      diagonal[row] = diagonal[row]! + weight;
      b[row] = b[row]! + weight * out[k]!;
      if (rowOf[k]! < 0) return;
      rows[row * 4 + side] = rowOf[k]!;
      weights[row * 4 + side] = weight;
    });
  });
  // In units of √diagonal all rows count alike in the residual, however few walks leave them.
  const unit = diagonal.map((sum) => Math.sqrt(sum + STRANGER));
  rows.forEach((other, e) => (weights[e] = weights[e]! / (unit[e >> 2]! * unit[other]!)));
  const apply = (x: Float64Array, image: Float64Array): void => {
    for (let row = 0; row < x.length; row++) {
      let sum = x[row]!;
      for (let e = row * 4; e < row * 4 + 4; e++) sum -= weights[e]! * x[rows[e]!]!;
      image[row] = sum;
    }
  };
  const scaled = new Float64Array(asked.length);
  const system = { apply, diagonal: unit.map(() => 1), b: b.map((value, row) => value / unit[row]!) };
  solveConjugateGradient(system, scaled, { tolerance: TOLERANCE, maxSteps: STEPS_MAX });
  asked.forEach((i, row) => (out[i] = scaled[row]! / unit[row]!));
  return out;
}
