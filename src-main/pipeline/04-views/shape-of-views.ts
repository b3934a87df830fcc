import { createImage } from '../../image/image.ts';
import type { Views } from './views.ts';

/**
 * What views say of the shape: coverage, depth and normals. Colours are black and nothing is the photo's. Stage 05 reads
 * no more; it is given this, so that a surface is kept where an artist changed colours alone.
 */
export function shapeOfViews({ method, views }: Views): Views {
  return {
    method,
    views: views.map(({ overPhoto: _, photoWeight, ...view }) => {
      const image = createImage(view.image.widthPx, view.image.heightPx);
      for (let i = 3; i < image.rgbaSrgb.length; i += 4) image.rgbaSrgb[i] = view.image.rgbaSrgb[i]!;
      return { ...view, image, photoWeight: new Uint8Array(photoWeight.length) };
    }),
  };
}
