/**
 * How good the photo is for a head: size, sharpness, light, turn of the head, what hides it.
 *
 * image (H, W, 4) sRGB, landmarks (478, 3) photo px → `Analysis.quality` and warnings in plain words
 *
 * Turn: x axis = right → left outer eye corner, y axis = chin → forehead of the landmarks, whose z has the scale of x
 * and y (weak perspective). Rough: no camera model, and the mesh flattens beyond ~50°.
 */
import type { ImageRgba } from '../../image/image.ts';
import { applySimilarity, invertSimilarity, squareCrop } from '../../image/similarity.ts';
import { warpImage } from '../../image/warp-image.ts';
import type { Analysis, FaceBox } from './analysis.ts';
import { type Cover, judgeCover } from './judge-cover.ts';
import { type FaceLandmarks, LEFT_EYE_OUTER, RIGHT_EYE_OUTER, squareOfPoints } from './locate-landmarks.ts';

export type Quality = Analysis['quality'];
export type QualityWarning = { code: string; message: string };
/** Grey levels of the face, [0, 255]; `highlight` is the 95th percentile. */
export type Light = { mean: number; highlight: number; variance: number; burntShare: number };

/** Mesh points at the top and the bottom of the face's midline. */
const FOREHEAD_TOP = 10;
const CHIN = 152;

/** The face is judged at this size, so that the numbers do not depend on the photo's. */
const CROP_PX = 256;
/** Below: skin texture of the photo is too coarse for a 2048-px map; said, not refused. */
const SMALL_FACE_PX = 160;
/**
 * Sharpness ÷ grey variance, so that a dark photo is not called blurred. A 165-px face blurred by σ = 1 px has 0.009,
 * by 2 px 0.0013; the least of 300 portraits that look sharp has 0.003.
 */
const BLURRED_RATIO = 0.0025;
/** Even dark skin in good light has highlights and the white of the eyes (all of 100 portraits > 120); the mean would tell skin, not light. */
const DARK_HIGHLIGHT = 90;
const BRIGHT_MEAN = 215;
/** A level that sensors clip at, and the share of clipped face pixels that costs shape and colour. */
const BURNT_LEVEL = 250;
const BURNT_SHARE = 0.12;
/** One half of the face gets less than a quarter of the other's light. */
const SIDE_LIGHT_STOPS = 2;
/** Eight of nine wearers are above, of 157 other portraits one, with a deep fold at the root of the nose. */
const GLASSES_BAR = 0.16;
/**
 * What hides a part: scatter of its landmarks. Of 155 portraits none is above (a drawing's beard is at 0.037); with an ellipse of skin
 * colour over the mouth 20 of 26, with dark hair over an eye half. Fingers beside the mouth are not noticed.
 */
const HIDDEN_PARTS = [
  { part: 'mouth', name: 'the mouth', scatter: 0.038 },
  { part: 'rightEye', name: "the subject's right eye", scatter: 0.02 },
  { part: 'leftEye', name: "the subject's left eye", scatter: 0.02 },
] as const;
/** 0 on 83 portraits; 0.03 where the chin or half of the forehead is cut off, 0.54 where only one half of the face is left. */
const CUT_SHARE = 0.02;
/** Half of the face is hardly seen beyond this turn. */
const STRONG_YAW_DEG = 35;
const STRONG_PITCH_DEG = 30;
/** 300 portraits and a dozen drawings score above 0.99. */
const UNSURE_SCORE = 0.98;

export type Verdict = {
  quality: Quality;
  light: Light;
  cover: Cover;
  /** Part of the landmarks that lies outside the picture, [0, 1]. */
  cutShare: number;
};

export function judgeQuality(image: ImageRgba, { points, scatter }: FaceLandmarks): Verdict {
  const photoFromCrop = squareCrop(squareOfPoints(points, 1), CROP_PX);
  const crop = warpImage(image, photoFromCrop, CROP_PX, { border: 'repeat' });
  const { values } = crop;
  const cropFromPhoto = invertSimilarity(photoFromCrop);
  const pointsCrop = new Float32Array((points.length / 3) * 2);
  for (let i = 0; i < points.length / 3; i++)
    pointsCrop.set(applySimilarity(cropFromPhoto, points[i * 3]!, points[i * 3 + 1]!), i * 2);
  const grey = new Float32Array(CROP_PX * CROP_PX);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * values[i * 3]! + 0.587 * values[i * 3 + 1]! + 0.114 * values[i * 3 + 2]!;
  }
  const eyes = direction(points, RIGHT_EYE_OUTER, LEFT_EYE_OUTER);
  const eyeDistancePx = Math.hypot(eyes[0], eyes[1]);
  return {
    cover: judgeCover(crop, pointsCrop, scatter, eyeDistancePx),
    quality: {
      eyeDistancePx,
      sharpness: laplacianVariance(grey, CROP_PX),
      ...headTurn(points),
    },
    light: faceLight(grey, CROP_PX),
    cutShare: shareOutside(points, image),
  };
}

