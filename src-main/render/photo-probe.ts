/**
 * The photo as a texture: what colour the photo shows at a point of the head, and how far that can be trusted.
 *
 * In: photo (H, W, 4) sRGB, person mask (H, W), camera, head mesh (head frame); later points and unit normals (N, 3),
 * head frame. Out: colours (N, 3) sRGB in [0, 1] and weights (N) in [0, 1].
 * Weight = visibility (depth test, {@link testVisibility}) × smoothstep of the angle's cosine × eroded mask. The photo is
 * cropped around the head and reduced to the density it is asked for, so that sampling it bilinearly does not alias.
 * This is the photo carry-over of the method (method.md §3); the paper conditions on the input view only as a whole.
 */
import { type Camera, cropCamera, projectPoints, resizeCamera } from '../camera/camera.ts';
import type { Points } from '../camera/frames.ts';
import { cropImage, rgbRaster } from '../image/convert-image.ts';
import { gaussianBlur } from '../image/gaussian-blur.ts';
import { createRaster, type ImageRgba, type Raster } from '../image/image.ts';
import { resizeRaster } from '../image/resize-image.ts';
import { sampleBilinear, sampleBilinearInto } from '../image/sample-bilinear.ts';
import type { TriangleMesh } from '../mesh/mesh.ts';
import { rasterise } from './rasterise.ts';
import { facingCosines, testVisibility } from './visibility.ts';

export type PhotoProbe = {
  /** The photo's camera, cropped around the head and scaled. */
  camera: Camera;
  /** (H, W, 3) sRGB in [0, 1]. */
  colour: Raster;
  /** (H, W, 1) in [0, 1]: the person mask. */
  mask: Raster;
  /** (H, W, 1) in [0, 1]: 1 well inside the person. */
  inside: Raster;
  /** (H, W) m, depth of the mesh. */
  depth: Float32Array;
  /** (H, W) triangle of the mesh, −1 where nothing is. */
  triangleIds: Int32Array;
  /** Mean depth of the mesh, m. */
  depthM: number;
  /** Cosines of surface angle between which the weight rises. */
  grazingCosines: readonly [number, number];
};

export type PhotoSource = {
  image: ImageRgba;
  /** (H, W) uint8 of the photo's size, 255 = person. */
  maskAlpha: Uint8Array;
  camera: Camera;
  mesh: TriangleMesh;
  /** Density that the result is wanted in, px per metre of head. */
  pxPerM: number;
  /** What to keep around the mesh, m; hair stands off a bald one. */
  marginM?: number;
};

export type ProbedColours = { colours: Float32Array; weights: Float32Array };

/** A border of background colour of this width is kept off the head, m: matting of hair is about 2 mm soft. */
const MASK_BORDER_M = 0.0025;
/** Cosine of surface angle between which the photo's weight rises: at 86° it smears, at 72° it is full. */
export const GRAZING_COSINES = [0.07, 0.3] as const;
/** Least side of the depth map, px: with fewer, ears leak onto the cheek behind them. */
const SIDE_MIN_PX = 384;
/** Largest side, px: 4 floats a pixel, 64 MB. */
const SIDE_MAX_PX = 2048;

export function createPhotoProbe(source: PhotoSource): PhotoProbe {
  const box = headBox(source);
  const cropped = cropCamera(source.camera, box.x, box.y, box.widthPx, box.heightPx);
  const scale = probeScale(source, box);
  const widthPx = Math.max(1, Math.round(box.widthPx * scale));
  const heightPx = Math.max(1, Math.round(box.heightPx * scale));
  const camera = resizeCamera(cropped, widthPx, heightPx);
  const colour = rgbRaster(cropImage(source.image, box.x, box.y, box.widthPx, box.heightPx));
  const mask = createRaster(box.widthPx, box.heightPx, 1);
  for (let y = 0; y < box.heightPx; y++) {
    for (let x = 0; x < box.widthPx; x++) {
      const from = (box.y + y) * source.image.widthPx + box.x + x;
      mask.values[y * box.widthPx + x] = source.maskAlpha[from]! / 255;
    }
  }
  const maskReduced = resizeRaster(mask, widthPx, heightPx);
  const { depth, triangleIds } = rasterise(source.mesh, camera);
  const borderPx = (MASK_BORDER_M * Math.min(...camera.focalPx)) / box.depthM;
  return {
    camera,
    colour: resizeRaster(colour, widthPx, heightPx),
    mask: maskReduced,
    inside: erodeSoftly(maskReduced, borderPx),
    depth,
    triangleIds,
    depthM: box.depthM,
    grazingCosines: GRAZING_COSINES,
  };
}

