import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { Bounds } from './shown-head.ts';

/** The camera of a photo as `cameras.json` of every head has it: px with pixel centres at +0.5, metres, column-major. */
export type PhotoView = {
  widthPx: number;
  heightPx: number;
  focalPx: readonly [number, number];
  centrePx: readonly [number, number];
  cameraFromHead: readonly number[];
};

/** Where the whole photo lies on the canvas so that it is behind the head, CSS px. */
export type PhotoFrame = { left: number; top: number; width: number; height: number };

/** Of the canvas that the head fills: hair that stands up shall still be in the picture. */
const FILL = 0.78;

export type PhotoCamera = {
  camera: Camera;
  /** Aims at the head and answers where the photo has to lie. Sizes in CSS px. */
  aim(view: PhotoView, bounds: Bounds, canvas: { width: number; height: number }): PhotoFrame;
};

/** Sees the head exactly as the camera of the photo did, near enough that it fills the canvas. */
export function createPhotoCamera(scene: Scene): PhotoCamera {
  const view = Matrix.Identity();
  const camera = new (class extends Camera {
    override _getViewMatrix(): Matrix {
      return view;
    }
  })('photo', Vector3.Zero(), scene, false);
  camera.minZ = 0.01;
  camera.maxZ = 20;
  return {
    camera,
    aim(photo, bounds, canvas) {
      Matrix.FromArrayToRef(photo.cameraFromHead as number[], 0, view);
      const box = projectBox(photo, bounds, view);
      const scale =
        FILL * Math.min(canvas.width / (box.right - box.left), canvas.height / (box.bottom - box.top));
      const frame = {
        left: canvas.width / 2 - (scale * (box.left + box.right)) / 2,
        top: canvas.height / 2 - (scale * (box.top + box.bottom)) / 2,
        width: photo.widthPx * scale,
        height: photo.heightPx * scale,
      };
      camera.freezeProjectionMatrix(projectionOf(photo, frame, scale, canvas, camera.minZ, camera.maxZ));
      camera.getViewMatrix(true);
      return frame;
    },
  };
}

/** Photo px of the corners of the head's box. */
function projectBox(
  { focalPx, centrePx }: PhotoView,
  { low, high }: Bounds,
  view: Matrix,
): { left: number; right: number; top: number; bottom: number } {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const x of [low.x, high.x]) {
    for (const y of [low.y, high.y]) {
      for (const z of [low.z, high.z]) {
        const point = Vector3.TransformCoordinates(new Vector3(x, y, z), view);
        const u = centrePx[0] - (focalPx[0] * point.x) / point.z;
        const v = centrePx[1] + (focalPx[1] * point.y) / point.z;
        box.left = Math.min(box.left, u);
        box.right = Math.max(box.right, u);
        box.top = Math.min(box.top, v);
        box.bottom = Math.max(box.bottom, v);
      }
    }
  }
  return box;
}

/** u = cx − fx·x/z, v = cy + fy·y/z (z < 0) of the photo, laid at `frame` on the canvas, as an OpenGL matrix. */
function projectionOf(
  { focalPx, centrePx }: PhotoView,
  frame: PhotoFrame,
  scale: number,
  canvas: { width: number; height: number },
  near: number,
  far: number,
): Matrix {
  const shiftX = 1 - (2 * (frame.left + scale * centrePx[0])) / canvas.width;
  const shiftY = (2 * (frame.top + scale * centrePx[1])) / canvas.height - 1;
  const depth = 1 / (near - far);
  // prettier-ignore
  return Matrix.FromArray([
    (2 * scale * focalPx[0]) / canvas.width, 0, 0, 0,
    0, (2 * scale * focalPx[1]) / canvas.height, 0, 0,
    shiftX, shiftY, (near + far) * depth, -1,
    0, 0, 2 * near * far * depth, 0,
  ]);
}
