/**
 * A real portrait through the whole method, and how much the head looks like the picture.
 * picture file → SSIM inside the face between photo and head from the photo's camera, identity distance of the head from
 * the photo seen from there and turned by ±30° and ±60° (128-d network, Euclidean; below 0.6 the same person), wall seconds.
 * Looked at is the fitted, textured head as it is exported, with the photo's expression, unlit.
 */
import { performance } from 'node:perf_hooks';
import { type Camera, cropCamera, projectPoints, resizeCamera } from '../../camera/camera.ts';
import { composePoses, type Pose } from '../../camera/frames.ts';
import { HEAD_SETTINGS_DEFAULTS } from '../../contract/entities.ts';
import { greyRaster, imageFromRaster } from '../../image/convert-image.ts';
import { fillPolygon } from '../../image/fill-polygon.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { Similarity } from '../../image/similarity.ts';
import { warpImage } from '../../image/warp-image.ts';
import { readPhoto } from '../../pipeline/01-photo/read-photo.ts';
import { analysePhoto } from '../../pipeline/02-analyse/analyse-photo.ts';
import { embedIdentity } from '../../pipeline/02-analyse/embed-identity.ts';
import { fitPrior } from '../../pipeline/03-prior/fit-prior.ts';
import { FACE_OVAL } from '../../pipeline/03-prior/landmark-sets.ts';
import { generateViews } from '../../pipeline/04-views/generate-views.ts';
import { reconstructSurface } from '../../pipeline/05-surface/reconstruct-surface.ts';
import { fitHead } from '../../pipeline/06-head/fit-head.ts';
import { bakeTexture } from '../../pipeline/07-texture/bake-texture.ts';
import type { StageContext } from '../../pipeline/stage.ts';
import { findFace, LOOK_PX } from '../../synth/prune/janus-filter.ts';
import { placeFace } from './face-place.ts';
import { renderFitted } from './render-fitted.ts';
import { structuralSimilarity } from './structural-similarity.ts';

export type Likeness = {
  ssim: number;
  /** Identity distances at 0, +30, −30, +60 and −60°; infinite where no face is found in its place. */
  distances: [number, number, number, number, number];
  seconds: number;
  wrapMm: number;
  /** Photo, and the head at 0, +30, −30, +60, −60°, all PICTURE_PX wide: for sheets. */
  pictures: ImageRgba[];
};

const TURNS_DEG = [0, 30, -30, 60, -60] as const;
export const PICTURE_PX = 384;
/** Side of the window around the head, times the larger side of its outline. */
const MARGIN = 1.1;

export async function measureLikeness(bytes: Uint8Array, context: StageContext): Promise<Likeness> {
  const start = performance.now();
  const settings = HEAD_SETTINGS_DEFAULTS;
  const photo = await readPhoto({ bytes }, context);
  const analysis = await analysePhoto({ photo }, context);
  const prior = await fitPrior({ photo, analysis }, context);
  const views = await generateViews({ photo, analysis, prior, settings }, context);
  const surface = await reconstructSurface({ prior, views, settings }, context);
  const head = await fitHead({ prior, views, surface, settings }, context);
  const texture = await bakeTexture({ photo, analysis, prior, views, head, settings }, context);
  const seconds = (performance.now() - start) / 1000;

  const { camera, pictureFromPhoto } = pictureCamera(prior.photoCamera, head.positionsHead);
  const shown = renderFitted(head, texture);
  const cameras = TURNS_DEG.map((turnDeg) => turnedCamera(camera, turnDeg));
  const rendered = cameras.map(shown);
  const { a, tx, ty } = pictureFromPhoto;
  const photoFromPicture: Similarity = { a: 1 / a, b: 0, tx: -tx / a, ty: -ty / a };
  const window = warpImage(photo.image, photoFromPicture, PICTURE_PX, { border: 'zero' });
  const picture = imageFromRaster({ ...window, values: window.values.map((value) => value / 255) });
  const oval = FACE_OVAL.map((landmark): [number, number] => [
    a * analysis.landmarks[landmark * 3]! + tx,
    a * analysis.landmarks[landmark * 3 + 1]! + ty,
  ]);
  const ssim = structuralSimilarity(
    greyRaster(picture),
    greyRaster(rendered[0]!),
    fillPolygon(oval, PICTURE_PX, PICTURE_PX),
  );
  const distances: number[] = [];
  const isFaceAt = placeFace(head);
  for (const [k, image] of rendered.entries()) {
    const isIt = isFaceAt(resizeCamera(cameras[k]!, LOOK_PX, LOOK_PX));
    const face = await findFace(image, context.inference, isIt);
    if (face === null) {
      distances.push(Infinity);
      continue;
    }
    const { embedding128 } = await embedIdentity(face.image, face.landmarks.points, context.inference);
    distances.push(Math.hypot(...embedding128.map((value, k) => value - analysis.embedding128[k]!)));
  }
  return {
    ssim,
    distances: distances as Likeness['distances'],
    seconds,
    wrapMm: head.meanDistanceMm,
    pictures: [picture, ...rendered],
  };
}

/** The photo's camera cut to a square around the head and resized to PICTURE_PX. */
function pictureCamera(
  photoCamera: Camera,
  positionsHead: Float32Array,
): { camera: Camera; pictureFromPhoto: Similarity } {
  const pixels = projectPoints(photoCamera, positionsHead);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < pixels.length; i += 3) {
    left = Math.min(left, pixels[i]!);
    right = Math.max(right, pixels[i]!);
    top = Math.min(top, pixels[i + 1]!);
    bottom = Math.max(bottom, pixels[i + 1]!);
  }
  const side = MARGIN * Math.max(right - left, bottom - top);
  const [x, y] = [(left + right - side) / 2, (top + bottom - side) / 2];
  const a = PICTURE_PX / side;
  return {
    camera: resizeCamera(cropCamera(photoCamera, x, y, side, side), PICTURE_PX, PICTURE_PX),
    pictureFromPhoto: { a, b: 0, tx: -x * a, ty: -y * a },
  };
}

/** The head turned about its own vertical axis. */
function turnedCamera(camera: Camera, turnDeg: number): Camera {
  const [cos, sin] = [Math.cos((turnDeg * Math.PI) / 180), Math.sin((turnDeg * Math.PI) / 180)];
  const turn = Float64Array.of(cos, 0, -sin, 0, 0, 1, 0, 0, sin, 0, cos, 0, 0, 0, 0, 1);
  return { ...camera, cameraFromHead: composePoses(camera.cameraFromHead, turn as Pose<'Head', 'Head'>) };
}
