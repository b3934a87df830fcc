/**
 * A pinhole camera. Pixel centres lie at +0.5, (0, 0) is the top-left corner of the image, rows grow downwards:
 * u = cx − fx·x/z, v = cy + fy·y/z for a point (x, y, z) of the Camera frame with z < 0.
 */
import { invertPose, type Points, type Pose, transformPoints } from './frames.ts';

export type Camera = {
  widthPx: number;
  heightPx: number;
  /** Focal lengths [fx, fy], px. */
  focalPx: readonly [number, number];
  /** Principal point [cx, cy], px from the top-left corner. */
  centrePx: readonly [number, number];
  cameraFromHead: Pose<'Camera', 'Head'>;
};

/** (N, 3) head-frame points → (N, 3): u px, v px, depth = −z m (positive in front of the camera). */
export function projectPoints(camera: Camera, pointsHead: Points<'Head'>): Float32Array {
  const out = transformPoints(camera.cameraFromHead, pointsHead);
  const [fx, fy] = camera.focalPx;
  const [cx, cy] = camera.centrePx;
  for (let i = 0; i < out.length; i += 3) {
    const depth = -out[i + 2]!;
    out[i] = cx + (fx * out[i]!) / depth;
    out[i + 1] = cy - (fy * out[i + 1]!) / depth;
    out[i + 2] = depth;
  }
  return out;
}

/** The reverse of {@link projectPoints}: (N, 3) u px, v px, depth m → (N, 3) head-frame points. */
export function unprojectPoints(camera: Camera, pixels: Float32Array): Points<'Head'> {
  const [fx, fy] = camera.focalPx;
  const [cx, cy] = camera.centrePx;
  const pointsCamera: Points<'Camera'> = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    const depth = pixels[i + 2]!;
    pointsCamera[i] = ((pixels[i]! - cx) * depth) / fx;
    pointsCamera[i + 1] = ((cy - pixels[i + 1]!) * depth) / fy;
    pointsCamera[i + 2] = -depth;
  }
  return transformPoints(invertPose(camera.cameraFromHead), pointsCamera);
}

/** The camera's centre in the head frame, m. */
export function cameraCentreHead(camera: Camera): [number, number, number] {
  const m = camera.cameraFromHead;
  const at = (column: number): number =>
    -(m[column * 4]! * m[12]! + m[column * 4 + 1]! * m[13]! + m[column * 4 + 2]! * m[14]!);
  return [at(0), at(1), at(2)];
}

/** The same camera for an image of another size (same field of view; the aspect may change). */
export function resizeCamera(camera: Camera, widthPx: number, heightPx: number): Camera {
  const sx = widthPx / camera.widthPx;
  const sy = heightPx / camera.heightPx;
  return {
    widthPx,
    heightPx,
    focalPx: [camera.focalPx[0] * sx, camera.focalPx[1] * sy],
    centrePx: [camera.centrePx[0] * sx, camera.centrePx[1] * sy],
    cameraFromHead: camera.cameraFromHead,
  };
}

/** The same camera for a rectangle of its image (top-left corner `xPx`, `yPx`; it may reach over the border). */
export function cropCamera(
  camera: Camera,
  xPx: number,
  yPx: number,
  widthPx: number,
  heightPx: number,
): Camera {
  const [cx, cy] = camera.centrePx;
  return { ...camera, widthPx, heightPx, centrePx: [cx - xPx, cy - yPx] };
}

/**
 * A camera at `eyeHead` (m) looking at `targetHead`, +Y up, with focal length `focalPx`, principal point centred.
 * Looking straight up or down, where +Y cannot be up, the face (+Z) points down or up in the image.
 */
export function lookAtCamera(options: {
  eyeHead: readonly [number, number, number];
  targetHead: readonly [number, number, number];
  focalPx: number;
  widthPx: number;
  heightPx: number;
}): Camera {
  const { eyeHead: e, targetHead: t } = options;
  const back = normalise([e[0] - t[0], e[1] - t[1], e[2] - t[2]]);
  const isVertical = Math.hypot(back[0], back[2]) < 1e-6;
  const right = isVertical ? ([1, 0, 0] as const) : normalise(cross([0, 1, 0], back));
  const up = cross(back, right);
  const rows = [right, up, back];
  const m = new Float64Array(16);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) m[column * 4 + row] = rows[row]![column]!;
    m[12 + row] = -(rows[row]![0]! * e[0] + rows[row]![1]! * e[1] + rows[row]![2]! * e[2]);
  }
  m[15] = 1;
  return {
    widthPx: options.widthPx,
    heightPx: options.heightPx,
    focalPx: [options.focalPx, options.focalPx],
    centrePx: [options.widthPx / 2, options.heightPx / 2],
    cameraFromHead: m as Pose<'Camera', 'Head'>,
  };
}

function cross(a: readonly number[], b: readonly number[]): [number, number, number] {
  return [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
}

function normalise(a: readonly number[]): [number, number, number] {
  const length = Math.hypot(a[0]!, a[1]!, a[2]!);
  return [a[0]! / length, a[1]! / length, a[2]! / length];
}