export function probePhoto(
  probe: PhotoProbe,
  pointsHead: Points<'Head'>,
  normalsHead: Float32Array,
): ProbedColours {
  const { camera } = probe;
  const projected = projectPoints(camera, pointsHead);
  const cosines = facingCosines(pointsHead, normalsHead, camera);
  const weights = testVisibility(pointsHead, normalsHead, { camera, depth: probe.depth });
  const colours = new Float32Array(pointsHead.length);
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    const u = projected[i * 3]!;
    const v = projected[i * 3 + 1]!;
    sampleBilinearInto(probe.colour, u, v, colours, i * 3);
    const facing = smoothstep(probe.grazingCosines[0], probe.grazingCosines[1], cosines[i]!);
    weights[i] = weights[i]! * facing * sampleBilinear(probe.inside, u, v);
  }
  return { colours, weights };
}

/** The same probe, but points up to `reachM` beside a gap that the photo looks through count as seen in it. */
export function widenGaps(probe: PhotoProbe, reachM: number): PhotoProbe {
  const { widthPx, heightPx } = probe.camera;
  const reachPx = Math.ceil((reachM * Math.max(...probe.camera.focalPx)) / probe.depthM);
  const along = (
    source: Float32Array,
    step: number,
    isInside: (i: number, offset: number) => boolean,
  ): Float32Array =>
    source.map((_, i) => {
      let farthest = 0;
      for (let k = -reachPx; k <= reachPx; k++) {
        if (isInside(i, k)) farthest = Math.max(farthest, source[i + k * step]!);
      }
      return farthest;
    });
  const rows = along(probe.depth, 1, (i, k) => (i % widthPx) + k >= 0 && (i % widthPx) + k < widthPx);
  const depth = along(rows, widthPx, (i, k) => i + k * widthPx >= 0 && i + k * widthPx < widthPx * heightPx);
  return { ...probe, depth };
}

/** 0 up to `from`, 1 from `to` on, smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

type HeadBox = { x: number; y: number; widthPx: number; heightPx: number; depthM: number };

/** Rectangle of the photo that the mesh covers. */
function headBox(source: PhotoSource): HeadBox {
  const projected = projectPoints(source.camera, source.mesh.positionsHead);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let depthSum = 0;
  for (let i = 0; i < projected.length; i += 3) {
    left = Math.min(left, projected[i]!);
    right = Math.max(right, projected[i]!);
    top = Math.min(top, projected[i + 1]!);
    bottom = Math.max(bottom, projected[i + 1]!);
    depthSum += projected[i + 2]!;
  }
  const depthM = depthSum / (projected.length / 3);
  // Two pixels more, for bilinear sampling at the edge.
  const margin = 2 + ((source.marginM ?? 0) * Math.max(...source.camera.focalPx)) / depthM;
  const x = Math.max(0, Math.floor(left - margin));
  const y = Math.max(0, Math.floor(top - margin));
  const widthPx = Math.min(source.image.widthPx, Math.ceil(right + margin)) - x;
  const heightPx = Math.min(source.image.heightPx, Math.ceil(bottom + margin)) - y;
  if (!(widthPx > 0 && heightPx > 0)) {
    throw new RangeError(`the head lies outside the photo: x ${left}…${right}, y ${top}…${bottom} px`);
  }
  return { x, y, widthPx, heightPx, depthM };
}

function probeScale(source: PhotoSource, box: HeadBox): number {
  const photoPxPerM = Math.min(...source.camera.focalPx) / box.depthM;
  const longest = Math.max(box.widthPx, box.heightPx);
  const wanted = Math.min(1, source.pxPerM / photoPxPerM);
  return Math.min(SIDE_MAX_PX / longest, Math.max(wanted, SIDE_MIN_PX / longest));
}

/** A blurred straight edge is 0.5 on the edge and 0.98 two sigmas inside. */
function erodeSoftly(mask: Raster, borderPx: number): Raster {
  const blurred = gaussianBlur(mask, borderPx);
  blurred.values.forEach((value, i) => (blurred.values[i] = smoothstep(0.7, 0.98, value)));
  return blurred;
}
