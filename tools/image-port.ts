/** Decoding and JPEG for `src-main/synth`, which must not import an image library itself. */
import sharp, { type Sharp } from 'sharp';
import type { ImageRgba } from '../src-main/image/image.ts';
import type { ImagePort } from '../src-main/synth/makehuman/assets.ts';

export const IMAGE_PORT: ImagePort = {
  async readImage(file, sidePx) {
    return decode(sharp(file).resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true }));
  },
  async passJpeg(image, quality) {
    const raw = { width: image.widthPx, height: image.heightPx, channels: 4 as const };
    const bytes = await sharp(Buffer.from(image.rgbaSrgb.buffer), { raw })
      .removeAlpha()
      .jpeg({ quality })
      .toBuffer();
    return decode(sharp(bytes));
  },
};

async function decode(picture: Sharp): Promise<ImageRgba> {
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, rgbaSrgb: new Uint8ClampedArray(data) };
}
