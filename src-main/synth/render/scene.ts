/** What a synthetic head is made of before it is rendered. Person frame: as the head frame, origin between the ears, m. */
import type { ImageRgba } from '../../image/image.ts';

export type ScenePart = {
  /** (N, 3) m, person frame, and unit normals. */
  positions: Float32Array;
  normals: Float32Array;
  triangles: Uint32Array;
  /** (T, 2) glTF uv, wrapped, and (F, 3) indices into it. */
  uvs: Float32Array;
  triangleUvs: Uint32Array;
  texture: ImageRgba;
  /** Two-sided with holes where the texture is transparent; else opaque and seen from outside only. */
  isCutout: boolean;
  /** What target views show of it: everything, what lies above the neck plane (where M ends), or nothing. */
  inTargets: 'all' | 'above-neck' | 'nothing';
  /** Linear RGB that the texture is multiplied by. */
  tint: readonly [number, number, number];
  /** (N) factor on the colour; null = 1. */
  shade: Float32Array | null;
  /** Strength of the highlight. */
  gloss: number;
  paint: SkinPaint | null;
};

/** What is painted on skin beyond its texture. */
export type SkinPaint = {
  /** (N, 3) dm: positions on the unmorphed base, so that noise sticks to the skin. */
  rest: Float32Array;
  /** (N) [0, 1] share of stubble, shaved scalp or hair roots, and its linear colour. */
  stubble: Float32Array;
  stubbleColour: readonly [number, number, number];
  /** [0, 1] freckles. */
  freckles: number;
  /** (N) [0, 1] clothes instead of skin, their linear colour and pattern. */
  cloth: Float32Array;
  clothColour: readonly [number, number, number];
  clothSecond: readonly [number, number, number];
  /** Stripes per dm; 0 = plain. */
  stripes: number;
  /** Where a jacket is open: the second colour inside, a tie down the middle. */
  opening: ClothOpening | null;
};

/** Triangle on the chest, point down. dm on the unmorphed base. */
export type ClothOpening = {
  bottomY: number;
  topY: number;
  /** At topY. */
  halfWidth: number;
  /** 0 = no tie. */
  tieHalfWidth: number;
  tieColour: readonly [number, number, number];
};

/** Light fixed to the head: spherical harmonics of degree 2 and one key light. Linear RGB. */
export type Light = {
  /** (9, 3) irradiance coefficients, Ramamoorthi's order: 1, y, z, x, xy, yz, 3z²−1, xz, x²−y². */
  harmonics: Float32Array;
  keyDirection: readonly [number, number, number];
  key: readonly [number, number, number];
  /** Where highlights are seen from: fixed, so that all views show the same colours. */
  eye: readonly [number, number, number];
};

export type Scene = { parts: ScenePart[]; light: Light };
