/**
 * Merges the parts of MediaPipe's attention mesh into 478 landmarks, as ONNX operators.
 * · mesh (468 × xyz), lips (80 × xy), eyes with brows (71 × xy each), irises (5 × xy each) → (1, 478, 3), px of the crop.
 * Source: the options of the LandmarksRefinementCalculator node in the graph that @mediapipe/face_mesh
 * 0.4.1657299874 carries (`face_mesh_solution_simd_wasm_bin.wasm`, byte 5 899 904; a test decodes it and compares).
 * Every part lists the landmarks that it overwrites; later parts win. x and y come from the part. z stays the mesh's;
 * an iris has none, so it takes the mean z of the contour of its eye.
 * The whole merge is a look-up: all parts in one list, one index per landmark. Writing into the mesh part by part
 * (ScatterND) gives the same numbers with six more operators.
 */
import type { ChannelsLast, Value } from './channels-last.ts';

export const MESH_LANDMARKS = 468;
export const ALL_LANDMARKS = 478;

/** Outer and inner lip contours, four rings. */
const LIPS = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78, 95, 88, 178,
  87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77, 90, 180, 85, 16, 315, 404,
  320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292,
  183, 42, 41, 38, 12, 268, 271, 272, 407,
];

/** Subject's right eye: the contour first (16), then lids and brow. */
const RIGHT_EYE = [
  33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24, 23, 22, 26,
  112, 243, 247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222,
  221, 189, 35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107,
  55, 193,
];

/** Subject's left eye, in the same order. */
const LEFT_EYE = [
  263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339, 254, 253,
  252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451, 452, 453, 464, 342,
  445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465,
  383, 300, 293, 334, 296, 336, 285, 417,
];

/** Points of an eye's contour, at the start of its list. */
const CONTOUR_POINTS = 16;

/** MediaPipe calls the eye on the left of the picture "left"; here sides are the subject's. */
export type AttentionParts = Record<
  'mesh' | 'lips' | 'rightEye' | 'leftEye' | 'rightIris' | 'leftIris',
  Value
>;

/** What each part after the mesh overwrites, in the order of the graph. */
export const REFINED_LANDMARKS: Record<Exclude<keyof AttentionParts, 'mesh'>, readonly number[]> = {
  lips: LIPS,
  rightEye: RIGHT_EYE,
  leftEye: LEFT_EYE,
  rightIris: [468, 469, 470, 471, 472],
  leftIris: [473, 474, 475, 476, 477],
};

/** The contour whose mean z an iris takes. */
export const IRIS_DEPTH_LANDMARKS = {
  rightIris: RIGHT_EYE.slice(0, CONTOUR_POINTS),
  leftIris: LEFT_EYE.slice(0, CONTOUR_POINTS),
};

export function mergeAttentionLandmarks(emit: ChannelsLast, parts: AttentionParts): Value {
  const { graph } = emit;
  const mesh = emit.rows(emit.reshape(parts.mesh, [1, MESH_LANDMARKS, 3]));
  const slice = (begin: number, end: number) =>
    graph.add('Slice', [mesh, graph.int64s([begin]), graph.int64s([end]), graph.int64s([2])]);
  const pick = (values: string, indices: readonly number[]) =>
    graph.add('Gather', [values, graph.int64s(indices)], { axis: 1 });

  const sourceOfXy = Array.from({ length: ALL_LANDMARKS }, (_, landmark) => landmark);
  const lists = [slice(0, 2)];
  let offset = MESH_LANDMARKS;
  for (const [part, landmarks] of Object.entries(REFINED_LANDMARKS) as [
    keyof typeof REFINED_LANDMARKS,
    number[],
  ][]) {
    lists.push(emit.rows(emit.reshape(parts[part], [1, landmarks.length, 2])));
    landmarks.forEach((landmark, k) => {
      sourceOfXy[landmark] = offset + k;
    });
    offset += landmarks.length;
  }
  const xy = pick(graph.add('Concat', lists, { axis: 1 }), sourceOfXy);

  const meshZ = slice(2, 3);
  const meanZ = (landmarks: readonly number[]) =>
    graph.add('ReduceMean', [pick(meshZ, landmarks)], { axes: [1] });
  const depths = [meshZ, meanZ(IRIS_DEPTH_LANDMARKS.rightIris), meanZ(IRIS_DEPTH_LANDMARKS.leftIris)];
  const sourceOfZ = sourceOfXy.map((_, landmark) => {
    if (landmark < MESH_LANDMARKS) return landmark;
    return REFINED_LANDMARKS.rightIris.includes(landmark) ? MESH_LANDMARKS : MESH_LANDMARKS + 1;
  });
  const z = pick(graph.add('Concat', depths, { axis: 1 }), sourceOfZ);
  return { dims: [1, ALL_LANDMARKS, 3], rows: graph.add('Concat', [xy, z], { axis: 2 }) };
}
