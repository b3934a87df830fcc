/**
 * Cameras of the photo and the views → `cameras.json`, enough to re-project the head without reading our source.
 * in: cameras (px, m) → out: UTF-8 JSON; 4×4 matrices as 16 numbers, column-major; conventions spelled out in the file.
 */
import type { Camera } from '../../camera/camera.ts';
import type { View } from '../04-views/views.ts';

const CONVENTIONS = {
  units: 'metres and pixels',
  headFrame:
    'right-handed: origin between the ears, +X to the left of the subject, +Y up, +Z out of the face (glTF)',
  cameraFrame: 'right-handed: +X right, +Y up, the camera looks along -Z (glTF, OpenGL)',
  cameraFromHead: 'rigid 4x4, 16 numbers in column-major order; pointCamera = cameraFromHead * pointHead',
  projection: 'u = cx - fx * x / z, v = cy + fy * y / z for a camera point with z < 0; no lens distortion',
  pixels: 'origin at the top-left corner of the image, rows downwards, pixel centres at +0.5',
} as const;

export function writeCameras(
  photoCamera: Camera,
  views: readonly { file: string; view: View }[],
): Uint8Array {
  const value = {
    format: 'gen3d-cameras',
    version: 1,
    conventions: CONVENTIONS,
    photo: describe(photoCamera),
    views: views.map(({ file, view }) => ({
      file,
      azimuthDeg: view.azimuthDeg,
      elevationDeg: view.elevationDeg,
      ...describe(view.camera),
    })),
  };
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + '\n');
}

function describe(camera: Camera): Record<string, unknown> {
  return {
    widthPx: camera.widthPx,
    heightPx: camera.heightPx,
    focalPx: camera.focalPx,
    centrePx: camera.centrePx,
    cameraFromHead: [...camera.cameraFromHead],
  };
}
