/**
 * Stage 01: a file's bytes → one upright sRGB picture.
 *
 * in  bytes of a JPEG, PNG, WebP, AVIF, TIFF, HEIC or GIF file; the artist's crop and focal length, if any
 * out `Photo`: (H, W, 4) uint8 sRGB, at most 4096 px a side, EXIF focal length, SHA-256 of the bytes
 *
 * The paper's networks take 256-px pictures (method.md §2); real files come turned, tagged with wide-gamut or
 * print profiles, animated, truncated or hostile. Limits are checked on the header, before a pixel is decoded (`check-header.ts`).
 * Orientation: EXIF for everything except HEIC and AVIF, where the container's own rotation counts and the decoder
 * has applied it already (ISO/IEC 23008-12 says that the EXIF tag is to be ignored there).
 * A crop is taken to be around its own middle: the fit knows no lens that is shifted, so of a picture at the edge of a
 * wide one it turns the head a little instead.
 * What the artist should know (first frame only, scaled down, transparent, print colours) is said by a warning.
 * Longest uninterruptible piece: the decoding of one file. Measured: 100 MP JPEG 0.5 s, PNG 1 s (off this thread);
 * 12 MP HEIC 0.7 s (WebAssembly, on this thread). All of them stay below 0.6 GB.
 */
import { createHash } from 'node:crypto';
import exifr from 'exifr';
import decodeHeic from 'heic-decode';
import sharp, { type Sharp } from 'sharp';
import type { PhotoCrop } from '../../contract/entities.ts';
import { cancelled } from '../../contract/errors.ts';
import { cropImage } from '../../image/convert-image.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { Stage, StageContext } from '../stage.ts';
import { checkHeader, damagedImage, MAX_PIXELS, type PhotoHeader } from './check-header.ts';
import type { Photo } from './photo.ts';
import { tagPixels } from './tag-pixels.ts';

/** Longest side that is worked on, px: the largest texture is 4096 px, more pixels cannot be carried over. */
export const WORK_SIDE_PX = 4096;
/** Grey behind transparent pixels, sRGB: neither a bright nor a dark rim around a cut-out. */
const BACKDROP_SRGB = 128;

export type PhotoInput = {
  bytes: Uint8Array;
  /** px of the upright picture as it is worked on; what lies outside is not looked at. */
  crop?: PhotoCrop | null;
  /** The artist's word against the file's, for the whole picture. */
  focalLength35Mm?: number | null;
};

export const readPhoto: Stage<PhotoInput, Photo> = async ({ bytes, crop, focalLength35Mm }, context) => {
  const header = await checkHeader(bytes);
  if (context.signal.aborted) throw cancelled();
  context.progress(0.1);
  const whole = await decode(bytes, header);
  if (context.signal.aborted) throw cancelled();
  context.progress(0.9);
  warnAboutFile(header, whole, context);
  const image = crop ? cropInside(whole, crop) : whole;
  if (compositeOnBackdrop(image)) {
    context.warn('photo-transparent', 'The picture is partly transparent; those parts were put on grey.');
  }
  const ofWhole = focalLength35Mm ?? (await readFocalLength(header, context));
  const cropFactor = diagonalPx(whole) / diagonalPx(image);
  return {
    image,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    format: header.format,
    focalLength35Mm: ofWhole === null ? null : ofWhole * cropFactor,
    cropFactor,
  };
};

/** A crop that reaches beyond the picture ends at its border. */
function cropInside(image: ImageRgba, crop: PhotoCrop): ImageRgba {
  const x = Math.min(crop.xPx, image.widthPx - 1);
  const y = Math.min(crop.yPx, image.heightPx - 1);
  return cropImage(
    image,
    x,
    y,
    Math.min(crop.widthPx, image.widthPx - x),
    Math.min(crop.heightPx, image.heightPx - y),
  );
}

/** What 35-mm equivalents compare (CIPA DCG-001). */
function diagonalPx({ widthPx, heightPx }: ImageRgba): number {
  return Math.hypot(widthPx, heightPx);
}

async function decode(bytes: Uint8Array, { format, metadata }: PhotoHeader): Promise<ImageRgba> {
  try {
    if (format !== 'heic') {
      return await toSrgb(sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS }).autoOrient());
    }
    const { width, height, data } = await decodeHeic({ buffer: bytes });
    if (metadata.icc === undefined) {
      return await toSrgb(sharp(data, { raw: { width, height, channels: 4 } }));
    }
    return await toSrgb(sharp(tagPixels({ widthPx: width, heightPx: height, rgba: data }, metadata.icc)));
  } catch (cause) {
    throw damagedImage(format, cause);
  }
}

/** Profile → sRGB, 8 bits, four channels, at most {@link WORK_SIDE_PX}. */
async function toSrgb(picture: Sharp): Promise<ImageRgba> {
  const { data, info } = await picture
    .resize({ width: WORK_SIDE_PX, height: WORK_SIDE_PX, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`decoder returned ${info.channels} channels instead of 4`);
  const rgbaSrgb = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  return { widthPx: info.width, heightPx: info.height, rgbaSrgb };
}

function warnAboutFile({ format, metadata }: PhotoHeader, image: ImageRgba, context: StageContext): void {
  const pages = metadata.pages ?? 1;
  if (pages > 1 && format !== 'heic') {
    context.warn('photo-first-frame', `The file holds ${pages} pictures; the first one is used.`);
  }
  if (Math.max(metadata.width, metadata.height) > WORK_SIDE_PX) {
    context.warn(
      'photo-scaled-down',
      `The picture (${metadata.width} × ${metadata.height} px) was scaled down to ${image.widthPx} × ${image.heightPx} px for work.`,
    );
  }
  if (metadata.space === 'cmyk') {
    context.warn('photo-print-colours', 'The picture has print colours (CMYK); skin tones may have shifted.');
  }
}

/** Puts the colour of not fully opaque pixels on grey, in place; alpha stays. True when there were any. */
function compositeOnBackdrop(image: ImageRgba): boolean {
  const { rgbaSrgb } = image;
  let transparent = false;
  for (let i = 0; i < rgbaSrgb.length; i += 4) {
    const alpha = rgbaSrgb[i + 3]!;
    if (alpha === 255) continue;
    transparent = true;
    for (let c = 0; c < 3; c++)
      rgbaSrgb[i + c] = (rgbaSrgb[i + c]! * alpha + BACKDROP_SRGB * (255 - alpha)) / 255;
  }
  return transparent;
}

/** Tag 0xA405; many files have none. A broken EXIF block costs the focal length, not the picture. */
async function readFocalLength({ metadata }: PhotoHeader, context: StageContext): Promise<number | null> {
  if (metadata.exif === undefined) return null;
  // JPEG's and WebP's block starts with `Exif\0\0`, in front of the TIFF header that exifr expects.
  const prefixed = metadata.exif.subarray(0, 4).toString('latin1') === 'Exif';
  try {
    const tags: unknown = await exifr.parse(prefixed ? metadata.exif.subarray(6) : metadata.exif, {
      tiff: true,
      exif: true,
      pick: ['FocalLengthIn35mmFormat'],
    });
    const value = (tags as { FocalLengthIn35mmFormat?: unknown } | undefined)?.FocalLengthIn35mmFormat;
    return typeof value === 'number' && value > 0 ? value : null;
  } catch (error) {
    context.log(`EXIF block could not be read: ${String(error)}`);
    return null;
  }
}
