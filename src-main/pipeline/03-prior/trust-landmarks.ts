/**
 * How far each landmark is believed: noise, visibility at the current pose, and what a person has placed by hand.
 * prepared model, observations, state → LandmarkTerm.
 *
 * MediaPipe's errors are strongly correlated between neighbours, so 478 landmarks carry far fewer facts than 478
 * independent ones; the noise is widened for that. On a turned face, landmarks of the hidden half are guesses, and those
 * of the face oval slide along the visible outline instead of staying on the skin. Believing less at an angle and less of
 * the oval took the face error at 60° from 1.54 mm to 1.48 mm on drawn heads; the detector still sees such a head turned 8°
 * less than it is, which no weighting cures.
 */
import type { FitState } from './fit-state.ts';
import { FACE_OVAL } from './landmark-sets.ts';
import type { LandmarkTerm } from './landmark-terms.ts';
import type { PreparedModel } from './prepare-head-model.ts';

export type LandmarkObservations = {
  /** (478, 3) u px, v px, relative depth px (negative = towards the camera). */
  landmarksPx: ArrayLike<number>;
  /** Landmarks that a person placed: believed almost to the pixel. */
  pinned?: ReadonlySet<number>;
};

/**
 * Depth of MediaPipe's mesh is a guess from appearance: weaker than the image position by this factor. On 24 drawn heads the
 * face error of MakeHuman's is 1.35 mm with 2.5, 1.25 mm with 4, 1.11 mm with 8; ICT's does not care.
 */
const DEPTH_SIGMA_FACTOR = 8;
/** A pinned landmark's standard deviation as a share of the outer eye distance: what a hand can place. */
const PINNED_NOISE = 0.004;
/** Whoever drags a landmark says that its neighbours are wrong, too: their noise grows by up to this factor. */
const PIN_DOUBT = 5;
/** How far that reaches, as a share of the outer eye distance: a lip, an eye, the tip of the chin. */
const PIN_REACH = 0.15;

/** The landmark term with the noise and trust that hold at `state`. */
export function trustLandmarks(
  prepared: PreparedModel,
  observations: LandmarkObservations,
  state: FitState,
  landmarkNoise: number,
): LandmarkTerm {
  const { scalePxPerM } = state;
  const eyePx = prepared.eyeDistanceM * scalePxPerM;
  const trust = landmarkTrust(prepared.landmarkNormalsHead, state.rotation);
  const pinned = observations.pinned ?? new Set<number>();
  const sigmaPx = new Float64Array(prepared.landmarks.count);
  const depthSigmaPx = new Float64Array(prepared.landmarks.count);
  for (let i = 0; i < sigmaPx.length; i++) {
    const noisePx = Math.hypot(landmarkNoise * eyePx, prepared.model.landmarks.residualM[i]! * scalePxPerM);
    const sigma = (noisePx / Math.sqrt(trust[i]!)) * doubtNearPins(prepared, pinned, i);
    // A hand moves a landmark in the picture only: its depth stays the guess that it was.
    sigmaPx[i] = pinned.has(i) ? PINNED_NOISE * eyePx : sigma;
    depthSigmaPx[i] = DEPTH_SIGMA_FACTOR * sigma;
  }
  return {
    points: prepared.landmarks,
    foundPx: observations.landmarksPx,
    sigmaPx,
    depthSigmaPx,
    pinned,
    trust,
  };
}

function doubtNearPins(prepared: PreparedModel, pinned: ReadonlySet<number>, i: number): number {
  const p = prepared.landmarks.neutralHead;
  let nearness = 0;
  for (const pin of pinned) {
    const d = Math.hypot(
      p[i * 3]! - p[pin * 3]!,
      p[i * 3 + 1]! - p[pin * 3 + 1]!,
      p[i * 3 + 2]! - p[pin * 3 + 2]!,
    );
    nearness = Math.max(nearness, Math.exp(-((d / (PIN_REACH * prepared.eyeDistanceM)) ** 2)));
  }
  return 1 + (PIN_DOUBT - 1) * nearness;
}

/** Trust of a hidden landmark; not 0, so that a profile keeps the far eye on the far side. */
const HIDDEN_TRUST = 0.02;
/** Cosines between surface normal and view from which a landmark counts as hidden, and as plainly seen. */
const HIDDEN_COSINE = 0.1;
const SEEN_COSINE = 0.6;
/** The oval is the outline already at a slight turn: its landmarks need to face the camera much more. */
const OVAL_HIDDEN_COSINE = 0.05;
const OVAL_SEEN_COSINE = 0.7;
/** Trust of an oval landmark that is plainly seen: on a frontal face the oval, too, is an outline of hair and jaw. */
const OVAL_TRUST = 0.15;
const OVAL = new Set<number>(FACE_OVAL);

/** (M) trust in [0, 1] of landmarks with normals (M, 3) in the head frame, for a rotation camera-from-head. */
export function landmarkTrust(normalsHead: Float64Array, rotation: Float64Array): Float64Array {
  const trust = new Float64Array(normalsHead.length / 3);
  for (let i = 0; i < trust.length; i++) {
    const cosine =
      rotation[6]! * normalsHead[i * 3]! +
      rotation[7]! * normalsHead[i * 3 + 1]! +
      rotation[8]! * normalsHead[i * 3 + 2]!;
    const isOval = OVAL.has(i);
    const low = isOval ? OVAL_HIDDEN_COSINE : HIDDEN_COSINE;
    const high = isOval ? OVAL_SEEN_COSINE : SEEN_COSINE;
    const t = Math.min(1, Math.max(0, (cosine - low) / (high - low)));
    const smooth = t * t * (3 - 2 * t);
    trust[i] = (HIDDEN_TRUST + (1 - HIDDEN_TRUST) * smooth) * (isOval ? OVAL_TRUST : 1);
  }
  return trust;
}
