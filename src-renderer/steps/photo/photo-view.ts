import type { PhotoCrop, PixelPoint } from '../../../src-main/contract/entities.ts';

/** How the photo lies on the canvas: CSS px = `left` + `scale` · px of the photo. */
export type PhotoView = { scale: number; left: number; top: number };
export type Size = { width: number; height: number };
export type Point = { x: number; y: number };

/** Space left around what is framed, share of the canvas. */
const MARGIN = 0.06;
/** One photo px on 24 CSS px is more than anyone needs to place a point. */
const MAX_SCALE = 24;
const MIN_SCALE = 0.02;

/** A part of the photo in the middle of the canvas, as large as it fits. */
export function frameView(part: PhotoCrop, canvas: Size): PhotoView {
  const room = 1 - 2 * MARGIN;
  const scale = Math.min((canvas.width * room) / part.widthPx, (canvas.height * room) / part.heightPx);
  return {
    scale,
    left: canvas.width / 2 - scale * (part.xPx + part.widthPx / 2),
    top: canvas.height / 2 - scale * (part.yPx + part.heightPx / 2),
  };
}

/** A face with its hair and neck, as far as the photo has them. */
export function aroundFace(face: PhotoCrop, photo: { widthPx: number; heightPx: number }): PhotoCrop {
  const side = 2.4 * Math.max(face.widthPx, face.heightPx);
  const left = Math.max(0, face.xPx + face.widthPx / 2 - side / 2);
  // Faces are found from the brows to the chin: hair above takes more than the neck below.
  const top = Math.max(0, face.yPx + face.heightPx / 2 - side * 0.55);
  return {
    xPx: Math.round(left),
    yPx: Math.round(top),
    widthPx: Math.round(Math.min(side, photo.widthPx - left)),
    heightPx: Math.round(Math.min(side, photo.heightPx - top)),
  };
}

/** By `factor` about a place of the canvas that stays where it is. */
export function zoomView(view: PhotoView, at: Point, factor: number): PhotoView {
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, left: at.x - (at.x - view.left) * ratio, top: at.y - (at.y - view.top) * ratio };
}

export function toPhoto(view: PhotoView, { x, y }: Point): PixelPoint {
  return { xPx: (x - view.left) / view.scale, yPx: (y - view.top) / view.scale };
}

export function toCanvas(view: PhotoView, xPx: number, yPx: number): Point {
  return { x: view.left + view.scale * xPx, y: view.top + view.scale * yPx };
}

/** The rectangle between two corners, whole px inside the photo. */
export function cropBetween(
  a: PixelPoint,
  b: PixelPoint,
  photo: { widthPx: number; heightPx: number },
): PhotoCrop {
  const inside = (px: number, most: number): number => Math.min(most, Math.max(0, Math.round(px)));
  const [left, right] = [a.xPx, b.xPx].map((px) => inside(px, photo.widthPx)).sort((p, q) => p - q);
  const [top, bottom] = [a.yPx, b.yPx].map((px) => inside(px, photo.heightPx)).sort((p, q) => p - q);
  return { xPx: left!, yPx: top!, widthPx: right! - left!, heightPx: bottom! - top! };
}

/** Fewer points on the same line: those nearer than `stepPx` to the last one are left out, its end is kept. */
export function simplifyStroke(points: readonly [number, number][], stepPx: number): [number, number][] {
  const kept: [number, number][] = [];
  for (const [index, point] of points.entries()) {
    const last = kept.at(-1);
    const far = !last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= stepPx;
    if (far || index === points.length - 1) kept.push([tenth(point[0]), tenth(point[1])]);
  }
  return kept;
}

function tenth(px: number): number {
  return Math.round(px * 10) / 10;
}
