/**
 * Where hair grows on a bald head, from the head's shape alone.
 *
 * In: positions (N, 3) m, head frame. Out: (N) signed distance to the hairline in the sagittal plane, m, positive where
 * hair grows; (N) 1 on an ear.
 * Differs from the paper, which has no hair model: its meshes are bald and its diffusion invents the hair. A head model's
 * own regions were not used, because the views stage has to serve every head model whose mesh M is in the head frame.
 */
import type { Points } from '../camera/frames.ts';
import { smoothstep } from './photo-probe.ts';

/**
 * Hairline of the template's mean head, (z, y) m in the head frame, from the nape over the ear to the forehead; seen from
 * the subject's left the scalp lies above and behind it. Read off the mean head in profile.
 */
const HAIRLINE = [
  [-0.2, -0.064],
  [-0.062, -0.052],
  [-0.032, -0.034],
  [0.019, -0.01],
  [0.035, 0.028],
  [0.086, 0.086],
  [0.11, 0.2],
] as const;
/** Height of the crown and distance of the nose tip of that head, m: other heads scale by theirs. */
const MEAN_TOP_M = 0.131;
const MEAN_NOSE_M = 0.1275;
/** Nearer to the sagittal plane there is no side of the head, m. */
const BESIDE_M = 0.04;
/** Box (y, z) m that holds an ear of that head. */
const EAR = { y: [-0.037, 0.042], z: [-0.036, 0.025] } as const;
/** Width of the frame around that box from which the skull's own side is learnt, and from where on it begins, m. */
const EAR_FRAME_M = [0.004, 0.018] as const;
/** What stands off the skull's side by this much begins to be ear, and surely is, m. */
const EAR_STANDS_OFF_M = [0.003, 0.007] as const;

/** Standard deviations from an ear's middle that are its hollow, and where that ends: the ear's rim lies at 1.5 to 2. */
const EAR_MIDDLE = [1, 1.3] as const;

export type ScalpZone = { hairlineDistanceM: Float32Array; ear: Float32Array };

export function findScalpZone(positionsHead: Points<'Head'>): ScalpZone {
  const scale = headScale(positionsHead);
  const count = positionsHead.length / 3;
  const hairlineDistanceM = new Float32Array(count);
  const ear = new Float32Array(count);
  const sides = [1, -1].map((sign) => fitSkullSide(positionsHead, scale, sign));
  for (let i = 0; i < count; i++) {
    const y = positionsHead[i * 3 + 1]! / scale.y;
    const z = positionsHead[i * 3 + 2]! / scale.z;
    hairlineDistanceM[i] = distanceToHairline(z, y) * scale.y;
    const isBeside = earFrame(y, z) <= 0 && Math.abs(positionsHead[i * 3]!) > BESIDE_M;
    if (!isBeside) continue;
    const side = sides[positionsHead[i * 3]! > 0 ? 0 : 1]!;
    const skull = sideTerms(y, z).reduce((sum, term, k) => sum + term * side[k]!, 0);
    ear[i] = smoothstep(EAR_STANDS_OFF_M[0], EAR_STANDS_OFF_M[1], Math.abs(positionsHead[i * 3]!) - skull);
  }
  for (const sign of [1, -1]) fillEar(positionsHead, ear, sign);
  return { hairlineDistanceM, ear };
}

type Scale = { y: number; z: number };

function headScale(positionsHead: Points<'Head'>): Scale {
  let top = 0;
  let nose = 0;
  for (let i = 0; i < positionsHead.length; i += 3) {
    top = Math.max(top, positionsHead[i + 1]!);
    if (Math.abs(positionsHead[i + 1]!) > 0.06) continue;
    // The nose tip is the front-most point near the sagittal plane and the ears' height.
    if (Math.abs(positionsHead[i]!) < 0.02) nose = Math.max(nose, positionsHead[i + 2]!);
  }
  return { y: top / MEAN_TOP_M, z: nose / MEAN_NOSE_M };
}

/** Distance outside the box of an ear, m; 0 or less inside. */
function earFrame(y: number, z: number): number {
  return Math.max(EAR.y[0] - y, y - EAR.y[1], EAR.z[0] - z, z - EAR.z[1]);
}

/** What |x| of the skull's side depends on; y and z in the mean head's scale. */
const sideTerms = (y: number, z: number): number[] => [1, y, z, z * z, y * z, y * y];

