/**
 * What the fit moves: pose, perspective and coefficients; and the projection of a head point with its derivatives.
 *
 * The translation is kept as image position (a, b) and scale s of the head's origin instead of metres, because then the
 * focal length, which one photo hardly determines, is decoupled from the rest:
 *   q = R·x (camera axes), w = 1 − s·q_z/f, u = cx + (s·q_x + a)/w, v = cy − (s·q_y + b)/w
 * which equals the pinhole of camera/camera.ts with t = (a/s, b/s, −f/s). f → ∞ is weak perspective.
 * Parameter order of a step: ω (3, rad, R ← exp(ω)·R), a, b (px), log s, log f, depth offset (px), then K + E coefficients.
 */
import type { Camera } from '../../camera/camera.ts';
import type { Pose } from '../../camera/frames.ts';

export type FitState = {
  /** (3, 3) row-major, camera axes from head axes. */
  rotation: Float64Array;
  /** Head origin in the image relative to the principal point: a to the right, b upwards, px. */
  originPx: readonly [number, number];
  /** Magnification of the plane through the head's origin, px per m. */
  scalePxPerM: number;
  focalPx: number;
  /** Where the landmark model's relative depth has its zero, px. */
  depthOffsetPx: number;
  /** (K + E): identity (unit variance), then expression weights in [0, 1]. */
  coefficients: Float64Array;
};

/** ω 3, a, b, log s, log f, depth offset. */
export const POSE_PARAMETERS = 8;

/** Image point of a head point with derivatives; reused across calls to spare the garbage collector. */
export type ProjectedPoint = {
  u: number;
  v: number;
  /** −s·q_z + depth offset: the relative depth as the landmark model counts it (negative = towards the camera), px. */
  depthPx: number;
  /** (3, 3) rows u, v, depth; columns x, y, z of the head frame. */
  byHead: Float64Array;
  /** (3, 8) rows u, v, depth; columns the pose parameters. */
  byPose: Float64Array;
};

export function createProjectedPoint(): ProjectedPoint {
  return {
    u: 0,
    v: 0,
    depthPx: 0,
    byHead: new Float64Array(9),
    byPose: new Float64Array(3 * POSE_PARAMETERS),
  };
}

export type ImageFrame = { widthPx: number; heightPx: number };

/** Projects (x, y, z) m of the head frame, with derivatives. */
export function projectWithDerivatives(
  state: FitState,
  image: ImageFrame,
  x: number,
  y: number,
  z: number,
  out: ProjectedPoint,
): void {
  const R = state.rotation;
  const s = state.scalePxPerM;
  const k = 1 / state.focalPx;
  const qx = R[0]! * x + R[1]! * y + R[2]! * z;
  const qy = R[3]! * x + R[4]! * y + R[5]! * z;
  const qz = R[6]! * x + R[7]! * y + R[8]! * z;
  const w = 1 - s * k * qz;
  const px = (s * qx + state.originPx[0]) / w;
  const py = (s * qy + state.originPx[1]) / w;
  out.u = image.widthPx / 2 + px;
  out.v = image.heightPx / 2 - py;
  out.depthPx = state.depthOffsetPx - s * qz;

  const scale = s / w;
  // Rows of d(u, v, depth)/dq.
  const uByZ = px * k * scale;
  const vByZ = -py * k * scale;
  const { byHead, byPose } = out;
  for (let axis = 0; axis < 3; axis++) {
    byHead[axis] = scale * R[axis]! + uByZ * R[6 + axis]!;
    byHead[3 + axis] = -scale * R[3 + axis]! + vByZ * R[6 + axis]!;
    byHead[6 + axis] = -s * R[6 + axis]!;
  }
  // dq = ω × q.
  byPose[0] = uByZ * qy;
  byPose[1] = scale * qz - uByZ * qx;
  byPose[2] = -scale * qy;
  byPose[3] = 1 / w;
  byPose[4] = 0;
  byPose[5] = scale * qx + (px * s * k * qz) / w;
  byPose[6] = (-px * s * k * qz) / w;
  byPose[7] = 0;

  byPose[8] = scale * qz + vByZ * qy;
  byPose[9] = -vByZ * qx;
  byPose[10] = -scale * qx;
  byPose[11] = 0;
  byPose[12] = -1 / w;
  byPose[13] = -scale * qy - (py * s * k * qz) / w;
  byPose[14] = (py * s * k * qz) / w;
  byPose[15] = 0;

  byPose[16] = -s * qy;
  byPose[17] = s * qx;
  byPose[18] = 0;
  byPose[19] = 0;
  byPose[20] = 0;
  byPose[21] = -s * qz;
  byPose[22] = 0;
  byPose[23] = 1;
}

