/**
 * What the views say about the slope of the field.
 * in: grid φ (a distance near its zero level), samples of it (B), N views (depth m, normals Head) → out: (B, 4) unit normal, Head,
 * and how well it is known, [0, 1].
 * A sample asks for the normal of the surface where its foot x − φ∇φ lies; a view answers where it sees that spot.
 */
import type { View } from '../04-views/views.ts';
import type { SignedDistanceGrid } from './surface.ts';

/** What a view sees at a foot is that surface when it is this near to it, cells (standard deviation). */
const SAME_PLACE_CELLS = 0.5;
/** Surfaces seen flatter than 75° are left out: a pixel of them is longer than a cell. */
const MIN_COSINE = 0.25;
/** Answers further than 37° from the field's own slope mean another side of a thin part, or a strand that the grid cannot hold. */
const MIN_AGREEMENT = 0.8;
/** Sum of the answers' weights (one view that looks straight at the foot: 1) at which they are believed half. */
const HALF_BELIEVED = 0.3;
/** Power of the answers' coherence |Σ w n| / Σ w: 15° of spread leave 0.87 of the belief, 45° leave 0.25. */
const COHERENCE_POWER = 4;

export function askNormals(
  grid: SignedDistanceGrid,
  samples: Uint32Array,
  views: readonly View[],
): Float32Array {
  const { slopes, feet } = findFeet(grid, samples);
  const answers = new Float32Array(samples.length * 4);
  const samePlace = SAME_PLACE_CELLS * grid.spacing;
  for (const view of views) {
    visitAnswers(view, feet, slopes, samePlace, (at, weight, _, nx, ny, nz) => {
      const to = at * 4;
      answers[to] = answers[to]! + weight * nx;
      answers[to + 1] = answers[to + 1]! + weight * ny;
      answers[to + 2] = answers[to + 2]! + weight * nz;
      answers[to + 3] = answers[to + 3]! + weight;
    });
  }
  for (let at = 0; at < answers.length; at += 4) {
    const length = Math.hypot(answers[at]!, answers[at + 1]!, answers[at + 2]!);
    if (length === 0) continue;
    const weight = answers[at + 3]!;
    for (let k = 0; k < 3; k++) answers[at + k] = answers[at + k]! / length;
    answers[at + 3] = ((length / weight) ** COHERENCE_POWER * weight) / (weight + HALF_BELIEVED);
  }
  return answers;
}

/**
 * How far the surface that views see lies from the zero level, at the foot of each sample.
 * `samePlace`: m, standard deviation within which a view's answer counts → (B, 3): mean offset, m (positive: the views see it
 * deeper inside), standard deviation among the answers, m, and sum of their weights.
 */
export function askDepth(
  grid: SignedDistanceGrid,
  samples: Uint32Array,
  views: readonly View[],
  samePlace: number,
): Float32Array {
  const { slopes, feet } = findFeet(grid, samples);
  const answers = new Float32Array(samples.length * 3);
  for (const view of views) {
    visitAnswers(view, feet, slopes, samePlace, (at, weight, off) => {
      const to = at * 3;
      answers[to] = answers[to]! + weight * off;
      answers[to + 1] = answers[to + 1]! + weight * off * off;
      answers[to + 2] = answers[to + 2]! + weight;
    });
  }
  for (let to = 0; to < answers.length; to += 3) {
    const weight = answers[to + 2]!;
    if (weight === 0) continue;
    const mean = answers[to]! / weight;
    answers[to] = mean;
    answers[to + 1] = Math.sqrt(Math.max(0, answers[to + 1]! / weight - mean * mean));
  }
  return answers;
}

/** (B, 3) unit slopes of φ and nearest points of the surface, Head, m. */
function findFeet(
  { values, size, originHead, spacing }: SignedDistanceGrid,
  samples: Uint32Array,
): { slopes: Float32Array; feet: Float32Array } {
  const [nx, ny] = size;
  const slopes = new Float32Array(samples.length * 3);
  const feet = new Float32Array(samples.length * 3);
  for (let at = 0; at < samples.length; at++) {
    const i = samples[at]!;
    const place = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    const dx = values[i + 1]! - values[i - 1]!;
    const dy = values[i + nx]! - values[i - nx]!;
    const dz = values[i + nx * ny]! - values[i - nx * ny]!;
    const length = Math.hypot(dx, dy, dz) || 1;
    slopes.set([dx / length, dy / length, dz / length], at * 3);
    for (let k = 0; k < 3; k++)
      feet[at * 3 + k] = originHead[k]! + spacing * place[k]! - values[i]! * slopes[at * 3 + k]!;
  }
  return { slopes, feet };
}

/**
 * What one view says: of sample `at`, how much it counts, how far its foot lies outside the surface that is seen there, m, and that
 * surface's normal, Head.
 */
type Answer = (at: number, weight: number, off: number, nx: number, ny: number, nz: number) => void;

function visitAnswers(
  { camera, depth, normalsHead }: View,
  feet: Float32Array,
  slopes: Float32Array,
  samePlace: number,
  visit: Answer,
): void {
  const { widthPx, heightPx, focalPx, centrePx, cameraFromHead: m } = camera;
  for (let at = 0; at < feet.length; at += 3) {
    const [hx, hy, hz] = [feet[at]!, feet[at + 1]!, feet[at + 2]!];
    const x = m[0]! * hx + m[4]! * hy + m[8]! * hz + m[12]!;
    const y = m[1]! * hx + m[5]! * hy + m[9]! * hz + m[13]!;
    const z = -(m[2]! * hx + m[6]! * hy + m[10]! * hz + m[14]!);
    const u = Math.floor(centrePx[0] + (focalPx[0] * x) / z);
    const v = Math.floor(centrePx[1] - (focalPx[1] * y) / z);
    if (!(z > 0 && u >= 0 && v >= 0 && u < widthPx && v < heightPx)) continue;
    const pixel = v * widthPx + u;
    const surface = depth[pixel]!;
    if (surface === 0) continue;
    const nx = normalsHead[pixel * 3]! / 127;
    const ny = normalsHead[pixel * 3 + 1]! / 127;
    const nz = normalsHead[pixel * 3 + 2]! / 127;
    if (nx * slopes[at]! + ny * slopes[at + 1]! + nz * slopes[at + 2]! < MIN_AGREEMENT) continue;
    // Camera-frame normal, and the seen point at the pixel's centre.
    const cx = m[0]! * nx + m[4]! * ny + m[8]! * nz;
    const cy = m[1]! * nx + m[5]! * ny + m[9]! * nz;
    const cz = m[2]! * nx + m[6]! * ny + m[10]! * nz;
    const rayX = (u + 0.5 - centrePx[0]) / focalPx[0];
    const rayY = -(v + 0.5 - centrePx[1]) / focalPx[1];
    const cosine = (cz - cx * rayX - cy * rayY) / Math.sqrt(1 + rayX * rayX + rayY * rayY);
    if (cosine < MIN_COSINE) continue;
    const off = cx * (x - rayX * surface) + cy * (y - rayY * surface) + cz * (surface - z);
    const weight = cosine * cosine * Math.exp(-0.5 * (off / samePlace) ** 2);
    visit(at / 3, weight, off, nx, ny, nz);
  }
}
