/** Meshes as every kernel and stage passes them on. Triangles are CCW seen from outside; positions in metres. */
import type { Points } from '../camera/frames.ts';

/** Indexed triangles in the head frame. Invariants: every index < N; no array is shared with another mesh. */
export type TriangleMesh = {
  /** (N, 3) m, head frame. */
  positionsHead: Points<'Head'>;
  /** (F, 3) vertex indices. */
  triangles: Uint32Array;
};

/**
 * The fixed topology of a head template: quads, texture coordinates with seams, named face groups.
 * A quad whose last two indices are equal is a triangle.
 */
export type HeadTopology = {
  vertexCount: number;
  /** (Q, 4) vertex indices, CCW from outside. */
  quads: Uint32Array;
  /** (T, 2) glTF uv: (0, 0) is the top-left texel. */
  uvs: Float32Array;
  /** (Q, 4) indices into `uvs`. */
  quadUvs: Uint32Array;
  /** (Q) index into `groups`. */
  quadGroups: Uint8Array;
  /** Names such as `skin`, `eye-left`, `eye-right`, `teeth-upper`, `teeth-lower`, `tongue`, `mouth`. */
  groups: string[];
  /** (N) index of the vertex mirrored at the sagittal plane (itself on the plane). */
  mirror: Uint32Array;
};
