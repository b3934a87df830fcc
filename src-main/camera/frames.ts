/**
 * Frames and rigid transforms. `Head` (= glTF): origin between the ears, +X subject's left, +Y up, +Z out of the face,
 * metres. `Camera`: +X right, +Y up, looks along −Z, metres. The only file in which OpenCV-style cameras (+Y down,
 * +Z forward) are converted.
 */
declare const frame: unique symbol;
export type Frame = 'Head' | 'Camera';

/** (N, 3) float32, xyz interleaved, metres, in frame F. */
export type Points<F extends Frame> = Float32Array & { readonly [frame]?: F };

/** (4, 4) float64, column-major. Maps points of From into To. */
export type Pose<To extends Frame, From extends Frame> = Float64Array & {
  readonly [frame]?: [to: To, from: From];
};

/** (N, 3) → (N, 3): `pointsTo = toFromFrom · pointsFrom`. */
export function transformPoints<To extends Frame, From extends Frame>(
  toFromFrom: Pose<To, From>,
  points: Points<NoInfer<From>>,
): Points<To> {
  const m = toFromFrom;
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    const z = points[i + 2]!;
    out[i] = m[0]! * x + m[4]! * y + m[8]! * z + m[12]!;
    out[i + 1] = m[1]! * x + m[5]! * y + m[9]! * z + m[13]!;
    out[i + 2] = m[2]! * x + m[6]! * y + m[10]! * z + m[14]!;
  }
  return out as Points<To>;
}

/** Inverse of a rigid pose (rotation + translation, no scale). */
export function invertPose<To extends Frame, From extends Frame>(pose: Pose<To, From>): Pose<From, To> {
  const m = pose;
  const out = new Float64Array(16);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) out[column * 4 + row] = m[row * 4 + column]!;
  }
  for (let row = 0; row < 3; row++) {
    out[12 + row] = -(out[row]! * m[12]! + out[4 + row]! * m[13]! + out[8 + row]! * m[14]!);
  }
  out[15] = 1;
  return out as Pose<From, To>;
}

/** `aFromB · bFromC`. */
export function composePoses<A extends Frame, B extends Frame, C extends Frame>(
  aFromB: Pose<A, B>,
  bFromC: Pose<B, C>,
): Pose<A, C> {
  const out = new Float64Array(16);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += aFromB[k * 4 + row]! * bFromC[column * 4 + k]!;
      out[column * 4 + row] = sum;
    }
  }
  return out as Pose<A, C>;
}

/**
 * OpenCV's camera frame (+X right, +Y down, +Z forward) ↔ `Camera` (+X right, +Y up, looks along −Z), for a pose into
 * the camera from anywhere. A half turn about +X: negates the second and the third row, and is its own inverse.
 * Principal point and focal lengths are the same numbers in both, as both count pixels from the top-left corner.
 */
export function flipOpenCvPose<From extends Frame>(
  cameraFromOther: Pose<'Camera', From>,
): Pose<'Camera', From> {
  const out = Float64Array.from(cameraFromOther);
  for (let column = 0; column < 4; column++) {
    out[column * 4 + 1] = -out[column * 4 + 1]!;
    out[column * 4 + 2] = -out[column * 4 + 2]!;
  }
  return out as Pose<'Camera', From>;
}