/**
 * Factors of {@link sideTerms}: the side of the skull, least squares over the frame around an ear. A fixed width took the
 * side of a broad skull for ear, a plane the part behind the ear, where the skull bends inwards, and so did terms up to z²:
 * half of the vertices they found were scalp, which came out as a patch of skin in the hair.
 */
function fitSkullSide(p: Points<'Head'>, scale: Scale, sign: number): number[] {
  const size = sideTerms(0, 0).length;
  const normal = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  for (let i = 0; i < p.length; i += 3) {
    const x = p[i]! * sign;
    const [y, z] = [p[i + 1]! / scale.y, p[i + 2]! / scale.z];
    const outside = earFrame(y, z);
    // Below the box lies the neck, which is narrower.
    if (x < BESIDE_M || y < EAR.y[0] || outside < EAR_FRAME_M[0] || outside > EAR_FRAME_M[1]) continue;
    const row = [...sideTerms(y, z), x];
    for (let r = 0; r < size; r++) {
      for (let c = 0; c <= size; c++) normal[r]![c] = normal[r]![c]! + row[r]! * row[c]!;
    }
  }
  return solveLinear(normal) ?? [Infinity, ...new Array<number>(size - 1).fill(0)];
}

/** The hollow of an ear lies as deep as the skull: what stands off lends its middle to it. Changes `ear` in place. */
function fillEar(p: Points<'Head'>, ear: Float32Array, sign: number): void {
  const isOnSide = (i: number): boolean => p[i * 3]! * sign > BESIDE_M;
  const [sum, sumY, sumZ, sumYy, sumYz, sumZz] = [0, 1, 2, 3, 4, 5].map((k) =>
    ear.reduce((total, share, i) => {
      if (share === 0 || !isOnSide(i)) return total;
      const [y, z] = [p[i * 3 + 1]!, p[i * 3 + 2]!];
      return total + share * [1, y, z, y * y, y * z, z * z][k]!;
    }, 0),
  ) as [number, number, number, number, number, number];
  if (sum === 0) return;
  const [y0, z0] = [sumY / sum, sumZ / sum];
  const [yy, yz, zz] = [sumYy / sum - y0 * y0, sumYz / sum - y0 * z0, sumZz / sum - z0 * z0];
  const determinant = yy * zz - yz * yz;
  if (determinant <= 0) return;
  for (let i = 0; i < ear.length; i++) {
    if (!isOnSide(i)) continue;
    const [y, z] = [p[i * 3 + 1]! - y0, p[i * 3 + 2]! - z0];
    const distance = Math.sqrt((zz * y * y - 2 * yz * y * z + yy * z * z) / determinant);
    ear[i] = Math.max(ear[i]!, 1 - smoothstep(EAR_MIDDLE[0], EAR_MIDDLE[1], distance));
  }
}

/** Gaussian elimination of n equations (n, n + 1); null when they do not determine the unknowns. */
function solveLinear(rows: number[][]): number[] | null {
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.slice(k).reduce((best, row) => (Math.abs(row[k]!) > Math.abs(best[k]!) ? row : best));
    if (Math.abs(pivot[k]!) < 1e-12) return null;
    rows[rows.indexOf(pivot)] = rows[k]!;
    rows[k] = pivot;
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[k]! / pivot[k]!;
      for (let c = k; c <= rows.length; c++) row[c] = row[c]! - factor * pivot[c]!;
    }
  }
  return rows.map((row, k) => row[rows.length]! / row[k]!);
}

function distanceToHairline(z: number, y: number): number {
  let nearest = Infinity;
  let side = 1;
  for (let k = 0; k + 1 < HAIRLINE.length; k++) {
    const z0 = HAIRLINE[k]![0];
    const y0 = HAIRLINE[k]![1];
    const dz = HAIRLINE[k + 1]![0] - z0;
    const dy = HAIRLINE[k + 1]![1] - y0;
    const along = Math.min(1, Math.max(0, ((z - z0) * dz + (y - y0) * dy) / (dz * dz + dy * dy)));
    const distance = Math.hypot(z - z0 - along * dz, y - y0 - along * dy);
    if (distance >= nearest) continue;
    nearest = distance;
    side = (y - y0) * dz - (z - z0) * dy >= 0 ? 1 : -1;
  }
  return side * nearest;
}
