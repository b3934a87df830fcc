/**
 * A picture of a textured mesh with an anti-aliased outline: contact sheets, sample pictures, evaluation views.
 *
 * In: mesh (head frame), texture coordinates, base colour (S, S, 4) sRGB, camera. Out: (H, W, 4) sRGB of the camera's
 * size, alpha = coverage. Unlit by default, as the base colour carries the light of the photo; `ambient` < 1 adds a
 * headlight so that the form shows. Each triangle is read from the mip level whose texels are about as large as its
 * pixels, bilinearly.
 */
import { type Camera, resizeCamera } from '../camera/camera.ts';
import { createImage, type ImageRgba } from '../image/image.ts';
import type { TriangleMesh } from '../mesh/mesh.ts';
import { vertexNormals } from '../mesh/vertex-normals.ts';
import { downsampleImage } from './downsample-image.ts';
import { interpolate } from './interpolate.ts';
import { rasterise } from './rasterise.ts';
import type { UvTriangles } from './texel-fragments.ts';
import { facingCosines } from './visibility.ts';

export type RenderOptions = {
  /** Samples along a pixel's side. */
  supersample?: number;
  /** Share of light that does not depend on the surface's direction; 1 = unlit. */
  ambient?: number;
  /** Leaves out what is seen from behind, as viewers of glTF do: the inside of a neck that is open at the bottom. */
  cullBack?: boolean;
};
/** 2 × 2 samples: five grades of coverage, enough for an outline at 512 px. */
export const RENDER_DEFAULTS = {
  supersample: 2,
  ambient: 1,
  cullBack: false,
} as const satisfies RenderOptions;

export function renderTextured(
  mesh: TriangleMesh,
  uvSet: UvTriangles,
  baseColour: ImageRgba,
  camera: Camera,
  options: RenderOptions = {},
): ImageRgba {
  const { supersample, ambient, cullBack } = { ...RENDER_DEFAULTS, ...options };
  const fine = resizeCamera(camera, camera.widthPx * supersample, camera.heightPx * supersample);
  const fragments = rasterise(mesh, fine, { cullBack });
  const uv = interpolate(fragments, uvSet.triangleUvs, uvSet.uvs, 2);
  const light = ambient < 1 ? headlight(mesh, fine, ambient) : null;
  const shade = light === null ? null : interpolate(fragments, mesh.triangles, light, 1);
  const mips = buildMips(baseColour);
  const levels = triangleLevels(mesh, uvSet, baseColour.widthPx, fine, mips.length);
  const out = createImage(fine.widthPx, fine.heightPx);
  const colour = new Float64Array(3);
  for (let i = 0; i < fragments.triangleIds.length; i++) {
    const id = fragments.triangleIds[i]!;
    if (id < 0) continue;
    sampleBilinear(mips[levels[id]!]!, uv.values[2 * i]!, uv.values[2 * i + 1]!, colour);
    const factor = shade === null ? 1 : shade.values[i]!;
    for (let c = 0; c < 3; c++) out.rgbaSrgb[i * 4 + c] = colour[c]! * factor;
    out.rgbaSrgb[i * 4 + 3] = 255;
  }
  return downsampleImage(out, supersample);
}

/** (N) light from the camera's place, applied to sRGB values: a looking aid, not photometry. */
function headlight(mesh: TriangleMesh, camera: Camera, ambient: number): Float32Array {
  const cosines = facingCosines(mesh.positionsHead, vertexNormals(mesh), camera);
  return cosines.map((cosine) => ambient + (1 - ambient) * Math.max(0, cosine));
}

/** Full size first, then halves down to 1 px; block means in sRGB (texture filtering, not anti-aliasing of edges). */
function buildMips(image: ImageRgba): ImageRgba[] {
  const mips = [image];
  for (let last = image; last.widthPx > 1 && last.heightPx > 1; mips.push(last)) {
    const half = createImage(last.widthPx >> 1, last.heightPx >> 1);
    for (let y = 0, o = 0; y < half.heightPx; y++) {
      for (let x = 0; x < half.widthPx; x++, o += 4) {
        const i = (2 * y * last.widthPx + 2 * x) * 4;
        const below = i + last.widthPx * 4;
        for (let c = 0; c < 4; c++) {
          const source = last.rgbaSrgb;
          half.rgbaSrgb[o + c] =
            (source[i + c]! + source[i + 4 + c]! + source[below + c]! + source[below + 4 + c]!) / 4;
        }
      }
    }
    last = half;
  }
  return mips;
}

/** (F) mip level at which a texel covers about one pixel, from the ratio of areas in the map and on screen. */
function triangleLevels(
  mesh: TriangleMesh,
  uvSet: UvTriangles,
  sizePx: number,
  camera: Camera,
  levelCount: number,
): Uint8Array {
  const { positionsHead: p, triangles } = mesh;
  const { uvs, triangleUvs } = uvSet;
  const levels = new Uint8Array(triangles.length / 3);
  const m = camera.cameraFromHead;
  for (let t = 0; t < triangles.length; t += 3) {
    const screen: number[] = [];
    const texels: number[] = [];
    for (let k = 0; k < 3; k++) {
      const i = triangles[t + k]! * 3;
      const [x, y, z] = [p[i]!, p[i + 1]!, p[i + 2]!];
      const depth = -(m[2]! * x + m[6]! * y + m[10]! * z + m[14]!);
      screen.push(
        (camera.focalPx[0] * (m[0]! * x + m[4]! * y + m[8]! * z + m[12]!)) / depth,
        (camera.focalPx[1] * (m[1]! * x + m[5]! * y + m[9]! * z + m[13]!)) / depth,
      );
      const uv = triangleUvs[t + k]! * 2;
      texels.push(uvs[uv]! * sizePx, uvs[uv + 1]! * sizePx);
    }
    const ratio = doubleArea(texels) / Math.max(doubleArea(screen), 1e-9);
    levels[t / 3] = Math.min(levelCount - 1, Math.max(0, Math.round(Math.log2(Math.max(ratio, 1e-9)) / 2)));
  }
  return levels;
}

function doubleArea(xy: readonly number[]): number {
  return Math.abs((xy[2]! - xy[0]!) * (xy[5]! - xy[1]!) - (xy[4]! - xy[0]!) * (xy[3]! - xy[1]!));
}

/** Colour at glTF uv, clamped at the border, into `out` (3). */
function sampleBilinear(image: ImageRgba, u: number, v: number, out: Float64Array): void {
  const { widthPx, heightPx, rgbaSrgb } = image;
  const x = Math.min(widthPx - 1, Math.max(0, u * widthPx - 0.5));
  const y = Math.min(heightPx - 1, Math.max(0, v * heightPx - 0.5));
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const a = (y0 * widthPx + x0) * 4;
  const b = x0 + 1 < widthPx ? a + 4 : a;
  const down = y0 + 1 < heightPx ? widthPx * 4 : 0;
  for (let c = 0; c < 3; c++) {
    const above = rgbaSrgb[a + c]! * (1 - fx) + rgbaSrgb[b + c]! * fx;
    const under = rgbaSrgb[a + down + c]! * (1 - fx) + rgbaSrgb[b + down + c]! * fx;
    out[c] = above * (1 - fy) + under * fy;
  }
}
