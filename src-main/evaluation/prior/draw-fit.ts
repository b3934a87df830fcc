/**
 * A look at one fit: the picture, the picture with mesh outline and landmarks, and the mesh as clay, side by side.
 * photo, fit → (TILE_PX, 3 · TILE_PX, 4) sRGB; several of them make a contact sheet.
 */
import type { Camera } from '../../camera/camera.ts';
import { projectPoints } from '../../camera/camera.ts';
import { type ImageRgba, createImage } from '../../image/image.ts';
import { resizeImage } from '../../image/resize-image.ts';
import type { PreparedModel } from '../../pipeline/03-prior/prepare-head-model.ts';
import { rasterise } from '../../render/rasterise.ts';
import { shadeClay } from '../../render/shade-clay.ts';
import type { PortraitFit } from './fit-portrait.ts';

export const TILE_PX = 256;
/** Window around the mesh, as a multiple of its larger side. */
const MARGIN = 1.1;
const OUTLINE_SRGB = [255, 60, 60];
const REGION_SRGB = [60, 220, 255];
const LANDMARK_SRGB = [255, 255, 255];

export function drawFit(prepared: PreparedModel, photo: ImageRgba, fit: PortraitFit): ImageRgba {
  const { prior, analysis } = fit;
  const window = meshWindow(prior.photoCamera, prior.positionsHead);
  const scale = TILE_PX / window.sizePx;
  const camera: Camera = {
    ...prior.photoCamera,
    widthPx: TILE_PX,
    heightPx: TILE_PX,
    focalPx: [prior.photoCamera.focalPx[0] * scale, prior.photoCamera.focalPx[1] * scale],
    centrePx: [
      (prior.photoCamera.centrePx[0] - window.left) * scale,
      (prior.photoCamera.centrePx[1] - window.top) * scale,
    ],
  };
  const picture = resizeImage(cutSquare(photo, window), TILE_PX, TILE_PX);
  const mesh = { positionsHead: prior.positionsHead, triangles: prepared.triangles };
  const out = createImage(3 * TILE_PX, TILE_PX);
  paste(out, picture, 0);
  paste(out, picture, TILE_PX);
  paste(out, shadeClay(mesh, camera), 2 * TILE_PX);
  const put = (x: number, y: number, colour: readonly number[]): void => {
    if (x < 0 || y < 0 || x >= TILE_PX || y >= TILE_PX) return;
    out.rgbaSrgb.set(colour, (y * out.widthPx + TILE_PX + x) * 4);
  };
  const { triangleIds } = rasterise(mesh, camera);
  const regionAt = (i: number): number => {
    const id = triangleIds[i]!;
    return id < 0 ? -1 : prepared.model.regions[prepared.triangles[id * 3]!]!;
  };
  for (let y = 0; y + 1 < TILE_PX; y++) {
    for (let x = 0; x + 1 < TILE_PX; x++) {
      const here = regionAt(y * TILE_PX + x);
      for (const other of [regionAt(y * TILE_PX + x + 1), regionAt((y + 1) * TILE_PX + x)]) {
        if (here !== other) put(x, y, here < 0 || other < 0 ? OUTLINE_SRGB : REGION_SRGB);
      }
    }
  }
  for (let i = 0; i < analysis.landmarks.length; i += 3) {
    const [u, v] = [analysis.landmarks[i]! - window.left, analysis.landmarks[i + 1]! - window.top];
    put(Math.floor(u * scale), Math.floor(v * scale), LANDMARK_SRGB);
  }
  return out;
}

/** Pictures of one width, one below the other. */
export function stackImages(images: readonly ImageRgba[]): ImageRgba {
  const heightPx = images.reduce((sum, image) => sum + image.heightPx, 0);
  const out = createImage(Math.max(1, ...images.map((image) => image.widthPx)), Math.max(1, heightPx));
  let offset = 0;
  for (const image of images) {
    out.rgbaSrgb.set(image.rgbaSrgb, offset);
    offset += image.rgbaSrgb.length;
  }
  return out;
}

/** Fits side by side in two columns. */
export function sheetOf(fits: readonly ImageRgba[]): ImageRgba {
  const COLUMNS = 2;
  const out = createImage(COLUMNS * 3 * TILE_PX, Math.max(1, Math.ceil(fits.length / COLUMNS)) * TILE_PX);
  for (const [i, fit] of fits.entries()) {
    const [left, top] = [(i % COLUMNS) * 3 * TILE_PX, Math.floor(i / COLUMNS) * TILE_PX];
    for (let y = 0; y < TILE_PX; y++) {
      const row = fit.rgbaSrgb.subarray(y * fit.widthPx * 4, (y + 1) * fit.widthPx * 4);
      out.rgbaSrgb.set(row, ((top + y) * out.widthPx + left) * 4);
    }
  }
  return out;
}

type Window = { left: number; top: number; sizePx: number };

function meshWindow(camera: Camera, positionsHead: Float32Array): Window {
  const projected = projectPoints(camera, positionsHead);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < projected.length; i += 3) {
    left = Math.min(left, projected[i]!);
    right = Math.max(right, projected[i]!);
    top = Math.min(top, projected[i + 1]!);
    bottom = Math.max(bottom, projected[i + 1]!);
  }
  const sizePx = Math.ceil(Math.max(right - left, bottom - top) * MARGIN);
  return {
    left: Math.floor((left + right - sizePx) / 2),
    top: Math.floor((top + bottom - sizePx) / 2),
    sizePx,
  };
}

/** The window's pixels, black outside the photo. */
function cutSquare(photo: ImageRgba, { left, top, sizePx }: Window): ImageRgba {
  const out = createImage(sizePx, sizePx);
  for (let y = 0; y < sizePx; y++) {
    const row = y + top;
    const from = Math.max(0, -left);
    const to = Math.min(sizePx, photo.widthPx - left);
    if (row < 0 || row >= photo.heightPx || to <= from) continue;
    const start = (row * photo.widthPx + left + from) * 4;
    out.rgbaSrgb.set(photo.rgbaSrgb.subarray(start, start + (to - from) * 4), (y * sizePx + from) * 4);
  }
  return out;
}

function paste(out: ImageRgba, image: ImageRgba, left: number): void {
  for (let y = 0; y < image.heightPx; y++) {
    for (let x = 0; x < image.widthPx; x++) {
      const from = (y * image.widthPx + x) * 4;
      const to = (y * out.widthPx + left + x) * 4;
      const alpha = image.rgbaSrgb[from + 3]! / 255;
      for (let c = 0; c < 3; c++) out.rgbaSrgb[to + c] = alpha * image.rgbaSrgb[from + c]!;
      out.rgbaSrgb[to + 3] = 255;
    }
  }
}
