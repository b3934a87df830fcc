/**
 * The artist's corrections, which are kept in px of the whole upright photo, in px of the part that is worked on: after
 * a crop everything downstream refers to the cropped picture.
 */
import type { PhotoCrop, PhotoEdits } from '../contract/entities.ts';

/** What stages 02 and 03 are given. */
export type PlacedEdits = Pick<PhotoEdits, 'pins' | 'face' | 'maskStrokes'>;

export function placeEdits({ crop, pins, face, maskStrokes }: PhotoEdits): PlacedEdits {
  const [left, top] = cropOrigin(crop);
  return {
    pins: pins.map(({ landmark, xPx, yPx }) => ({ landmark, xPx: xPx - left, yPx: yPx - top })),
    face: face === null ? null : { xPx: face.xPx - left, yPx: face.yPx - top },
    maskStrokes: maskStrokes.map((stroke) => ({
      ...stroke,
      pointsPx: stroke.pointsPx.map(([x, y]): [number, number] => [x - left, y - top]),
    })),
  };
}

/** Of the cropped picture, px of the whole one. */
export function cropOrigin(crop: PhotoCrop | null): [number, number] {
  return crop === null ? [0, 0] : [crop.xPx, crop.yPx];
}
