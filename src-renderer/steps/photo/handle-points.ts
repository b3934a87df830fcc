/**
 * The face points that can be moved, of MediaPipe's 478 (face_mesh topology, Apache-2.0): enough to shape every feature,
 * few enough to be hit. Left and right are the subject's.
 */
export const HANDLE_POINTS: readonly number[] = [
  // Outline of the face, every other point.
  ...[10, 297, 284, 389, 454, 361, 397, 379, 400, 152, 176, 150, 172, 132, 234, 162, 54, 67],
  // Eyes: corners and lids, irises.
  ...[33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380, 468, 473],
  // Brows.
  ...[70, 63, 105, 66, 107, 300, 293, 334, 296, 336],
  // Nose: bridge, tip, wings, base.
  ...[168, 197, 1, 98, 327, 2],
  // Lips: outer line, then where they meet.
  ...[61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91, 13, 14],
];
