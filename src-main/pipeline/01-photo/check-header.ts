/**
 * Whether a file may be decoded, judged from its header alone (no pixel is touched before).
 * bytes → format, upright size, what sharp's header reader knows; or a StudioError.
 */
import sharp, { type Metadata } from 'sharp';
import { StudioError } from '../../contract/errors.ts';
import { identifyFormat } from './identify-format.ts';
import type { PhotoFormat } from './photo.ts';

/** Longest side, px. Medium-format backs reach 11,648. */
export const MAX_SIDE_PX = 12_000;
/** Decoded pixels: 100 MP are 400 MB as RGBA, what a 4 GB machine can still hold. */
export const MAX_PIXELS = 100_000_000;
/** Shorter side, px. Smaller than the smallest face that is worked on (`analyse-photo.ts`). */
export const MIN_SIDE_PX = 32;

const READABLE = 'JPEG, PNG, WebP, AVIF, TIFF, HEIC or GIF';

export type PhotoHeader = { format: PhotoFormat; metadata: Metadata };

export async function checkHeader(bytes: Uint8Array): Promise<PhotoHeader> {
  const format = identifyFormat(bytes);
  if (format === null) {
    throw new StudioError({
      code: 'unsupported-image',
      message: bytes.length === 0 ? 'The file is empty.' : 'The file is not a picture that can be read.',
      hint: `Use a ${READABLE} file.`,
    });
  }
  const metadata = await readMetadata(bytes, format);
  const { width, height } = metadata;
  if (width > MAX_SIDE_PX || height > MAX_SIDE_PX || width * height > MAX_PIXELS) {
    throw new StudioError({
      code: 'image-too-large',
      message: `The picture is ${width} × ${height} px; the limits are ${MAX_SIDE_PX} px a side and ${MAX_PIXELS / 1e6} megapixels.`,
      hint: 'Scale it down or crop it to the head; 1000 to 4000 px are plenty.',
    });
  }
  if (Math.min(width, height) < MIN_SIDE_PX) {
    throw new StudioError({
      code: 'face-too-small',
      message: `The picture is only ${width} × ${height} px.`,
      hint: 'Use a picture in which the face is at least 200 px wide.',
    });
  }
  return { format, metadata };
}

/** Size and tags; for animated and multi-page files those of the first page. */
async function readMetadata(bytes: Uint8Array, format: PhotoFormat): Promise<Metadata> {
  try {
    // The pixel limit is ours to check, with a message of its own.
    return await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata();
  } catch (cause) {
    throw damagedImage(format, cause);
  }
}

export function damagedImage(format: PhotoFormat, cause: unknown): StudioError {
  return new StudioError(
    {
      code: 'damaged-image',
      message: `The ${format.toUpperCase()} file is damaged or incomplete.`,
      hint: 'Copy or download it again, or open it in an image editor and save it as a new file.',
    },
    { cause },
  );
}
