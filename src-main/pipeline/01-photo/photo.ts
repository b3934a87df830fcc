import type { ImageRgba } from '../../image/image.ts';

/** An upright picture. */
export type Photo = {
  /** Upright, sRGB, straight alpha. Everything `Px` downstream refers to this image. */
  image: ImageRgba;
  /** SHA-256 of the file as it came in. */
  sha256: string;
  /** `jpeg`, `png`, `webp`, `avif`, `tiff`, `heic`. */
  format: string;
  /** EXIF 35-mm equivalent focal length, mm, when the file has one. */
  focalLength35Mm: number | null;
};
