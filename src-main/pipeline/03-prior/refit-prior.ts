/**
 * The prior after the artist has moved face points: a warm restart from the prior that is on the screen.
 * prior, analysis, pins → prior. About 50 ms, so that the head follows the pointer.
 *
 * Pinned points are believed to the pixel and their neighbours are doubted (trust-landmarks.ts); the mask's outline and
 * the confidences, which a few pixels do not change, are left for the full fit that follows when the pointer is released
 * (`fitPrior` with the same pins).
 */
import type { LandmarkPin } from '../../contract/entities.ts';
import type { Analysis } from '../02-analyse/analysis.ts';
import { fitHeadModel } from './fit-head-model.ts';
import { cameraOf, stateOf } from './fit-state.ts';
import { landmarkErrorPercent } from './judge-fit.ts';
import type { PreparedModel } from './prepare-head-model.ts';
import type { Prior } from './prior.ts';
import { shapeHead } from './shape-head.ts';

/** Each update moves a little way from the last; the next pointer event carries on. */
const ITERATIONS = 4;
/** The camera was found by the full fit; a dragged point should shape the face, not the perspective. */
const FOCAL_LOG_SIGMA = 0.02;

export function refitPrior(
  prepared: PreparedModel,
  prior: Prior,
  analysis: Pick<Analysis, 'landmarks'>,
  pins: readonly LandmarkPin[],
): Prior {
  const { model } = prepared;
  const camera = prior.photoCamera;
  const image = { widthPx: camera.widthPx, heightPx: camera.heightPx };
  const start = stateOf(camera, Float64Array.of(...prior.identity, ...prior.expression));
  const fit = fitHeadModel(
    prepared,
    {
      ...image,
      ...pinLandmarks(analysis.landmarks, pins),
      mask: null,
      focalPx: camera.focalPx[0],
      focalLogSigma: FOCAL_LOG_SIGMA,
    },
    { start, maxIterations: ITERATIONS },
  );
  const { coefficients } = fit.state;
  return {
    ...prior,
    ...shapeHead(model, coefficients),
    identity: Float32Array.from(coefficients.subarray(0, model.identityCount)),
    expression: Float32Array.from(coefficients.subarray(model.identityCount)),
    photoCamera: cameraOf(fit.state, image),
    landmarkErrorPercent: landmarkErrorPercent(prepared, image, fit),
  };
}

/** The found landmarks with the pinned ones moved; their depth stays as it was found. */
export function pinLandmarks(
  landmarks: Float32Array,
  pins: readonly LandmarkPin[],
): { landmarksPx: Float32Array; pinned: ReadonlySet<number> } {
  const landmarksPx = Float32Array.from(landmarks);
  for (const { landmark, xPx, yPx } of pins) landmarksPx.set([xPx, yPx], landmark * 3);
  return { landmarksPx, pinned: new Set(pins.map((pin) => pin.landmark)) };
}
