import sharp from 'sharp';
import type { ImageRgba } from '../image/image.ts';
import type { PortraitMask } from '../pipeline/02-analyse/analysis.ts';

/** Longest side of a thumbnail, px (contract: at most 512): sharp at 256 CSS px on a double-density screen. */
const THUMBNAIL_PX = 512;

/** PNG, upright, never larger than the picture. */
export async function drawThumbnail({ widthPx, heightPx, rgbaSrgb }: ImageRgba): Promise<Uint8Array> {
  return sharp(rgbaSrgb, { raw: { width: widthPx, height: heightPx, channels: 4 } })
    .resize({ width: THUMBNAIL_PX, height: THUMBNAIL_PX, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
}

/** Longest side of a mask that is drawn over a picture, px: as large as a picture stands on a screen. */
const MASK_PX = 1024;

/** Grey PNG, white = person, never larger than the picture. */
export async function drawMask({ widthPx, heightPx, alpha }: PortraitMask): Promise<Uint8Array> {
  return sharp(alpha, { raw: { width: widthPx, height: heightPx, channels: 1 } })
    .resize({ width: MASK_PX, height: MASK_PX, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}