/** Fits no further than this: a focal length below half the picture is a fisheye, above 20 × weak perspective. */
const FOCAL_RANGE = [0.5, 20] as const;

/** `state` after a step; expression weights stay in [0, 1]. A step of 8 moves the pose only. */
export function moveState(
  state: FitState,
  step: Float64Array,
  identityCount: number,
  image: ImageFrame,
): FitState {
  const side = Math.max(image.widthPx, image.heightPx);
  const coefficients = Float64Array.from(state.coefficients);
  for (let i = POSE_PARAMETERS; i < step.length; i++) {
    const k = i - POSE_PARAMETERS;
    const value = coefficients[k]! + step[i]!;
    coefficients[k] = k < identityCount ? value : Math.min(1, Math.max(0, value));
  }
  return {
    rotation: rotate(state.rotation, step[0]!, step[1]!, step[2]!),
    originPx: [state.originPx[0] + step[3]!, state.originPx[1] + step[4]!],
    scalePxPerM: state.scalePxPerM * Math.exp(clamp(step[5]!, -1, 1)),
    focalPx: clamp(
      state.focalPx * Math.exp(clamp(step[6]!, -1, 1)),
      FOCAL_RANGE[0] * side,
      FOCAL_RANGE[1] * side,
    ),
    depthOffsetPx: state.depthOffsetPx + step[7]!,
    coefficients,
  };
}

/** exp(ω)·R by Rodrigues' formula. */
function rotate(R: Float64Array, wx: number, wy: number, wz: number): Float64Array {
  const angle = Math.hypot(wx, wy, wz);
  if (angle < 1e-12) return Float64Array.from(R);
  const sin = Math.sin(angle) / angle;
  const cos = (1 - Math.cos(angle)) / (angle * angle);
  const E = [
    1 - cos * (wy * wy + wz * wz),
    cos * wx * wy - sin * wz,
    cos * wx * wz + sin * wy,
    cos * wx * wy + sin * wz,
    1 - cos * (wx * wx + wz * wz),
    cos * wy * wz - sin * wx,
    cos * wx * wz - sin * wy,
    cos * wy * wz + sin * wx,
    1 - cos * (wx * wx + wy * wy),
  ];
  const out = new Float64Array(9);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      out[row * 3 + column] =
        E[row * 3]! * R[column]! + E[row * 3 + 1]! * R[3 + column]! + E[row * 3 + 2]! * R[6 + column]!;
    }
  }
  return out;
}

/** The state's pose and perspective as a camera in metres. */
export function cameraOf(state: FitState, image: ImageFrame): Camera {
  const R = state.rotation;
  const s = state.scalePxPerM;
  const pose = new Float64Array(16);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) pose[column * 4 + row] = R[row * 3 + column]!;
  }
  pose[12] = state.originPx[0] / s;
  pose[13] = state.originPx[1] / s;
  pose[14] = -state.focalPx / s;
  pose[15] = 1;
  return {
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    focalPx: [state.focalPx, state.focalPx],
    centrePx: [image.widthPx / 2, image.heightPx / 2],
    cameraFromHead: pose as Pose<'Camera', 'Head'>,
  };
}

/** The reverse of {@link cameraOf}: where a fit can start again. The depth offset is left at 0 for the fit to find. */
export function stateOf(camera: Camera, coefficients: Float64Array): FitState {
  const m = camera.cameraFromHead;
  const focalPx = camera.focalPx[0];
  const scalePxPerM = -focalPx / m[14]!;
  return {
    rotation: Float64Array.from({ length: 9 }, (_, i) => m[(i % 3) * 4 + Math.floor(i / 3)]!),
    originPx: [m[12]! * scalePxPerM, m[13]! * scalePxPerM],
    scalePxPerM,
    focalPx,
    depthOffsetPx: 0,
    coefficients,
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
