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
  [-0.055, -0.045],
  [-0.028, -0.022],
  [0.019, -0.004],
  [0.036, 0.03],
  [0.076, 0.085],
  [0.1, 0.2],
] as const;
/** Height of the crown and distance of the nose tip of that head, m: other heads scale the line by theirs. */
const MEAN_TOP_M = 0.117;
const MEAN_NOSE_M = 0.111;
/** Centre and half size (x, y, z) m of the box that holds an ear of that head. */
const EAR = { centre: [0.078, -0.002, -0.012], half: [0.018, 0.036, 0.026] } as const;

export type ScalpZone = { hairlineDistanceM: Float32Array; ear: Float32Array };

export function findScalpZone(positionsHead: Points<'Head'>): ScalpZone {
  const scale = headScale(positionsHead);
  const count = positionsHead.length / 3;
  const hairlineDistanceM = new Float32Array(count);
  const ear = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const x = positionsHead[i * 3]! / scale.y;
    const y = positionsHead[i * 3 + 1]! / scale.y;
    const z = positionsHead[i * 3 + 2]! / scale.z;
    hairlineDistanceM[i] = distanceToHairline(z, y) * scale.y;
    const outside = Math.max(
      Math.abs(Math.abs(x) - EAR.centre[0]) / EAR.half[0],
      Math.abs(y - EAR.centre[1]) / EAR.half[1],
      Math.abs(z - EAR.centre[2]) / EAR.half[2],
    );
    ear[i] = 1 - smoothstep(0.9, 1.15, outside);
  }
  return { hairlineDistanceM, ear };
}

function headScale(positionsHead: Points<'Head'>): { y: number; z: number } {
  let top = 0;
  let nose = 0;
  for (let i = 0; i < positionsHead.length; i += 3) {
    top = Math.max(top, positionsHead[i + 1]!);
    // The nose tip: the front-most point near the sagittal plane and the ears' height.
    if (Math.abs(positionsHead[i]!) < 0.02 && Math.abs(positionsHead[i + 1]!) < 0.06) {
      nose = Math.max(nose, positionsHead[i + 2]!);
    }
  }
  return { y: top / MEAN_TOP_M, z: nose / MEAN_NOSE_M };
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
