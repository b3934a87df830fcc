/**
 * A synthetic head as one camera sees it.
 *
 * In: scene, camera of S × S px, supersampling. Out: straight colour continued beyond the silhouette (S, S, 3) sRGB,
 * alpha (S, S), unit normals in the person frame (S, S, 3) (0 where nothing is).
 * Diffuse light from harmonics and a wrapped key light, one Blinn highlight seen from a fixed eye: colours do not depend on
 * the camera, as views that are fused into one texture must not. No cast shadows.
 */
import { type Camera, resizeCamera } from '../../camera/camera.ts';
import { fillUncovered } from '../../image/fill-uncovered.ts';
import { createImage, type ImageRgba } from '../../image/image.ts';
import { encodeSrgbByte } from '../../image/encode-srgb.ts';
import { paintSkin } from './paint-skin.ts';
import { type NeckFloor, NOTHING, rasteriseParts, type Samples } from './rasterise-parts.ts';
import type { Light, Scene, ScenePart } from './scene.ts';

export type Rendering = { image: ImageRgba; normals: Float32Array };

/** sRGB byte → linear (IEC 61966-2-1). */
const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});
/** Alpha from which a pixel lends its colour to its surroundings. */
const LENDING_ALPHA = 0.25;
/** The highlight's lobe, to the power of 18 (skin and hair are rough) by multiplication, as a power costs ten times that. */
function shininess(cosine: number): number {
  const second = cosine * cosine;
  const fourth = second * second;
  const eighth = fourth * fourth;
  return eighth * eighth * second;
}

export function renderScene(
  scene: Scene,
  camera: Camera,
  samplesASide: number,
  floor: NeckFloor | null,
): Rendering {
  const n = samplesASide;
  const { widthPx, heightPx } = camera;
  const samples = rasteriseParts(scene.parts, resizeCamera(camera, widthPx * n, heightPx * n), floor);
  const surfaces = scene.parts.map(surfaceOf);
  const shine = shineOf(scene.light);
  const image = createImage(widthPx, heightPx);
  const normals = new Float32Array(widthPx * heightPx * 3);
  const covered = new Uint8Array(widthPx * heightPx);
  const colour = new Float64Array(6);
  const sum = new Float64Array(6);
  for (let y = 0, pixel = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, pixel++) {
      let hits = 0;
      for (let row = 0; row < n; row++) {
        const first = (y * n + row) * samples.widthPx + x * n;
        for (let at = first; at < first + n; at++) {
          const part = samples.parts[at]!;
          if (part === NOTHING) continue;
          if (hits++ === 0) sum.fill(0);
          shadeSample(surfaces[part]!, shine, samples, at, colour);
          for (let c = 0; c < 6; c++) sum[c] = sum[c]! + colour[c]!;
        }
      }
      if (hits === 0) continue;
      const alpha = hits / (n * n);
      if (alpha >= LENDING_ALPHA) covered[pixel] = 1;
      for (let c = 0; c < 3; c++) image.rgbaSrgb[pixel * 4 + c] = encodeSrgbByte(sum[c]! / hits);
      image.rgbaSrgb[pixel * 4 + 3] = 255 * alpha;
      const length = Math.hypot(sum[3]!, sum[4]!, sum[5]!) || 1;
      for (let c = 0; c < 3; c++) normals[pixel * 3 + c] = sum[3 + c]! / length;
    }
  }
  fillUncovered(image, covered);
  return { image, normals };
}

const albedo = new Float64Array(3);

/** What of a part is read at every sample. All are made here, in one form: reading it from parts of several took half the time. */
type Surface = Pick<
  ScenePart,
  'triangles' | 'normals' | 'uvs' | 'triangleUvs' | 'texture' | 'tint' | 'shade' | 'gloss' | 'paint'
>;

function surfaceOf(part: ScenePart): Surface {
  const { triangles, normals, uvs, triangleUvs, texture, tint, shade, gloss, paint } = part;
  return { triangles, normals, uvs, triangleUvs, texture, tint, shade, gloss, paint };
}

/** A light with the half-way vector of its highlight, not normalised, and that vector's length. */
type Shine = Light & { halfway: readonly [number, number, number]; halfwayLength: number };

