/** A head whose shape is known exactly, ready to be drawn: what a fit is measured against. */
import type { Points } from '../../camera/frames.ts';
import type { ImageRgba } from '../../image/image.ts';

export type KnownHead = {
  /** Data set and number, e.g. `ict-3`. */
  name: string;
  /** (N, 3) m; +X subject's left, +Y up, +Z out of the face; the origin lies inside the head. */
  positionsHead: Points<'Head'>;
  /** (F, 3) */
  triangles: Uint32Array;
  paint: Paint;
  /** Vertices of the bare skin that may be compared, from which the face region is cut. */
  skinVertices: Uint32Array;
  /** Centres of the eyes [left, right] on the surface, m: for glasses and for scale. */
  eyesHead: readonly [readonly number[], readonly number[]];
};

/** Colours by vertex, or by texture where `triangleUvs` is given; a vertex colour with alpha wins over the texture. */
export type Paint = {
  /** (N, 4) sRGB and alpha in [0, 1]. */
  coloursSrgb: Float32Array;
  texture: { image: ImageRgba; uvs: Float32Array; triangleUvs: Uint32Array } | null;
};

/** What a rendering of a known head shows besides it. */
export type Scene = {
  yawDeg: number;
  pitchDeg: number;
  /** Distance of the camera from the head's origin, m. */
  distanceM: number;
  hasHair: boolean;
  hasGlasses: boolean;
};
