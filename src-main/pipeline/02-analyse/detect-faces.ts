/**
 * Finds faces: two BlazeFace networks on the whole picture and one of them on overlapping tiles.
 *
 * image (H, W, 4) sRGB → candidates with a box and six points (photo px), overlaps removed
 *
 * Short range (128 px, faces within ~2 m) and full range (192 px, ~5 m) see the whole picture. A face narrower than
 * ~1/16 of it is below what 192 px can show: tiles of 60 % of the side list the people in the background, tiles of 40 %
 * are a last resort. Without that it takes 0.07 s at 512 px, 0.17 s at 1024 px.
 * A tile may show half a face that looks like a whole one, so boxes cut by a tile's inner edge are dropped, and what the
 * whole picture showed wins over what a tile shows.
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
/** In tiles: there are more of them and texture fills them, engines and galaxies reach 0.63, small faces 0.8. */
const MIN_TILE_SCORE = 0.7;
/** Two boxes are one face when they share this part of the smaller one (the networks frame a face differently). */
const SAME_FACE_OVERLAP = 0.4;
/** Detection never needs more pixels than its finest tiles use: 192 px per 40 % of the side, times two. */
const DETECTION_SIDE_PX = 1024;
/** Tiles: part of the longer side that one covers, number along each axis (they overlap by half a tile or more). */
const COARSE_TILES = { part: 0.6, count: 2 };
const FINE_TILES = { part: 0.4, count: 4 };
/** Score logits are clamped before the sigmoid (manifest). */
const MAX_LOGIT = 100;

/** The faces of people that the picture shows near or at some distance. */
export async function detectFaces(image: ImageRgba, inference: Inference): Promise<FaceCandidate[]> {
  const { small, scale } = shrink(image);
  const whole = wholeSquare(small);
  const near = removeOverlaps([
    ...(await detectIn(small, whole, SHORT_RANGE, inference)),
    ...(await detectIn(small, whole, FULL_RANGE, inference)),
  ]);
  const far = await detectInTiles(small, COARSE_TILES, inference);
  const added = far.filter((tiled) => near.every((seen) => !isSameFace(seen, tiled)));
  return [...near, ...added].map((candidate) => scaleCandidate(candidate, scale));
}

/** Faces too small for {@link detectFaces}. */
export async function detectSmallFaces(image: ImageRgba, inference: Inference): Promise<FaceCandidate[]> {
  const { small, scale } = shrink(image);
  const found = await detectInTiles(small, FINE_TILES, inference);
  return found.map((candidate) => scaleCandidate(candidate, scale));
}

async function detectInTiles(
  image: ImageRgba,
  layout: { part: number; count: number },
  inference: Inference,
): Promise<FaceCandidate[]> {
  const found: FaceCandidate[] = [];
  for (const tile of tiles(image, layout.part, layout.count)) {
    for (const candidate of await detectIn(image, tile, FULL_RANGE, inference)) {
      if (candidate.box.score >= MIN_TILE_SCORE && !isCut(candidate.box, tile, image)) found.push(candidate);
    }
  }
  return removeOverlaps(found);
}

/** Greedy non-maximum suppression: the better score stays. */
export function removeOverlaps(candidates: readonly FaceCandidate[]): FaceCandidate[] {
  const kept: FaceCandidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => b.box.score - a.box.score)) {
    if (kept.every((other) => !isSameFace(other, candidate))) kept.push(candidate);
  }
  return kept;
}

function isSameFace(a: FaceCandidate, b: FaceCandidate): boolean {
  return overlap(a.box, b.box) >= SAME_FACE_OVERLAP;
}

/** Whether an edge of the tile that lies inside the picture cuts the box. */
function isCut(box: FaceBox, tile: CropSquare, image: ImageRgba): boolean {
  const cutAlong = (start: number, length: number, centre: number, total: number): boolean => {
    const [from, to] = [centre - tile.sizePx / 2, centre + tile.sizePx / 2];
    return (from > 0 && start < from) || (to < total && start + length > to);
  };
  return (
    cutAlong(box.x, box.width, tile.x, image.widthPx) || cutAlong(box.y, box.height, tile.y, image.heightPx)
  );
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