function shineOf({ harmonics, keyDirection, key, eye }: Light): Shine {
  const [x, y, z] = [keyDirection[0] + eye[0], keyDirection[1] + eye[1], keyDirection[2] + eye[2]];
  const halfwayLength = Math.sqrt(x * x + y * y + z * z);
  return { harmonics, keyDirection, key, eye, halfway: [x, y, z], halfwayLength };
}

/** Writes linear RGB and the normal of one sample. */
function shadeSample(part: Surface, light: Shine, samples: Samples, at: number, out: Float64Array): void {
  const t = samples.triangles[at]!;
  const wb = samples.weights[at * 2]!;
  const wc = samples.weights[at * 2 + 1]!;
  const wa = 1 - wb - wc;
  const a = part.triangles[t]!;
  const b = part.triangles[t + 1]!;
  const c = part.triangles[t + 2]!;
  const { normals, uvs, triangleUvs } = part;
  let nx = wa * normals[a * 3]! + wb * normals[b * 3]! + wc * normals[c * 3]!;
  let ny = wa * normals[a * 3 + 1]! + wb * normals[b * 3 + 1]! + wc * normals[c * 3 + 1]!;
  let nz = wa * normals[a * 3 + 2]! + wb * normals[b * 3 + 2]! + wc * normals[c * 3 + 2]!;
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
  nx /= length;
  ny /= length;
  nz /= length;
  const ua = triangleUvs[t]! * 2;
  const ub = triangleUvs[t + 1]! * 2;
  const uc = triangleUvs[t + 2]! * 2;
  sampleTexture(
    part.texture,
    wa * uvs[ua]! + wb * uvs[ub]! + wc * uvs[uc]!,
    wa * uvs[ua + 1]! + wb * uvs[ub + 1]! + wc * uvs[uc + 1]!,
  );
  const shade = part.shade === null ? 1 : wa * part.shade[a]! + wb * part.shade[b]! + wc * part.shade[c]!;
  for (let k = 0; k < 3; k++) albedo[k] = albedo[k]! * part.tint[k]! * shade;
  if (part.paint !== null) paintSkin(part.paint, a, b, c, wa, wb, wc, albedo);

  const { harmonics: h, keyDirection: l, key, halfway } = light;
  const facing = nx * l[0] + ny * l[1] + nz * l[2];
  const wrapped = Math.max(0, (facing + 0.25) / 1.25);
  const half = Math.max(0, nx * halfway[0] + ny * halfway[1] + nz * halfway[2]) / light.halfwayLength;
  const highlight = facing > 0 ? part.gloss * shininess(half) : 0;
  for (let k = 0; k < 3; k++) {
    const sky =
      h[k]! +
      h[3 + k]! * ny +
      h[6 + k]! * nz +
      h[9 + k]! * nx +
      h[12 + k]! * nx * ny +
      h[15 + k]! * ny * nz +
      h[18 + k]! * (3 * nz * nz - 1) +
      h[21 + k]! * nx * nz +
      h[24 + k]! * (nx * nx - ny * ny);
    out[k] = albedo[k]! * (Math.max(0.02, sky) + key[k]! * wrapped) + highlight * key[k]!;
  }
  out[3] = nx;
  out[4] = ny;
  out[5] = nz;
}

/** Bilinear and wrapped, linear RGB into `albedo`. */
function sampleTexture(texture: ImageRgba, u: number, v: number): void {
  const { widthPx: w, heightPx: h, rgbaSrgb } = texture;
  const x = (u - Math.floor(u)) * w - 0.5;
  const y = (v - Math.floor(v)) * h - 0.5;
  // From −1 to w − 1, as x begins at −0.5.
  const x0 = Math.floor(x) | 0;
  const y0 = Math.floor(y) | 0;
  const fx = x - x0;
  const fy = y - y0;
  const left = (x0 < 0 ? w - 1 : x0) * 4;
  const right = (x0 + 1 === w ? 0 : x0 + 1) * 4;
  const top = (y0 < 0 ? h - 1 : y0) * w * 4;
  const bottom = (y0 + 1 === h ? 0 : y0 + 1) * w * 4;
  for (let c = 0; c < 3; c++) {
    albedo[c] =
      (LINEAR[rgbaSrgb[top + left + c]!]! * (1 - fx) + LINEAR[rgbaSrgb[top + right + c]!]! * fx) * (1 - fy) +
      (LINEAR[rgbaSrgb[bottom + left + c]!]! * (1 - fx) + LINEAR[rgbaSrgb[bottom + right + c]!]! * fx) * fy;
  }
}
