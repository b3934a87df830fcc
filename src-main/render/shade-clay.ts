/**
 * A picture of a mesh as grey clay: the form without its texture.
 *
 * In: mesh (head frame), camera. Out: (H, W, 4) sRGB, anti-aliased alpha. Lambert with one key light above the camera's
 * left shoulder and a weak fill from the right, smooth normals; a back face is tinted red, as it means a mistake.
 */
import { type Camera, resizeCamera } from '../camera/camera.ts';
import { createImage, type ImageRgba } from '../image/image.ts';
import type { TriangleMesh } from '../mesh/mesh.ts';
import { vertexNormals } from '../mesh/vertex-normals.ts';
import { downsampleImage } from './downsample-image.ts';
import { interpolate } from './interpolate.ts';
import { rasterise } from './rasterise.ts';

/** Unit directions towards the lights, Camera frame, and their strengths: key, fill; the rest is ambient. */
const LIGHTS = [
  { towards: [-0.41, 0.62, 0.67], strength: 0.72 },
  { towards: [0.87, 0.1, 0.48], strength: 0.2 },
] as const;
const AMBIENT = 0.16;
const CLAY_SRGB = [214, 206, 198] as const;
const BACK_SRGB = [200, 60, 50] as const;

export function shadeClay(
  mesh: TriangleMesh,
  camera: Camera,
  options: { supersample?: number } = {},
): ImageRgba {
  const supersample = options.supersample ?? 2;
  const fine = resizeCamera(camera, camera.widthPx * supersample, camera.heightPx * supersample);
  const fragments = rasterise(mesh, fine);
  const normals = interpolate(fragments, mesh.triangles, vertexNormals(mesh), 3).values;
  const positions = interpolate(fragments, mesh.triangles, mesh.positionsHead, 3).values;
  const m = camera.cameraFromHead;
  const out = createImage(fine.widthPx, fine.heightPx);
  for (let i = 0; i < fragments.triangleIds.length; i++) {
    if (fragments.triangleIds[i]! < 0) continue;
    const rotate = (row: number): number =>
      m[row]! * normals[i * 3]! + m[4 + row]! * normals[i * 3 + 1]! + m[8 + row]! * normals[i * 3 + 2]!;
    const n = [rotate(0), rotate(1), rotate(2)] as const;
    const length = Math.hypot(...n) || 1;
    const place = (row: number): number =>
      m[row]! * positions[i * 3]! +
      m[4 + row]! * positions[i * 3 + 1]! +
      m[8 + row]! * positions[i * 3 + 2]! +
      m[12 + row]!;
    const isBack =
      n[0] * place(0) + n[1] * place(1) + n[2] * place(2) >
      0.3 * length * Math.hypot(place(0), place(1), place(2));
    let light = AMBIENT;
    for (const { towards, strength } of LIGHTS) {
      const cosine = (n[0] * towards[0] + n[1] * towards[1] + n[2] * towards[2]) / length;
      light += strength * Math.max(0, cosine);
    }
    const colour = isBack ? BACK_SRGB : CLAY_SRGB;
    for (let c = 0; c < 3; c++) out.rgbaSrgb[i * 4 + c] = colour[c]! * Math.min(1, light) ** (1 / 2.2);
    out.rgbaSrgb[i * 4 + 3] = 255;
  }
  return downsampleImage(out, supersample);
}
