/**
 * One ray through the field: rendered coverage and normal, and what they say about φ.
 * in: grid, camera, the ray (x, y at depth 1, Camera) with the depth m around which it is sampled, sharpness 1/m, what the view
 * shows → out: loss; its gradient with respect to φ in cells is added to the samples of the grid.
 * With M = min Φ so far, coverage = 1 − M_last / Φ_first and weight of sample i = (M_i − M_i+1) / Φ_first (NeuS's discrete
 * opacities multiply to just that).
 */
import type { Camera } from '../../camera/camera.ts';
import type { SignedDistanceGrid } from './surface.ts';

export type RayTarget = {
  coverage: number;
  normal: [number, number, number];
  /** Nothing is there, or nothing is known of its normal. */
  isOutline: boolean;
};

export const SAMPLES = 12;
/** Samples reach this far before and behind, cells. */
export const REACH_CELLS = 2.5;
export const COVERAGE_WEIGHT = 1;
export const NORMAL_WEIGHT = 0.5;

const cells = new Int32Array(SAMPLES);
const fractions = new Float64Array(SAMPLES * 3);
const phi = new Float64Array(SAMPLES);
const opening = new Float64Array(SAMPLES);
const lowest = new Float64Array(SAMPLES);
const units = new Float64Array(SAMPLES * 3);
const lengths = new Float64Array(SAMPLES);
const slopeOfLowest = new Float64Array(SAMPLES);
const rendered = new Float64Array(3);
const pull = new Float64Array(3);

export function renderRay(
  grid: SignedDistanceGrid,
  camera: Camera,
  x: number,
  y: number,
  depth: number,
  sharpness: number,
  target: RayTarget,
  gradient: Float32Array,
): number {
  const { values, size, spacing, originHead } = grid;
  const [sx, sy, sz] = [1, size[0], size[0] * size[1]];
  const m = camera.cameraFromHead;
  const step = (2 * REACH_CELLS * spacing) / (SAMPLES - 1) / Math.hypot(x, y, 1);
  for (let i = 0; i < SAMPLES; i++) {
    const z = depth + (i - (SAMPLES - 1) / 2) * step;
    // Rigid pose: the inverse rotation is the transposed one.
    const [cx, cy, cz] = [x * z - m[12]!, y * z - m[13]!, -z - m[14]!];
    const gx = (m[0]! * cx + m[1]! * cy + m[2]! * cz - originHead[0]) / spacing;
    const gy = (m[4]! * cx + m[5]! * cy + m[6]! * cz - originHead[1]) / spacing;
    const gz = (m[8]! * cx + m[9]! * cy + m[10]! * cz - originHead[2]) / spacing;
    const [ix, iy, iz] = [Math.floor(gx), Math.floor(gy), Math.floor(gz)];
    if (ix < 0 || iy < 0 || iz < 0 || ix > size[0] - 2 || iy > size[1] - 2 || iz > size[2] - 2) return 0;
    const at = ix + sy * iy + sz * iz;
    const [fx, fy, fz] = [gx - ix, gy - iy, gz - iz];
    cells[i] = at;
    fractions[i * 3] = fx;
    fractions[i * 3 + 1] = fy;
    fractions[i * 3 + 2] = fz;
    const v = (dx: number, dy: number, dz: number): number => values[at + dx * sx + dy * sy + dz * sz]!;
    const x00 = v(1, 0, 0) - v(0, 0, 0);
    const x10 = v(1, 1, 0) - v(0, 1, 0);
    const x01 = v(1, 0, 1) - v(0, 0, 1);
    const x11 = v(1, 1, 1) - v(0, 1, 1);
    const p00 = v(0, 0, 0) + fx * x00;
    const p10 = v(0, 1, 0) + fx * x10;
    const p01 = v(0, 0, 1) + fx * x01;
    const p11 = v(0, 1, 1) + fx * x11;
    const q0 = p00 + fy * (p10 - p00);
    const q1 = p01 + fy * (p11 - p01);
    phi[i] = q0 + fz * (q1 - q0);
    const dx = (1 - fy) * (1 - fz) * x00 + fy * (1 - fz) * x10 + (1 - fy) * fz * x01 + fy * fz * x11;
    const dy = (1 - fz) * (p10 - p00) + fz * (p11 - p01);
    const dz = q1 - q0;
    const length = Math.hypot(dx, dy, dz) || 1e-9;
    lengths[i] = length / spacing;
    units[i * 3] = dx / length;
    units[i * 3 + 1] = dy / length;
    units[i * 3 + 2] = dz / length;
    opening[i] = 1 / (1 + Math.exp(-sharpness * phi[i]!));
    lowest[i] = i === 0 ? opening[0]! : Math.min(lowest[i - 1]!, opening[i]!);
  }
  const base = Math.max(opening[0]!, 1e-3);
  const coverage = 1 - lowest[SAMPLES - 1]! / base;
  const miss = coverage - target.coverage;
  let loss = COVERAGE_WEIGHT * miss * miss;
  rendered.fill(0);
  slopeOfLowest.fill(0);
  slopeOfLowest[SAMPLES - 1] = (-2 * COVERAGE_WEIGHT * miss) / base;
  if (!target.isOutline) {
    for (let i = 0; i + 1 < SAMPLES; i++) {
      const weight = (lowest[i]! - lowest[i + 1]!) / base;
      for (let k = 0; k < 3; k++) rendered[k] = rendered[k]! + weight * units[i * 3 + k]!;
    }
    for (let k = 0; k < 3; k++) {
      const off = rendered[k]! - coverage * target.normal[k]!;
      loss += NORMAL_WEIGHT * off * off;
      pull[k] = 2 * NORMAL_WEIGHT * off;
    }
    for (let i = 0; i + 1 < SAMPLES; i++) {
      const weight = (lowest[i]! - lowest[i + 1]!) / base;
      let along = 0;
      let shift = 0;
      for (let k = 0; k < 3; k++) {
        along += pull[k]! * units[i * 3 + k]!;
        shift += pull[k]! * (units[i * 3 + k]! - target.normal[k]!);
      }
      slopeOfLowest[i] = slopeOfLowest[i]! + shift / base;
      slopeOfLowest[i + 1] = slopeOfLowest[i + 1]! - shift / base;
      if (weight === 0) continue;
      const scale = weight / lengths[i]!;
      addSlope(
        gradient,
        i,
        sy,
        sz,
        scale * (pull[0]! - along * units[i * 3]!),
        scale * (pull[1]! - along * units[i * 3 + 1]!),
        scale * (pull[2]! - along * units[i * 3 + 2]!),
      );
    }
  }
  // M_i is Φ of the sample that set it: what later minima owe goes back to that one.
  let owed = 0;
  for (let i = SAMPLES - 1; i >= 0; i--) {
    owed += slopeOfLowest[i]!;
    if (i > 0 && opening[i]! > lowest[i - 1]!) continue;
    const slope = owed * sharpness * opening[i]! * (1 - opening[i]!) * spacing;
    owed = 0;
    if (slope !== 0) addValue(gradient, i, sy, sz, slope);
  }
  return loss;
}

