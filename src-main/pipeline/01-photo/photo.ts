import type { ImageRgba } from '../../image/image.ts';

/** An upright picture. */
export type Photo = {
  /**
   * Upright, sRGB. Everything `Px` downstream refers to this image. Where the file was transparent the colour is
   * already composited on neutral grey; alpha is kept because it outlines a cut-out better than any mask network.
   */
  image: ImageRgba;
  /** SHA-256 of the file as it came in. */
  sha256: string;
  /** `jpeg`, `png`, `webp`, `avif`, `tiff`, `heic`, `gif`. */
  format: PhotoFormat;
  /** 35-mm equivalent focal length of this image, mm: the artist's or EXIF's; after a crop that of the part. */
  focalLength35Mm: number | null;
  /** 35-mm equivalents of this image over those of the whole picture that it was cropped from; 1 = not cropped. */
  cropFactor: number;
};

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'heic' | 'gif';
