/**
 * Stage 02: what is known of the face in the photo.
 *
 * in  `Photo` (upright sRGB); the artist's choice of a face and brush on the mask, if any
 * out `Analysis`: face box, 478 landmarks (px), portrait mask, two identity embeddings, quality numbers
 *
 * The paper starts from the input image y and a mesh estimated from it (§3.2); this is what comes before both. The
 * networks are of the MediaPipe family, whose weights may be shipped (method.md §4).
 * Of several faces the largest is worked on, and it is said; unless the artist chose one. A detection counts when the landmark network agrees
 * that it sees a face. Faces below {@link MIN_FACE_PX} are refused: at that size the eyes are 10 px wide.
 * Longest uninterruptible piece: the edges of the mask, 1 s at 4096 px; everything else below 0.4 s. CPU time of the
 * stage on one core: 0.6 s at 512 px, 0.8 s at 1024 px, 2.2 s at 4096 px.
 */
import type { MaskStroke, PixelPoint } from '../../contract/entities.ts';
import { cancelled, StudioError } from '../../contract/errors.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { Inference } from '../../inference/inference.ts';
import type { Photo } from '../01-photo/photo.ts';
import type { Stage, StageContext } from '../stage.ts';
import type { Analysis } from './analysis.ts';
import { detectFaces, detectSmallFaces, type FaceCandidate } from './detect-faces.ts';
import { embedIdentity } from './embed-identity.ts';
import { judgeQuality, qualityWarnings } from './judge-quality.ts';
import { type FaceLandmarks, locateLandmarks } from './locate-landmarks.ts';
import { retouchMask } from './retouch-mask.ts';
import { segmentPortrait, SURE_OUTLINE } from './segment-portrait.ts';

/** Longer side of the face box, px. */
export const MIN_FACE_PX = 48;
/**
 * What counts as a face: the landmark network is certain, or it leans to yes and the detector is certain. 300 portraits
 * and a dozen drawings have ≥ 0.99 and ≥ 0.68; a cat has 0.67 and 0.60, a colour wheel 0.89 and 0.51.
 */
const CERTAIN_LANDMARKS = 0.9;
const LIKELY_LANDMARKS = 0.5;
const CERTAIN_DETECTION = 0.75;
/** A crowd is not looked at face by face. */
const MAX_FACES = 8;

type LocatedFace = { candidate: FaceCandidate; landmarks: FaceLandmarks };

export type AnalysisInput = {
  photo: Photo;
  /** A place in the face to work on, px; null or absent = the largest. */
  face?: PixelPoint | null;
  /** The artist's brush on the mask. */
  maskStrokes?: readonly MaskStroke[];
};

export const analysePhoto: Stage<AnalysisInput, Analysis> = async (
  { photo, face: wanted = null, maskStrokes = [] },
  context,
) => {
  const { image } = photo;
  const { inference } = context;
  const faces = orderFaces(await findFaces(image, context), wanted);
  step(context, 0.4);
  const { candidate, landmarks } = chooseFace(faces, wanted !== null, context);
  const face = candidate.box;
  const { mask, certainty } = await segmentPortrait(image, face, landmarks.points, inference);
  if (certainty < SURE_OUTLINE) {
    context.warn(
      'outline-unsure',
      'The head could not be told from the background; its hair may be missing.',
    );
  }
  step(context, 0.8);
  const embeddings = await embedIdentity(image, landmarks.points, inference);
  step(context, 0.95);
  const verdict = judgeQuality(image, landmarks);
  for (const { code, message } of qualityWarnings(face, landmarks, verdict)) context.warn(code, message);
  return {
    face,
    faces: faces.map((found) => found.candidate.box),
    landmarks: landmarks.points,
    landmarkScore: landmarks.score,
    mask: retouchMask(mask, maskStrokes),
    ...embeddings,
    quality: verdict.quality,
  };
};

/** Faces with their landmarks, largest first; never empty. */
async function findFaces(image: ImageRgba, { inference }: StageContext): Promise<LocatedFace[]> {
  const near = await locateAll(image, await detectFaces(image, inference), inference);
  if (near.length > 0) return near;
  const small = await locateAll(image, await detectSmallFaces(image, inference), inference);
  if (small.length > 0) return small;
  throw new StudioError({
    code: 'no-face-found',
    message: 'No face was found in the picture.',
    hint: 'Use a picture that shows one face upright and from the front or half side, without a mask or hands over it.',
  });
}

async function locateAll(
  image: ImageRgba,
  candidates: readonly FaceCandidate[],
  inference: Inference,
): Promise<LocatedFace[]> {
  const bySize = [...candidates].sort((a, b) => area(b) - area(a)).slice(0, MAX_FACES);
  const located: LocatedFace[] = [];
  for (const candidate of bySize) {
    const landmarks = await locateLandmarks(image, candidate, inference);
    if (isFace(candidate, landmarks)) located.push({ candidate, landmarks });
  }
  return located;
}

function isFace({ box }: FaceCandidate, { score }: FaceLandmarks): boolean {
  return score >= CERTAIN_LANDMARKS || (score >= LIKELY_LANDMARKS && box.score >= CERTAIN_DETECTION);
}

/** The one at the wanted place first, the others by size. */
function orderFaces(bySize: readonly LocatedFace[], wanted: PixelPoint | null): LocatedFace[] {
  if (wanted === null) return [...bySize];
  const distance = ({ candidate: { box } }: LocatedFace): number =>
    Math.hypot(box.x + box.width / 2 - wanted.xPx, box.y + box.height / 2 - wanted.yPx) / box.width;
  const chosen = bySize.reduce((best, face) => (distance(face) < distance(best) ? face : best));
  return [chosen, ...bySize.filter((face) => face !== chosen)];
}

function chooseFace(faces: readonly LocatedFace[], asked: boolean, context: StageContext): LocatedFace {
  const chosen = faces[0]!;
  const sizePx = Math.round(faceSize(chosen.candidate));
  if (sizePx < MIN_FACE_PX) {
    throw new StudioError({
      code: 'face-too-small',
      message: `The face is only ${sizePx} px wide; at least ${MIN_FACE_PX} px are needed.`,
      hint: 'Use a larger picture or a closer one; a face of 300 px and more gives a good texture.',
    });
  }
  if (faces.length > 1 && !asked) {
    context.warn(
      'several-faces',
      `${faces.length} faces were found; the largest one is used. Another one can be chosen in the photo.`,
    );
  }
  return chosen;
}

function area({ box }: FaceCandidate): number {
  return box.width * box.height;
}

function faceSize({ box }: FaceCandidate): number {
  return Math.max(box.width, box.height);
}

function step(context: StageContext, fraction: number): void {
  if (context.signal.aborted) throw cancelled();
  context.progress(fraction);
}