/** `slope` = d loss / dφ at sample i, shared among the corners of its cell. */
function addValue(gradient: Float32Array, i: number, sy: number, sz: number, slope: number): void {
  const at = cells[i]!;
  const [fx, fy, fz] = [fractions[i * 3]!, fractions[i * 3 + 1]!, fractions[i * 3 + 2]!];
  for (let corner = 0; corner < 8; corner++) {
    const [cx, cy, cz] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight = (cx ? fx : 1 - fx) * (cy ? fy : 1 - fy) * (cz ? fz : 1 - fz);
    const to = at + cx + cy * sy + cz * sz;
    gradient[to] = gradient[to]! + weight * slope;
  }
}

/** (gx, gy, gz) = d loss / d∇φ at sample i, with ∇φ per metre; per cell of φ that is the same number. */
function addSlope(
  gradient: Float32Array,
  i: number,
  sy: number,
  sz: number,
  gx: number,
  gy: number,
  gz: number,
): void {
  const at = cells[i]!;
  const [fx, fy, fz] = [fractions[i * 3]!, fractions[i * 3 + 1]!, fractions[i * 3 + 2]!];
  for (let corner = 0; corner < 8; corner++) {
    const [cx, cy, cz] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const [wx, wy, wz] = [cx ? fx : 1 - fx, cy ? fy : 1 - fy, cz ? fz : 1 - fz];
    const to = at + cx + cy * sy + cz * sz;
    gradient[to] =
      gradient[to]! +
      gx * (cx ? wy * wz : -wy * wz) +
      gy * (cy ? wx * wz : -wx * wz) +
      gz * (cz ? wx * wy : -wx * wy);
  }
}
