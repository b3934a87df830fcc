import type { TriangleMesh } from '../../mesh/mesh.ts';

/** Fused depth tells no more of a distance than this, τ, in cells. */
export const TRUNCATION_CELLS = 4;

/** Signed distance on a regular grid, negative inside. */
export type SignedDistanceGrid = {
  /** Samples along x, y, z. */
  size: readonly [number, number, number];
  /** Head-frame position of sample (0, 0, 0), m. */
  originHead: readonly [number, number, number];
  /** Distance between samples, m. */
  spacing: number;
  /** (nz, ny, nx), x fastest; m. */
  values: Float32Array;
};

/** The reconstructed head with hair. */
export type Surface = {
  /** Watertight, one component. */
  mesh: TriangleMesh;
  sdf: SignedDistanceGrid;
  /**
   * On the same grid, m: how far the views moved the surface out from M; 0 = M's own shape and deep inside M,
   * negative = inwards. It ends near the truncation.
   */
  growth: Float32Array;
  /** Cell of the grid on which the views were fused, m: sets truncation and smear of `growth`; that of `sdf` or twice as large. */
  fusedSpacing: number;
  /**
   * [0, 1]: how much of the surface that the views' depth tells of is denied by outlines of other views. Exact views agree
   * (0.001 to 0.006); generated ones contradict each other by up to 0.32.
   */
  denied: number;
};