export function qualityWarnings(
  face: FaceBox,
  landmarks: FaceLandmarks,
  { quality, light, cover, cutShare }: Verdict,
): QualityWarning[] {
  const warnings: QualityWarning[] = [];
  const say = (code: string, message: string): void => void warnings.push({ code, message });
  if (landmarks.score < UNSURE_SCORE) {
    say(
      'landmarks-unsure',
      'The features of the face could not be located with certainty; check the fitted points.',
    );
  }
  const sizePx = Math.round(Math.max(face.width, face.height));
  if (sizePx < SMALL_FACE_PX) {
    say('face-small', `The face is only ${sizePx} px wide; the texture will lack detail.`);
  }
  if (quality.sharpness < BLURRED_RATIO * light.variance)
    say('face-blurred', 'The face is blurred; the texture will be soft.');
  if (light.highlight < DARK_HIGHLIGHT)
    say('face-dark', 'The face is very dark; colours and shape will be less exact.');
  if (light.mean > BRIGHT_MEAN || light.burntShare > BURNT_SHARE) {
    say('face-overexposed', 'Parts of the face are burnt out; they will look flat.');
  }
  if (Math.abs(cover.rightStops) > SIDE_LIGHT_STOPS) {
    const dark = cover.rightStops > 0 ? 'left' : 'right';
    say(
      'side-light',
      `The light comes from one side; the shadow on the subject's ${dark} half stays in the texture. Light can be taken out of it (settings), or use a photo lit from the front.`,
    );
  }
  if (cover.bridgeBar > GLASSES_BAR)
    say('glasses', 'Glasses seem to be worn; they are painted on the head. A photo without them is better.');
  const cut = cutShare > CUT_SHARE;
  if (cut)
    say(
      'face-cut',
      'The edge of the picture cuts the face; what lies beyond it is guessed. Use a picture that shows the whole head.',
    );
  const turned = Math.abs(quality.yawDeg) > STRONG_YAW_DEG;
  for (const { part, name, scatter } of HIDDEN_PARTS) {
    if (cover[part] > scatter && !turned && !cut)
      say(
        `${part}-hidden`,
        `Something seems to be in front of ${name}; check the points there, or use a photo that shows it.`,
      );
  }
  if (turned) {
    const side = quality.yawDeg > 0 ? 'right' : 'left';
    say('face-turned', `The head is turned far to one side; the subject's ${side} half is guessed.`);
  }
  if (Math.abs(quality.pitchDeg) > STRONG_PITCH_DEG) {
    say(
      'face-tilted',
      `The head is tilted far ${quality.pitchDeg > 0 ? 'back' : 'down'}; proportions are less exact.`,
    );
  }
  return warnings;
}

/**
 * Rough turn of the head, degrees. Yaw +: the subject looks to the subject's left. Pitch +: up. Roll +: the head leans
 * towards the subject's left shoulder (clockwise in the picture).
 */
export function headTurn(points: Float32Array): Pick<Quality, 'yawDeg' | 'pitchDeg' | 'rollDeg'> {
  const x = direction(points, RIGHT_EYE_OUTER, LEFT_EYE_OUTER);
  const y = direction(points, CHIN, FOREHEAD_TOP);
  // Photo axes: x right, y down, z away from the camera. x × y points out of the face.
  const out = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]] as const;
  const degrees = 180 / Math.PI;
  return {
    yawDeg: Math.atan2(out[0], -out[2]) * degrees,
    pitchDeg: Math.atan2(-out[1], Math.hypot(out[0], out[2])) * degrees,
    rollDeg: Math.atan2(x[1], x[0]) * degrees,
  };
}

function shareOutside(points: Float32Array, { widthPx, heightPx }: ImageRgba): number {
  let outside = 0;
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (x < 0 || y < 0 || x > widthPx || y > heightPx) outside++;
  }
  return (outside * 3) / points.length;
}

function direction(points: Float32Array, from: number, to: number): [number, number, number] {
  const component = (axis: number): number => points[to * 3 + axis]! - points[from * 3 + axis]!;
  return [component(0), component(1), component(2)];
}

/** Variance of the 4-neighbour Laplacian (grey in [0, 255]); the classic focus measure. */
function laplacianVariance(grey: Float32Array, sizePx: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < sizePx - 1; y++) {
    for (let x = 1; x < sizePx - 1; x++) {
      const at = y * sizePx + x;
      const value = grey[at - 1]! + grey[at + 1]! + grey[at - sizePx]! + grey[at + sizePx]! - 4 * grey[at]!;
      sum += value;
      squares += value * value;
    }
  }
  const count = (sizePx - 2) ** 2;
  return squares / count - (sum / count) ** 2;
}

/** Inside the ellipse that a face fills in its square. */
function faceLight(grey: Float32Array, sizePx: number): Light {
  const histogram = new Uint32Array(256);
  let [sum, squares, burnt, count] = [0, 0, 0, 0];
  for (let i = 0; i < grey.length; i++) {
    const u = ((i % sizePx) + 0.5) / sizePx - 0.5;
    const v = (Math.floor(i / sizePx) + 0.5) / sizePx - 0.5;
    if ((u / 0.36) ** 2 + (v / 0.48) ** 2 > 1) continue;
    count++;
    histogram[Math.round(grey[i]!)]!++;
    sum += grey[i]!;
    squares += grey[i]! ** 2;
    if (grey[i]! >= BURNT_LEVEL) burnt++;
  }
  let highlight = 255;
  for (let brighter = 0; brighter < count * 0.05; highlight--) brighter += histogram[highlight]!;
  const mean = sum / count;
  return { mean, highlight, variance: squares / count - mean * mean, burntShare: burnt / count };
}
