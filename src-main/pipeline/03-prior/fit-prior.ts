/**
 * Stage 03: the head mesh M estimated from the photo, in metres, with the camera that took it.
 * photo, analysis (478 landmarks px, portrait mask) → Prior.
 *
 * Paper §3.2 estimates M with DECA (FLAME); see fit-head-model.ts for what stands in its place and why.
 * Longest uninterruptible piece: the fit, well below a second.
 */
import type { LandmarkPin } from '../../contract/entities.ts';
import { cancelled } from '../../contract/errors.ts';
import type { Analysis } from '../02-analyse/analysis.ts';
import type { Stage, StageContext } from '../stage.ts';
import { fitHeadModel, type HeadFit, rigidStart } from './fit-head-model.ts';
import { estimateFocal } from './focal-prior.ts';
import { cameraOf } from './fit-state.ts';
import { judgeConfidence, landmarkErrorPercent } from './judge-fit.ts';
import { loadUserHeadModel } from './loaders/load-user-head-model.ts';
import { type PreparedModel, prepareHeadModel } from './prepare-head-model.ts';
import type { Prior } from './prior.ts';
import { readHeadModel } from './read-head-model.ts';
import { pinLandmarks } from './refit-prior.ts';
import { shapeHead } from './shape-head.ts';

export const HEAD_MODEL_ASSET = 'head-model.bin';
/** Above this the landmarks contradict each other or the model: the artist should look (evaluation: 4 % = failure). */
const DOUBTFUL_ERROR_PERCENT = 4;

/** What the fit needs of a photo. */
export type PhotoFrame = {
  image: { widthPx: number; heightPx: number };
  focalLength35Mm: number | null;
};

export const fitPrior: Stage<
  {
    photo: PhotoFrame;
    analysis: Analysis;
    pins?: readonly LandmarkPin[];
    /** A head model file of the user's own; null or absent: the studio's model. */
    headModel?: string | null;
  },
  Prior
> = async ({ photo, analysis, pins = [], headModel = null }, context) => {
  const prepared = await loadPreparedModel(context, headModel);
  if (headModel !== null) {
    const { id, licence } = prepared.model;
    context.warn('own-head-model', `The head model ${id} of your own file is used. ${licence}`);
  }
  if (context.signal.aborted) throw cancelled();
  context.progress(0.3);
  const prior = fitPriorToPhoto(prepared, photo, analysis, pins);
  context.log(`prior: ${prior.modelId}, landmark error ${prior.landmarkErrorPercent.toFixed(2)} %`);
  if (prior.landmarkErrorPercent > DOUBTFUL_ERROR_PERCENT) {
    context.warn(
      'prior-doubtful',
      `The head model misses the found face points by ${prior.landmarkErrorPercent.toFixed(1)} % of the eye distance.`,
    );
  }
  context.progress(1);
  return prior;
};

type ModelSource = Pick<StageContext, 'readAsset' | 'readUserFile'>;

/** Decoding takes longer than a fit, and neither the asset nor a file that is named by its hash ever changes. */
let own: Promise<PreparedModel> | null = null;
/** The last one of the user's: nobody works with two by turns. */
let brought: { id: string; model: Promise<PreparedModel> } | null = null;

export function loadPreparedModel(source: ModelSource, headModel: string | null): Promise<PreparedModel> {
  own ??= source
    .readAsset(HEAD_MODEL_ASSET)
    .then((bytes) => prepareHeadModel(readHeadModel(bytes)))
    .catch((error: unknown) => {
      own = null;
      throw error;
    });
  if (headModel === null) return own;
  if (brought?.id !== headModel) {
    const model = Promise.all([source.readUserFile(headModel), own])
      .then(([bytes, { model: ours }]) => prepareHeadModel(loadUserHeadModel(bytes, ours)))
      .catch((error: unknown) => {
        brought = null;
        throw error;
      });
    brought = { id: headModel, model };
  }
  return brought.model;
}

/** The stage without its context: also what the evaluation and the landmark editor call. */
export function fitPriorToPhoto(
  prepared: PreparedModel,
  photo: PhotoFrame,
  analysis: Pick<Analysis, 'landmarks' | 'mask'>,
  pins: readonly LandmarkPin[] = [],
): Prior {
  const { fit, ...prior } = fitMeshToPhoto(prepared, photo, analysis, pins);
  return { ...prior, confidence: judgeConfidence(prepared, photo.image, fit, prior.positionsHead) };
}

/** A prior without the confidences, a sixth of the work, which training data has no use for. */
export type FittedMesh = Omit<Prior, 'confidence'> & { fit: HeadFit };

export function fitMeshToPhoto(
  prepared: PreparedModel,
  photo: PhotoFrame,
  analysis: Pick<Analysis, 'landmarks' | 'mask'>,
  pins: readonly LandmarkPin[] = [],
): FittedMesh {
  const image = { widthPx: photo.image.widthPx, heightPx: photo.image.heightPx };
  const frame = { ...image, ...pinLandmarks(analysis.landmarks, pins) };
  const { scalePxPerM } = rigidStart(prepared, { ...frame, focalPx: image.widthPx });
  const focal = estimateFocal({ ...image, focalLength35Mm: photo.focalLength35Mm }, scalePxPerM);
  const fit = fitHeadModel(prepared, { ...frame, ...focal, mask: analysis.mask });
  const { model } = prepared;
  const { coefficients } = fit.state;
  return {
    modelId: model.id,
    modelLicence: model.licence,
    modelCredits: model.credits,
    topology: model.topology,
    ...shapeHead(model, coefficients),
    identity: Float32Array.from(coefficients.subarray(0, model.identityCount)),
    expression: Float32Array.from(coefficients.subarray(model.identityCount)),
    photoCamera: cameraOf(fit.state, image),
    landmarkErrorPercent: landmarkErrorPercent(prepared, image, fit),
    fit,
  };
}
