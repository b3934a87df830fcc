/**
 * Where hair grows on a bald head, from the head's shape alone.
 *
 * In: positions (N, 3) m, head frame. Out: (N) signed distance to the hairline in the sagittal plane, m, positive where
 * hair grows; (N) 1 on an ear.
 * Differs from the paper, which has no hair model: its meshes are bald and its diffusion invents the hair. A head model's
 * own regions were not used, because the views stage has to serve every head model whose mesh M is in the head frame.
 */
import type { Points } from '../../camera/frames.ts';
import { smoothstep } from '../../render/photo-probe.ts';

/**
 * Hairline of the template's mean head, (z, y) m in the head frame, from the nape over the ear to the forehead; seen from
 * the subject's left the scalp lies above and behind it. Read off the mean head in profile.
 */
const HAIRLINE = [
  [-0.2, -0.058],
  [-0.06, -0.046],
  [-0.032, -0.026],
  [0.019, -0.004],
  [0.036, 0.032],
  [0.078, 0.088],
  [0.1, 0.2],
] as const;
/** Height of the crown, distance of the nose tip and of the ears' rims of that head, m: other heads scale by theirs. */
const MEAN_TOP_M = 0.132;
const MEAN_NOSE_M = 0.1145;
const MEAN_EAR_M = 0.083;
/** Box (y, z) m that holds an ear of that head. */
const EAR = { y: [-0.026, 0.045], z: [-0.034, 0.026] } as const;
/** Half width of the skull beside the ear, m, and how it grows with z: what is farther out is ear. */
const SKULL_HALF_WIDTH_M = 0.0635;
const SKULL_WIDENING = 0.15;

export type ScalpZone = { hairlineDistanceM: Float32Array; ear: Float32Array };

export function findScalpZone(positionsHead: Points<'Head'>): ScalpZone {
  const scale = headScale(positionsHead);
  const count = positionsHead.length / 3;
  const hairlineDistanceM = new Float32Array(count);
  const ear = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const x = Math.abs(positionsHead[i * 3]!) / scale.x;
    const y = positionsHead[i * 3 + 1]! / scale.y;
    const z = positionsHead[i * 3 + 2]! / scale.z;
    hairlineDistanceM[i] = distanceToHairline(z, y) * scale.y;
    const skull = SKULL_HALF_WIDTH_M + SKULL_WIDENING * Math.max(0, z);
    const isBeside = y > EAR.y[0] && y < EAR.y[1] && z > EAR.z[0] && z < EAR.z[1];
    // 3 mm wide: the fold where the ear meets the head.
    ear[i] = isBeside ? smoothstep(skull, skull + 0.003, x) : 0;
  }
  return { hairlineDistanceM, ear };
}

function headScale(positionsHead: Points<'Head'>): { x: number; y: number; z: number } {
  let side = 0;
  let top = 0;
  let nose = 0;
  for (let i = 0; i < positionsHead.length; i += 3) {
    top = Math.max(top, positionsHead[i + 1]!);
    if (Math.abs(positionsHead[i + 1]!) > 0.06) continue;
    // The nose tip is the front-most point near the sagittal plane and the ears' height; the ears' rims are widest.
    if (Math.abs(positionsHead[i]!) < 0.02) nose = Math.max(nose, positionsHead[i + 2]!);
    side = Math.max(side, Math.abs(positionsHead[i]!));
  }
  return { x: side / MEAN_EAR_M, y: top / MEAN_TOP_M, z: nose / MEAN_NOSE_M };
}

function distanceToHairline(z: number, y: number): number {
  let nearest = Infinity;
  let side = 1;
  for (let k = 0; k + 1 < HAIRLINE.length; k++) {
    const [z0, y0] = HAIRLINE[k]!;
    const [z1, y1] = HAIRLINE[k + 1]!;
    const [dz, dy] = [z1 - z0, y1 - y0];
    const along = Math.min(1, Math.max(0, ((z - z0) * dz + (y - y0) * dy) / (dz * dz + dy * dy)));
    const distance = Math.hypot(z - z0 - along * dz, y - y0 - along * dy);
    if (distance >= nearest) continue;
    nearest = distance;
    side = (y - y0) * dz - (z - z0) * dy >= 0 ? 1 : -1;
  }
  return side * nearest;
}
