/**
 * Rows of views for contact sheets: the photo, then all views from the front around, on light grey.
 * photo or null, views → (TILE_PX, (V + 1) · TILE_PX, 4) sRGB.
 */
import { createImage, type ImageRgba } from '../../image/image.ts';
import { resizeImage } from '../../image/resize-image.ts';

export const TILE_PX = 128;
const GROUND = 225;

export function drawRow(photo: ImageRgba | null, views: readonly { image: ImageRgba }[]): ImageRgba {
  const out = createImage((views.length + 1) * TILE_PX, TILE_PX);
  out.rgbaSrgb.fill(255);
  if (photo !== null) paste(out, fitTile(photo), 0);
  views.forEach(({ image }, index) => paste(out, resizeImage(image, TILE_PX, TILE_PX), index + 1));
  return out;
}

/** The middle square of a picture. */
function fitTile(photo: ImageRgba): ImageRgba {
  const side = Math.min(photo.widthPx, photo.heightPx);
  const left = Math.floor((photo.widthPx - side) / 2);
  const top = Math.floor((photo.heightPx - side) / 2);
  const square = createImage(side, side);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * photo.widthPx + left) * 4;
    square.rgbaSrgb.set(photo.rgbaSrgb.subarray(from, from + side * 4), y * side * 4);
  }
  return resizeImage(square, TILE_PX, TILE_PX);
}

function paste(out: ImageRgba, tile: ImageRgba, column: number): void {
  for (let y = 0; y < TILE_PX; y++) {
    for (let x = 0; x < TILE_PX; x++) {
      const from = (y * TILE_PX + x) * 4;
      const to = (y * out.widthPx + column * TILE_PX + x) * 4;
      const share = tile.rgbaSrgb[from + 3]! / 255;
      for (let c = 0; c < 3; c++)
        out.rgbaSrgb[to + c] = share * tile.rgbaSrgb[from + c]! + (1 - share) * GROUND;
    }
  }
}
