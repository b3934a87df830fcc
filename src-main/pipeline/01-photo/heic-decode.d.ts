/** The part of heic-decode 2.1.0 that is used; the package carries no types. */
declare module 'heic-decode' {
  /** (H, W, 4) uint8, not colour managed; libheif has already applied the file's rotation and mirroring. */
  export default function decode(options: {
    buffer: Uint8Array;
  }): Promise<{ width: number; height: number; data: Uint8ClampedArray }>;
}
