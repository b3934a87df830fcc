/** Index sets of MediaPipe's 478 landmarks (face_mesh topology, Apache-2.0). Left and right are the subject's. */

/** The face oval, from the top of the forehead around the subject's left side: the silhouette on a turned face. */
export const FACE_OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
] as const;

/** Outer eye corners [right, left]: the unit of landmark errors. */
export const OUTER_EYE_CORNERS = [33, 263] as const;

/** Middle of the chin. */
export const CHIN = 152;

/** Centre and rim of the irises. */
export const IRIS_RIGHT = [468, 469, 470, 471, 472] as const;
export const IRIS_LEFT = [473, 474, 475, 476, 477] as const;

/**
 * Landmarks across a slit [upper, lower]: the inner edge of the lips from its middle outwards, then the lids; after the middle the
 * subject's right and left by turns.
 */
export const OPENINGS = [
  [13, 14],
  [82, 87],
  [312, 317],
  [81, 178],
  [311, 402],
  [80, 88],
  [310, 318],
  [159, 145],
  [386, 374],
  [158, 153],
  [385, 380],
  [160, 144],
  [387, 373],
] as const;
