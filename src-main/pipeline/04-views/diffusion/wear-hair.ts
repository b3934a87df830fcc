/**
 * Hair that the photo shows beside face and neck, laid over what the network made of a view.
 *
 * In: planes (7, S, S) in [−1, 1] of a view, the proxy that wears that hair ({@link WornHead}), the same view by reprojection. Out: the
 * planes, changed where that hair is in front: it covers, and colour and normal are its own where
 * the network shows no hair, or the photo shows this hair itself.
 * A network may leave away what the photo shows, or draw it in some views alone, and the surface stage carves away what one outline denies.
 */
import { type Camera, cameraCentreHead, resizeCamera } from '../../../camera/camera.ts';
import type { Raster } from '../../../image/image.ts';
import { resizeRaster } from '../../../image/resize-image.ts';
import { smoothstep } from '../../../render/photo-probe.ts';
import { rasterise } from '../../../render/rasterise.ts';
import type { WornHead } from '../hang-hair.ts';
import { hairShareOf } from '../hair-palette.ts';
import type { View } from '../views.ts';
import { readPlanes } from './draw-planes.ts';

/** Cosines between the lines of sight of photo and view, 60° and 30°: below the first the network's guess of it is better than this solid, from the second on the photo's word holds. */
const SAME_SIDE_COSINES = [0.5, 0.87] as const;
/** Samples along a network's pixel. */
const SAMPLES = 4;
/** Share of hair in a colour (hair-palette.ts) from which the network shows hair, and surely: what is between is skin that fades into it. */
const HAIR_SHARES = [0.6, 0.95] as const;

export function wearHair(
  planes: Float32Array,
  sizePx: number,
  worn: WornHead,
  reprojected: View,
  photoCamera: Camera,
): void {
  const evidence = smoothstep(...SAME_SIDE_COSINES, sightCosine(reprojected.camera, photoCamera));
  if (evidence === 0) return;
  const { front, all } = showHanging(worn, reprojected.camera, sizePx);
  const isScalp = findScalp(worn, reprojected.camera, sizePx);
  const own = readPlanes(reprojected, sizePx);
  const photo = resizeRaster(photoRaster(reprojected), sizePx, sizePx).values;
  const plane = sizePx * sizePx;
  for (let i = 0; i < plane; i++) {
    if (all[i] === 0) continue;
    const coverage = (planes[3 * plane + i]! + 1) / 2;
    const colour = [0, 1, 2].map((c) => (planes[c * plane + i]! + 1) / 2);
    const byColour = worn.isUnlikeSkin ? smoothstep(...HAIR_SHARES, hairShareOf(worn.palette, colour)) : 1;
    // Before the scalp the network shows hair, whatever its lights look like.
    const isHair = isScalp[i] === 1 ? 1 : byColour;
    // Behind an ear of M that the network has not, there is hair, too.
    const share =
      evidence *
      (front[i]! * Math.max(1 - coverage * isHair, photo[i]!) + (all[i]! - front[i]!) * (1 - coverage));
    for (const c of [0, 1, 2, 4, 5, 6]) {
      const at = c * plane + i;
      planes[at] = planes[at]! + share * (own[at]! - planes[at]!);
    }
    planes[3 * plane + i] = Math.max(planes[3 * plane + i]!, 2 * evidence * all[i]! - 1);
  }
}

/** (S, S) 1 where M's scalp is behind what hangs. */
function findScalp(
  { mesh, hangsFrom, hairlineDistanceM }: WornHead,
  camera: Camera,
  sizePx: number,
): Uint8Array {
  const triangles = mesh.triangles.subarray(0, 3 * hangsFrom);
  const { triangleIds } = rasterise({ ...mesh, triangles }, resizeCamera(camera, sizePx, sizePx), {
    cullBack: true,
  });
  return Uint8Array.from(triangleIds, (id) =>
    id >= 0 && hairlineDistanceM[triangles[id * 3]!]! > 0 ? 1 : 0,
  );
}

/** (H, W, 1) in [0, 1]: how far pixels are the photo's. */
function photoRaster({ camera, photoWeight }: View): Raster {
  const { widthPx, heightPx } = camera;
  return { widthPx, heightPx, channels: 1, values: Float32Array.from(photoWeight, (weight) => weight / 255) };
}

/** Cosine of the angle at the head's origin between two cameras. */
function sightCosine(a: Camera, b: Camera): number {
  const [from, to] = [cameraCentreHead(a), cameraCentreHead(b)];
  const dot = from[0]! * to[0]! + from[1]! * to[1]! + from[2]! * to[2]!;
  return dot / (Math.hypot(...from) * Math.hypot(...to));
}

type Shown = { front: Float32Array; all: Float32Array };

/** (S, S) in [0, 1] each: share of a pixel in which hanging hair is in front, and in which it is at all. */
function showHanging({ mesh, hangsFrom }: WornHead, camera: Camera, sizePx: number): Shown {
  const side = sizePx * SAMPLES;
  const fine = resizeCamera(camera, side, side);
  const share = (triangles: Uint32Array, from: number): Float32Array => {
    const { triangleIds } = rasterise({ ...mesh, triangles }, fine, { cullBack: true });
    const out = new Float32Array(sizePx * sizePx);
    triangleIds.forEach((id, i) => {
      if (id < from) return;
      const at = Math.floor(i / side / SAMPLES) * sizePx + Math.floor((i % side) / SAMPLES);
      out[at] = out[at]! + 1 / SAMPLES ** 2;
    });
    return out;
  };
  return { front: share(mesh.triangles, hangsFrom), all: share(mesh.triangles.subarray(3 * hangsFrom), 0) };
}
