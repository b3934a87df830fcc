import type { Photo, PhotoCrop, PhotoFit } from '../../../src-main/contract/entities.ts';
import type { MaskView, PhotoTool } from '../../state/photo-editor.svelte.ts';
import { HANDLE_POINTS } from './handle-points.ts';
import type { MaskLayer } from './mask-layer.ts';
import { type PhotoView, type Point, type Size, toCanvas } from './photo-view.ts';

export type PhotoScene = {
  photo: Photo;
  picture: HTMLImageElement;
  fit: PhotoFit | null;
  mask: MaskLayer | null;
  maskView: MaskView;
  tool: PhotoTool;
  showMesh: boolean;
  /** That has the keyboard, or is being dragged. */
  selected: number | null;
  /** A rectangle that is being drawn. */
  draftCrop: PhotoCrop | null;
  brush: (Point & { radiusPx: number; keeps: boolean }) | null;
};
/** Of the theme. */
export type PhotoColours = { accent: string; ground: string };

const LINE = 'rgb(255 255 255 / 42%)';
const POINT = '#ffffff';
const OUTLINE = 'rgb(0 0 0 / 75%)';
const SHADE = 'rgb(0 0 0 / 58%)';
const POINT_RADIUS = 3.2;
const PIN_RADIUS = 4.6;

/** Sizes in CSS px; `ratio`: device px of one. */
export function drawPhoto(
  context: CanvasRenderingContext2D,
  scene: PhotoScene,
  view: PhotoView,
  size: Size,
  { accent, ground }: PhotoColours,
  ratio: number,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  drawPictures(context, scene, view, ground);
  const kept = scene.draftCrop ?? scene.photo.edits.crop;
  if (kept) shadeOutside(context, scene.photo, kept, view, accent);
  if (scene.fit && scene.tool === 'points') {
    if (scene.showMesh) drawMesh(context, scene.fit, view);
    drawPoints(context, scene, scene.fit, view, accent);
  }
  if (scene.fit && scene.tool === 'frame') drawFaces(context, scene.fit.faces, view, accent);
  if (scene.brush && scene.tool === 'mask') {
    circle(context, scene.brush, scene.brush.radiusPx * view.scale);
    strokeTwice(context, scene.brush.keeps ? POINT : accent, 1.5);
  }
}

function drawPictures(
  context: CanvasRenderingContext2D,
  { photo, picture, mask, maskView }: PhotoScene,
  view: PhotoView,
  ground: string,
): void {
  const draw = (image: CanvasImageSource, area: PhotoCrop): void => {
    const { x, y } = toCanvas(view, area.xPx, area.yPx);
    context.drawImage(image, x, y, area.widthPx * view.scale, area.heightPx * view.scale);
  };
  const whole = { xPx: 0, yPx: 0, widthPx: photo.widthPx, heightPx: photo.heightPx };
  if (mask === null || maskView !== 'cut-out') draw(picture, whole);
  if (mask === null || maskView === 'photo') return;
  if (maskView === 'cut-out') {
    const { x, y } = toCanvas(view, mask.area.xPx, mask.area.yPx);
    context.fillStyle = ground;
    context.fillRect(x, y, mask.area.widthPx * view.scale, mask.area.heightPx * view.scale);
    draw(mask.cutOut, mask.area);
    return;
  }
  context.globalAlpha = 0.55;
  draw(mask.tint, mask.area);
  context.globalAlpha = 1;
}

function shadeOutside(
  context: CanvasRenderingContext2D,
  photo: Photo,
  crop: PhotoCrop,
  view: PhotoView,
  accent: string,
): void {
  const [from, to] = [toCanvas(view, 0, 0), toCanvas(view, photo.widthPx, photo.heightPx)];
  const corner = toCanvas(view, crop.xPx, crop.yPx);
  const [width, height] = [crop.widthPx * view.scale, crop.heightPx * view.scale];
  context.fillStyle = SHADE;
  context.beginPath();
  context.rect(from.x, from.y, to.x - from.x, to.y - from.y);
  context.rect(corner.x, corner.y, width, height);
  context.fill('evenodd');
  context.strokeStyle = accent;
  context.lineWidth = 1.5;
  context.strokeRect(corner.x, corner.y, width, height);
}

function drawMesh(context: CanvasRenderingContext2D, { wirePx }: PhotoFit, view: PhotoView): void {
  context.beginPath();
  for (let i = 0; i + 3 < wirePx.length; i += 4) {
    const a = toCanvas(view, wirePx[i]!, wirePx[i + 1]!);
    const b = toCanvas(view, wirePx[i + 2]!, wirePx[i + 3]!);
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
  }
  context.strokeStyle = LINE;
  context.lineWidth = 1;
  context.stroke();
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { photo, selected }: PhotoScene,
  fit: PhotoFit,
  view: PhotoView,
  accent: string,
): void {
  const pinned = new Set(photo.edits.pins.map(({ landmark }) => landmark));
  for (const landmark of HANDLE_POINTS) {
    const isPin = pinned.has(landmark) || landmark === selected;
    if (!isPin && !fit.facing[landmark]) continue;
    const at = handleAt(fit, landmark, view);
    circle(context, at, isPin ? PIN_RADIUS : POINT_RADIUS);
    context.fillStyle = pinned.has(landmark) ? accent : POINT;
    context.fill();
    context.strokeStyle = OUTLINE;
    context.lineWidth = 1;
    context.stroke();
    if (landmark !== selected) continue;
    circle(context, at, PIN_RADIUS + 5);
    strokeTwice(context, accent, 2);
  }
}

export function handleAt({ fittedPx }: PhotoFit, landmark: number, view: PhotoView): Point {
  return toCanvas(view, fittedPx[landmark * 2]!, fittedPx[landmark * 2 + 1]!);
}

function drawFaces(
  context: CanvasRenderingContext2D,
  faces: readonly PhotoCrop[],
  view: PhotoView,
  accent: string,
): void {
  for (const [index, face] of faces.entries()) {
    const { x, y } = toCanvas(view, face.xPx, face.yPx);
    context.beginPath();
    context.rect(x, y, face.widthPx * view.scale, face.heightPx * view.scale);
    strokeTwice(context, index === 0 ? accent : POINT, index === 0 ? 2.5 : 1.5);
  }
}

function circle(context: CanvasRenderingContext2D, { x, y }: Point, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/** Dark below light: seen on any picture. */
function strokeTwice(context: CanvasRenderingContext2D, colour: string, width: number): void {
  context.strokeStyle = OUTLINE;
  context.lineWidth = width + 2;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
