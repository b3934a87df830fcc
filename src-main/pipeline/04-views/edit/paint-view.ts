/**
 * A view that an artist painted over outside the studio, as a take.
 *
 * In: the present view, the picture file. Out: {@link View} with the picture's colours and coverage. Where a colour was
 * changed, the pixel is no longer the photo's, and outranks it. Depth and normals stay where there was something, to the bit where
 * coverage is unchanged; where paint adds to the outline they are unknown: depth 0, from which the surface stage goes by the
 * outlines, and the nearest normal.
 */
import { fillUncovered } from '../../../image/fill-uncovered.ts';
import { createImage } from '../../../image/image.ts';
import type { Stage } from '../../stage.ts';
import type { View } from '../views.ts';
import type { PictureEdit, TakenView } from './picture-edit.ts';
import { readPaintedView } from './read-picture.ts';

/** Largest difference that saving and loading a picture may make (colour profiles, 8 bits), in [0, 255]. */
const UNCHANGED = 2;
/** Alpha from which a pixel belongs to the head. */
const COVERED = 64;

export type PaintInput = { views: readonly View[]; edit: Extract<PictureEdit, { kind: 'paint' }> };

export const paintView: Stage<PaintInput, TakenView[]> = async ({ views, edit }) => {
  const present = views[edit.view]!;
  const image = await readPaintedView(edit.picture, present.image);
  const count = image.widthPx * image.heightPx;
  const depth = present.depth.slice();
  const photoWeight = present.photoWeight.slice();
  const overPhoto = present.overPhoto?.slice() ?? new Uint8Array(count);
  // Normals as colours, so that they are continued beyond the outline as colours are.
  const directions = createImage(image.widthPx, image.heightPx);
  const known = new Uint8Array(count);
  const covered = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const alpha = image.rgbaSrgb[i * 4 + 3]!;
    covered[i] = alpha >= COVERED ? 1 : 0;
    if (covered[i] === 0 && alpha !== present.image.rgbaSrgb[i * 4 + 3]) {
      depth[i] = 0;
      photoWeight[i] = 0;
    }
    if (covered[i] === 1 && isRepainted(image.rgbaSrgb, present.image.rgbaSrgb, i * 4)) {
      photoWeight[i] = 0;
      overPhoto[i] = 255;
    }
    const normal = present.normalsHead.subarray(i * 3, i * 3 + 3);
    if (normal[0] === 0 && normal[1] === 0 && normal[2] === 0) continue;
    known[i] = 1;
    for (let c = 0; c < 3; c++) directions.rgbaSrgb[i * 4 + c] = normal[c]! + 128;
  }
  fillUncovered(directions, known);
  // A transparent pixel may hold any colour; what later stages sample there must continue the head's.
  fillUncovered(image, covered);
  const normalsHead = present.normalsHead.slice();
  for (let i = 0; i < count; i++) {
    if (image.rgbaSrgb[i * 4 + 3] === present.image.rgbaSrgb[i * 4 + 3]) continue;
    if (covered[i] === 0) normalsHead.fill(0, i * 3, i * 3 + 3);
    if (covered[i] === 0 || known[i] === 1) continue;
    const direction = [0, 1, 2].map((c) => directions.rgbaSrgb[i * 4 + c]! - 128);
    const length = Math.hypot(...direction) || 1;
    for (let c = 0; c < 3; c++) normalsHead[i * 3 + c] = Math.round((127 * direction[c]!) / length);
  }
  return [{ index: edit.view, view: { ...present, image, normalsHead, depth, photoWeight, overPhoto } }];
};

function isRepainted(painted: Uint8ClampedArray, present: Uint8ClampedArray, at: number): boolean {
  for (let c = 0; c < 3; c++) if (Math.abs(painted[at + c]! - present[at + c]!) > UNCHANGED) return true;
  return false;
}
