/** What a file of a head holds, read back from its bytes after it was written. */
export type FileCheck = {
  name: string;
  bytes: number;
  /** Of a picture. */
  sizePx?: [width: number, height: number];
  /** Of a model: its meshes by name. */
  parts?: string[];
  vertices?: number;
  /** As stored: triangles in a GLB, mostly quads in an OBJ. */
  faces?: number;
  /** Lowest and highest corner, m. */
  boundsM?: [low: number[], high: number[]];
  /** Names of the expression shapes of all parts. */
  shapes?: string[];
  joints?: string[];
  /** Edges of more than two faces. */
  nonManifoldEdges?: number;
  /** Faces that lie the wrong way round in the texture, and those without area in it. */
  mirroredUvFaces?: number;
  flatUvFaces?: number;
};
