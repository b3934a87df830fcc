/**
 * Finds faces: two BlazeFace networks on the whole picture, then on overlapping tiles when that gave nothing.
 *
 * image (H, W, 4) sRGB → candidates with a box and six points (photo px), best score first, overlaps removed
 *
 * Short range (128 px, faces within ~2 m) and full range (192 px, ~5 m) both see the whole picture in 20 ms, so both
 * always run: the one finds near faces, the other lists the people behind. A face narrower than ~1/16 of the picture
 * is below what 192 px can show; tiles of 60 % and then 40 % of the side find those.
 * Model formats: models/manifest.json (`face-detection-short`, `face-detection-full`).
 */
import type { ImageRgba } from '../../image/image.ts';
import { fitInside, resizeImage } from '../../image/resize-image.ts';
import { type CropSquare, squareCrop, applySimilarity } from '../../image/similarity.ts';
import { warpImage } from '../../image/warp-image.ts';
import type { Inference } from '../../inference/inference.ts';
import type { FaceBox } from './analysis.ts';
import { imageTensor } from './image-tensor.ts';

export type FaceCandidate = {
  box: FaceBox;
  /** Subject's right eye, left eye, nose tip, mouth centre, right ear, left ear; photo px. */
  points: [number, number][];
};

type Detector = { modelId: string; sizePx: number; anchors: Float32Array };
const SHORT_RANGE: Detector = {
  modelId: 'face-detection-short',
  sizePx: 128,
  anchors: gridAnchors(128, [
    [16, 2],
    [8, 6],
  ]),
};
const FULL_RANGE: Detector = {
  modelId: 'face-detection-full',
  sizePx: 192,
  anchors: gridAnchors(192, [[48, 1]]),
};

/** MediaPipe's own threshold for both networks. */
const MIN_SCORE = 0.5;
/** Two boxes are one face when they share this part of the smaller one (the networks frame a face differently). */
const SAME_FACE_OVERLAP = 0.4;
/** Detection never needs more pixels than its finest tiles use: 192 px per 40 % of the side, times two. */
const DETECTION_SIDE_PX = 1024;
/** [part of the longer side that a tile covers, tiles along each axis] */
const TILE_LEVELS = [
  [0.6, 2],
  [0.4, 4],
] as const;
/** Score logits are clamped before the sigmoid (manifest). */
const MAX_LOGIT = 100;

/** The whole picture with both networks. */
export async function detectFaces(image: ImageRgba, inference: Inference): Promise<FaceCandidate[]> {
  const { small, scale } = shrink(image);
  const whole = wholeSquare(small);
  const found = [
    ...(await detectIn(small, whole, SHORT_RANGE, inference)),
    ...(await detectIn(small, whole, FULL_RANGE, inference)),
  ];
  return removeOverlaps(found.map((candidate) => scaleCandidate(candidate, scale)));
}

/** The picture in overlapping tiles, coarse then fine; stops at the first level that finds something. */
export async function detectSmallFaces(image: ImageRgba, inference: Inference): Promise<FaceCandidate[]> {
  const { small, scale } = shrink(image);
  for (const [part, count] of TILE_LEVELS) {
    const found: FaceCandidate[] = [];
    for (const tile of tiles(small, part, count))
      found.push(...(await detectIn(small, tile, FULL_RANGE, inference)));
    if (found.length > 0) return removeOverlaps(found.map((candidate) => scaleCandidate(candidate, scale)));
  }
  return [];
}

/** Greedy non-maximum suppression: the better score stays. */
export function removeOverlaps(candidates: readonly FaceCandidate[]): FaceCandidate[] {
  const kept: FaceCandidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => b.box.score - a.box.score)) {
    if (kept.every((other) => overlap(other.box, candidate.box) < SAME_FACE_OVERLAP)) kept.push(candidate);
  }
  return kept;
}

