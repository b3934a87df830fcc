import sharp from 'sharp';
import type { ImageRgba } from '../image/image.ts';

/** Longest side of a thumbnail, px (contract: at most 512): sharp at 256 CSS px on a double-density screen. */
const THUMBNAIL_PX = 512;

/** PNG, upright, never larger than the picture. */
export async function drawThumbnail({ widthPx, heightPx, rgbaSrgb }: ImageRgba): Promise<Uint8Array> {
  return sharp(rgbaSrgb, { raw: { width: widthPx, height: heightPx, channels: 4 } })
    .resize({ width: THUMBNAIL_PX, height: THUMBNAIL_PX, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
}
