/**
 * A real portrait as a training head: the one view of it that is known.
 *
 * In: picture, options. Out: {@link HeadArrays} whose V views are all the photo's own camera, each with another part of the
 * photo hidden from its conditions (`hide-photo.ts`); null when the picture is of no use. The estimate is the product's own:
 * detector, landmarks, mask, fit.
 * Targets: the photo inside the person mask, without what lies below M's chin and outside M, which synthetic heads do not have
 * either (shoulders, clothes). Where there is something beside the jaw, that may be hair, and from there down the truth outside
 * M is not known; inside M it is not known below the chin, as a neck may be covered. Nor are normals: only coverage tells shape.
 */
import { projectPoints, unprojectPoints } from '../../camera/camera.ts';
import type { PortraitMask } from '../../pipeline/02-analyse/analysis.ts';
import { detectFaces } from '../../pipeline/02-analyse/detect-faces.ts';
import { type FaceLandmarks, locateLandmarks } from '../../pipeline/02-analyse/locate-landmarks.ts';
import { SURE_OUTLINE, segmentPortrait } from '../../pipeline/02-analyse/segment-portrait.ts';
import { fitMeshToPhoto } from '../../pipeline/03-prior/fit-prior.ts';
import { CHIN } from '../../pipeline/03-prior/landmark-sets.ts';
import type { Prior } from '../../pipeline/03-prior/prior.ts';
import { colourHead } from '../../pipeline/04-views/colour-head.ts';
import { cropInput, type InputCrop } from '../../pipeline/04-views/diffusion/input-crop.ts';
import {
  CHANNEL,
  CONDITION_CHANNELS,
  type ConditionSurface,
  renderConditions,
  STORED_ZERO,
} from '../../pipeline/04-views/diffusion/render-conditions.ts';
import type { ImageRgba } from '../../image/image.ts';
import {
  describeCameras,
  type HeadArrays,
  type HeadMaker,
  type HeadOptions,
  KNOWN,
  TARGET_CHANNELS,
} from '../head/make-head.ts';
import type { Draw } from '../random.ts';
import { hidePhoto } from './hide-photo.ts';

export type PortraitMaker = Omit<HeadMaker, 'assets' | 'map'>;

/** As in stage 02: below it the landmark network is not certain of a face. */
const MIN_LANDMARK_SCORE = 0.9;
/** Landmark error (% of the eye distance) above which the estimate is not of this face; synthetic heads have the same. */
const MAX_ERROR_PERCENT = 8;
/** Longer side that pictures are reduced to, px. */
const PICTURE_PX = 512;
/** Beside the jaw, head frame, m: |x| and heights above the chin in which short hair leaves the background to be seen. */
const BESIDE_X_M = [0.085, 0.12] as const;
const BESIDE_Y_M = [0.01, 0.05] as const;
/** More, and it may be hair, which goes on below the chin. */
const MAX_PERSON_BESIDE = 0.15;
/** Share of the picture's upper edge that may be person: more, and the hair is cut off. */
const MAX_PERSON_ABOVE = 0.02;
/** Turns of the direction from which the photo is made to have been taken, degrees. */
const TURN_DEG = [25, 90] as const;
const TILT_DEG = 30;

export async function makePortraitHead(
  maker: PortraitMaker,
  file: string,
  draw: Draw,
  options: Pick<HeadOptions, 'views' | 'sizePx' | 'prior'>,
): Promise<HeadArrays | null> {
  const image = await maker.port.readImage(file, PICTURE_PX);
  const estimate = await estimatePortrait(maker, image);
  if (estimate === null) return null;
  const { surface, prepared } = maker;
  const chinVertex = prepared.model.landmarks.vertices[CHIN * 3]!;
  return arrangePortrait({ ...estimate, image, surface, chinVertex }, draw, options);
}

type Estimate = { maskAlpha: Uint8Array; prior: Omit<Prior, 'confidence'> };

/** Stages 02 and 03 without what training has no use for. */
async function estimatePortrait(maker: PortraitMaker, image: ImageRgba): Promise<Estimate | null> {
  const { inference, prepared } = maker;
  const [candidate] = (await detectFaces(image, inference)).sort((a, b) => b.box.width - a.box.width);
  if (candidate === undefined) return null;
  const landmarks: FaceLandmarks = await locateLandmarks(image, candidate, inference);
  if (landmarks.score < MIN_LANDMARK_SCORE) return null;
  const { mask, certainty } = await segmentPortrait(image, candidate.box, landmarks.points, inference);
  if (certainty < SURE_OUTLINE || personAbove(mask) > MAX_PERSON_ABOVE) return null;
  const prior = fitMeshToPhoto(
    prepared,
    { image, focalLength35Mm: null },
    { landmarks: landmarks.points, mask },
  );
  return prior.landmarkErrorPercent > MAX_ERROR_PERCENT ? null : { maskAlpha: mask.alpha, prior };
}

function personAbove({ alpha, widthPx }: PortraitMask): number {
  let sum = 0;
  for (let x = 0; x < widthPx; x++) sum += alpha[x]! / 255;
  return sum / widthPx;
}

