/** What is known of the face in the photo. All positions in px of `Photo.image`. */

export const LANDMARK_COUNT = 478;

export type FaceBox = { x: number; y: number; width: number; height: number; score: number };

/** (H, W) uint8, 255 = person; same size as the photo. */
export type PortraitMask = { widthPx: number; heightPx: number; alpha: Uint8Array };

export type Analysis = {
  /** The face that is worked on. */
  face: FaceBox;
  /** All faces found, the one that is worked on first, then by size. */
  faces: FaceBox[];
  /** (478, 3): x, y px; z px, relative depth of MediaPipe's face mesh (negative = towards the camera). */
  landmarks: Float32Array;
  /** [0, 1] that the landmark model gives a face being there. */
  landmarkScore: number;
  mask: PortraitMask;
  /** (128) dlib re-identification embedding; Euclidean distance < 0.6 = same person. */
  embedding128: Float32Array;
  /** (192) ArcFace-like embedding, L2-normalised; cosine. */
  embedding192: Float32Array;
  quality: {
    /** Distance between the outer eye corners, px. */
    eyeDistancePx: number;
    /** Variance of the Laplacian in the 256-px face crop (grey in [0, 255]); low = blurred. */
    sharpness: number;
    /** Rough head turn from the landmarks, degrees; + = the subject looks to the subject's left. */
    yawDeg: number;
    pitchDeg: number;
    rollDeg: number;
  };
};
