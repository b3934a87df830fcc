import type { PhotoCrop } from '../../src-main/contract/entities.ts';
import type { PhotoView } from '../viewport/head-viewport.ts';

/**
 * The camera of a cropped picture as that of the whole upright photo it was cut from, which is what the overlay shows.
 * The origin is held inside the photo as stage 01 does.
 */
export function wholePhotoView(
  view: PhotoView,
  crop: PhotoCrop | null,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): PhotoView {
  if (crop === null) return view;
  const left = Math.min(crop.xPx, widthPx - 1);
  const top = Math.min(crop.yPx, heightPx - 1);
  return { ...view, widthPx, heightPx, centrePx: [view.centrePx[0] + left, view.centrePx[1] + top] };
}