/** Intersection over the smaller of the two areas. */
function overlap(a: FaceBox, b: FaceBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(a.width * a.height, b.width * b.height);
}

/** One network on one square window of the picture; the part outside the picture is black (letterbox). */
async function detectIn(
  image: ImageRgba,
  window: CropSquare,
  detector: Detector,
  inference: Inference,
): Promise<FaceCandidate[]> {
  const { sizePx, anchors } = detector;
  const imageFromCrop = squareCrop(window, sizePx);
  const crop = warpImage(image, imageFromCrop, sizePx, { border: 'zero' });
  const input = imageTensor(crop, 1 / 127.5, -1);
  const { boxes, scores } = await inference.run(detector.modelId, { image: input });
  const values = boxes!.data;
  const found: FaceCandidate[] = [];
  for (let anchor = 0; anchor < anchors.length / 2; anchor++) {
    const logit = Math.min(MAX_LOGIT, Math.max(-MAX_LOGIT, scores!.data[anchor]!));
    const score = 1 / (1 + Math.exp(-logit));
    if (score < MIN_SCORE) continue;
    const point = (index: number): [number, number] => {
      const at = anchor * 16 + index;
      return applySimilarity(
        imageFromCrop,
        values[at]! + anchors[anchor * 2]!,
        values[at + 1]! + anchors[anchor * 2 + 1]!,
      );
    };
    const scale = window.sizePx / sizePx;
    const [x, y] = point(0);
    const width = values[anchor * 16 + 2]! * scale;
    const height = values[anchor * 16 + 3]! * scale;
    found.push({
      box: { x: x - width / 2, y: y - height / 2, width, height, score },
      points: [4, 6, 8, 10, 12, 14].map(point),
    });
  }
  return found;
}

function wholeSquare({ widthPx, heightPx }: ImageRgba): CropSquare {
  return { x: widthPx / 2, y: heightPx / 2, sizePx: Math.max(widthPx, heightPx), angle: 0 };
}

/** `count` × `count` squares spread evenly over the picture; one row or column where the picture is that narrow. */
function tiles({ widthPx, heightPx }: ImageRgba, part: number, count: number): CropSquare[] {
  const sizePx = Math.max(widthPx, heightPx) * part;
  const centres = (length: number): number[] =>
    length <= sizePx
      ? [length / 2]
      : Array.from({ length: count }, (_, i) => sizePx / 2 + (i * (length - sizePx)) / (count - 1));
  return centres(heightPx).flatMap((y) => centres(widthPx).map((x) => ({ x, y, sizePx, angle: 0 })));
}

function shrink(image: ImageRgba): { small: ImageRgba; scale: number } {
  const size = fitInside(image.widthPx, image.heightPx, DETECTION_SIDE_PX);
  if (size.widthPx === image.widthPx) return { small: image, scale: 1 };
  return { small: resizeImage(image, size.widthPx, size.heightPx), scale: image.widthPx / size.widthPx };
}

function scaleCandidate({ box, points }: FaceCandidate, scale: number): FaceCandidate {
  const { x, y, width, height, score } = box;
  return {
    box: { x: x * scale, y: y * scale, width: width * scale, height: height * scale, score },
    points: points.map(([px, py]) => [px * scale, py * scale]),
  };
}

/** (A, 2) anchor centres in crop px: grids of cells, `perCell` anchors each, row by row (manifest). */
function gridAnchors(
  sizePx: number,
  grids: readonly (readonly [cells: number, perCell: number])[],
): Float32Array {
  const centres: number[] = [];
  for (const [cells, perCell] of grids) {
    for (let cell = 0; cell < cells * cells; cell++) {
      const x = (((cell % cells) + 0.5) / cells) * sizePx;
      const y = ((Math.floor(cell / cells) + 0.5) / cells) * sizePx;
      for (let k = 0; k < perCell; k++) centres.push(x, y);
    }
  }
  return Float32Array.from(centres);
}
