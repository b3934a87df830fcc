/**
 * The network's head, moved to where M's face is.
 *
 * In: planes (V, 7, S, S) as the network made them, in [−1, 1]; conditions (V + 1, S, S, 22) with M's normals and places; the photo's
 * camera. Out: the planes of the same head standing at M; colours, coverage and normals keep their values.
 * A photo does not tell how far away a head is, so training laid its truth over M by the eyes, and took the corners of the lids to lie as
 * deep as the eyeballs' centres: they lie 1 cm before them. Packs of that time draw every head up to 1 cm before M, towards the
 * photo's camera and smaller by as much, so that the photo stays the same. How far is measured, not assumed: packs of other data stand elsewhere.
 */
import { type Camera, cameraCentreHead } from '../../../camera/camera.ts';
import { viewRig } from '../../../camera/view-rig.ts';
import { cubicTaps, resamplePlanes } from '../../../image/enlarge-planes.ts';
import { CHANNEL, CONDITION_CHANNELS, type Conditions, HALF_EXTENT_M } from './render-conditions.ts';

/** Where the head is looked for, m before M. */
const ADVANCES_M = Array.from({ length: 12 }, (_, k) => 0.002 * (k - 2));
/** The face: before this plane of the head, from chin to brows, m. There M has no hair and is known best. */
const FACE_Z_M = 0.04;
const FACE_Y_M = [-0.09, 0.05] as const;
/** Squared distance of two unit normals (41°) from which they say nothing of the place: a fringe, glasses. */
const OTHER_SURFACE = 0.5;
/** Less than this much of the face, px, is not enough to measure by. */
const FACE_PX = 200;

type Asked = Pick<Conditions, 'conditions' | 'crop'>;

export function placeHead(planes: Float32Array, views: number, sizePx: number, asked: Asked): Float32Array {
  const advanceM = findAdvance(planes, views, sizePx, asked);
  const length = planes.length / views;
  const out = new Float32Array(planes.length);
  viewRig(views, sizePx).forEach(({ camera }, view) => {
    const part = planes.subarray(view * length, (view + 1) * length);
    out.set(drawBack(part, camera, asked.crop.camera, advanceM), view * length);
  });
  return out;
}

/** How far, m, the head stands before M: where its normals fit M's over the face best. */
export function findAdvance(
  planes: Float32Array,
  views: number,
  sizePx: number,
  { conditions, crop }: Asked,
): number {
  const plane = sizePx * sizePx;
  const costs = ADVANCES_M.map(() => 0);
  let count = 0;
  viewRig(views, sizePx).forEach(({ camera }, view) => {
    const known = conditions.subarray(
      view * plane * CONDITION_CHANNELS,
      (view + 1) * plane * CONDITION_CHANNELS,
    );
    const face = facePixels(known);
    count += face.length;
    if (face.length === 0) return;
    const normals = planes.subarray((view * 7 + 4) * plane, (view * 7 + 7) * plane);
    ADVANCES_M.forEach((advanceM, k) => {
      const moved = drawBack(normals, camera, crop.camera, advanceM);
      for (const pixel of face) {
        let square = 0;
        for (let c = 0; c < 3; c++) {
          const own = known[pixel * CONDITION_CHANNELS + CHANNEL.normal + c]! / 127.5 - 1;
          square += (moved[c * plane + pixel]! - own) ** 2;
        }
        costs[k] = costs[k]! + Math.min(square, OTHER_SURFACE);
      }
    });
  });
  const best = costs.indexOf(Math.min(...costs));
  // At either end nothing was found.
  if (count < FACE_PX || best === 0 || best === costs.length - 1) return 0;
  const [before, least, after] = [costs[best - 1]!, costs[best]!, costs[best + 1]!];
  const step = ADVANCES_M[1]! - ADVANCES_M[0]!;
  return ADVANCES_M[best]! + (0.5 * step * (before - after)) / (before - 2 * least + after);
}

/** Pixels of one view's conditions that show M's face. */
function facePixels(known: Uint8Array): number[] {
  const out: number[] = [];
  for (let pixel = 0; pixel < known.length / CONDITION_CHANNELS; pixel++) {
    const at = pixel * CONDITION_CHANNELS;
    if (known[at + CHANNEL.mask] !== 255) continue;
    const [y, z] = [1, 2].map((c) => (known[at + CHANNEL.position + c]! / 127.5 - 1) * HALF_EXTENT_M);
    if (z! > FACE_Z_M && y! > FACE_Y_M[0] && y! < FACE_Y_M[1]) out.push(pixel);
  }
  return out;
}

/**
 * Planes (C, S, S) of a head that stands `advanceM` before M, as they look of M: exact in the plane through the head's origin. A
 * point X at M is drawn at X + a (P − X), with P the photo's camera and a = advance / distance of P.
 */
function drawBack(planes: Float32Array, camera: Camera, photoCamera: Camera, advanceM: number): Float32Array {
  const photo = cameraCentreHead(photoCamera);
  const share = advanceM / Math.hypot(...photo);
  const m = camera.cameraFromHead;
  const size = camera.widthPx;
  const distance = -m[14]!;
  const [x, y, z] = [0, 1, 2].map((r) => m[r]! * photo[0] + m[4 + r]! * photo[1] + m[8 + r]! * photo[2]) as [
    number,
    number,
    number,
  ];
  const nearer = 1 - (share * z) / distance;
  const perM = camera.focalPx[0] / distance / nearer;
  const taps = (shift: number): ReturnType<typeof cubicTaps> =>
    cubicTaps(size, size, (i) => ((i + 0.5 - size / 2) * (1 - share)) / nearer + size / 2 - 0.5 + shift);
  return resamplePlanes(planes, size, taps(perM * share * x), taps(-perM * share * y));
}