export function arrangePortrait(
  {
    image,
    maskAlpha,
    prior,
    surface,
    chinVertex,
  }: Estimate & { image: ImageRgba; surface: ConditionSurface; chinVertex: number },
  draw: Draw,
  { views, sizePx, prior: kind }: Pick<HeadOptions, 'views' | 'sizePx' | 'prior'>,
): HeadArrays {
  const crop = cropInput(image, maskAlpha, prior.photoCamera, sizePx);
  const chinY = prior.positionsHead[chinVertex * 3 + 1]!;
  const proxy =
    kind === 'bald' ? null : colourHead({ image, maskAlpha, prior, viewSizePx: sizePx }, () => undefined);
  const rendered = renderConditions({
    image,
    maskAlpha,
    photoCamera: prior.photoCamera,
    positionsHead: prior.positionsHead,
    surface,
    proxy,
    cameras: [crop.camera],
    sizePx,
  });
  const length = sizePx * sizePx * CONDITION_CHANNELS;
  const truth = drawTarget(crop, rendered.conditions.subarray(0, length), chinY);
  const conditions = new Uint8Array((views + 1) * length);
  const targets = new Uint8Array(views * truth.target.length);
  const known = new Uint8Array(views * truth.known.length);
  const [azimuth, elevation] = rendered.inputAngles;
  for (let view = 0; view < views; view++) {
    const part = conditions.subarray(view * length, (view + 1) * length);
    part.set(rendered.conditions.subarray(0, length));
    hidePhoto(part, sizePx, turnedDirection(draw, azimuth, elevation));
    targets.set(truth.target, view * truth.target.length);
    known.set(truth.known, view * truth.known.length);
  }
  conditions.set(rendered.conditions.subarray(length), views * length);
  return {
    photo: new Uint8Array(crop.image.rgbaSrgb.buffer),
    targets,
    known,
    conditions,
    ...describeCameras(Array.from({ length: views }, () => crop.camera)),
    inputAngles: new Float32Array(rendered.inputAngles),
    vertices: rendered.vertices,
    hair: 'photo',
  };
}

/** (3 per pixel) head frame, m: where the crop's pixels meet the plane through the head's origin that faces the camera. */
function planePoints({ camera }: InputCrop): Float32Array {
  const depth = projectPoints(camera, new Float32Array(3))[2]!;
  const { widthPx, heightPx } = camera;
  const pixels = new Float32Array(widthPx * heightPx * 3);
  for (let i = 0; i < widthPx * heightPx; i++)
    pixels.set([(i % widthPx) + 0.5, Math.floor(i / widthPx) + 0.5, depth], i * 3);
  return unprojectPoints(camera, pixels);
}

/** Share of person beside the jaw, on the side where there is more of it. */
function personBeside(crop: InputCrop, chinY: number): number {
  const points = planePoints(crop);
  const sides = [0, 0];
  const counts = [0, 0];
  for (let i = 0; i < points.length / 3; i++) {
    const [x, y] = [Math.abs(points[i * 3]!), points[i * 3 + 1]! - chinY];
    if (x < BESIDE_X_M[0] || x > BESIDE_X_M[1] || y < BESIDE_Y_M[0] || y > BESIDE_Y_M[1]) continue;
    const side = points[i * 3]! < 0 ? 0 : 1;
    counts[side] = counts[side]! + 1;
    sides[side] = sides[side]! + crop.image.rgbaSrgb[i * 4 + 3]! / 255;
  }
  return Math.max(...sides.map((sum, side) => (counts[side] === 0 ? 1 : sum / counts[side]!)));
}

/** (S, S, 7): the photo where it shows the head, normals of the estimate; (S, S): what of it is known. */
function drawTarget(
  crop: InputCrop,
  conditions: Uint8Array,
  chinY: number,
): { target: Uint8Array; known: Uint8Array } {
  const points = planePoints(crop);
  const { rgbaSrgb } = crop.image;
  const out = new Uint8Array((rgbaSrgb.length / 4) * TARGET_CHANNELS);
  const known = new Uint8Array(rgbaSrgb.length / 4);
  const unknownBelowY = personBeside(crop, chinY) > MAX_PERSON_BESIDE ? chinY + BESIDE_Y_M[1] : -Infinity;
  for (let i = 0; i < rgbaSrgb.length / 4; i++) {
    const at = i * CONDITION_CHANNELS;
    const to = i * TARGET_CHANNELS;
    const covered = conditions[at + CHANNEL.mask]! / 255;
    const height = points[i * 3 + 1]!;
    const isBelow = height < chinY;
    const mayBeHair = height < unknownBelowY && rgbaSrgb[i * 4 + 3]! > 0;
    const isKnown = covered > 0 ? !isBelow : !mayBeHair;
    known[i] = isKnown ? KNOWN.colourAndCoverage : 0;
    for (let c = 0; c < 3; c++) out[to + c] = rgbaSrgb[i * 4 + c]!;
    out[to + 3] = rgbaSrgb[i * 4 + 3]! * (isBelow ? covered : 1);
    for (let c = 0; c < 3; c++)
      out[to + 4 + c] = covered > 0 ? conditions[at + CHANNEL.normal + c]! : STORED_ZERO;
  }
  return { target: out, known };
}

/** From where the photo is made to have been taken: to either side, up or down. */
function turnedDirection(draw: Draw, azimuth: number, elevation: number): [number, number, number] {
  const radians = Math.PI / 180;
  const turn = azimuth + (draw.chance(0.5) ? 1 : -1) * draw.uniform(...TURN_DEG) * radians;
  const tilt = elevation + draw.uniform(-TILT_DEG, TILT_DEG) * radians;
  return [Math.sin(turn) * Math.cos(tilt), Math.sin(tilt), Math.cos(turn) * Math.cos(tilt)];
}
