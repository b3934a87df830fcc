/**
 * A linear head model: template topology, identity and expression shapes, landmark embedding, joints.
 * Stands where FLAME stands in the paper (§3.2). `assets/head-model.bin` is one (array file, see tensor/array-file.ts);
 * the fields of {@link HeadModel} are the fields of the file.
 */
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';

export type Joint = {
  name: string;
  /** Index of the parent joint, −1 for the root. */
  parent: number;
  /** The joint's position is the mean of these vertices of the (deformed) neutral mesh. */
  vertices: number[];
};

/** A coarser level of detail: quads on a subset of the model's own vertices and uvs, so shapes and weights serve it too. */
export type HeadLod = {
  /** `half` or `quarter`: its share of the vertices. */
  name: string;
  /** (Q, 4) indices into the full vertices. */
  quads: Uint32Array;
  /** (Q, 4) indices into the full `topology.uvs`. */
  quadUvs: Uint32Array;
};

export type HeadModel = {
  format: 'head-model';
  version: 1;
  id: string;
  licence: string;
  credits: string;
  topology: HeadTopology;
  /** (N, 3) m: mean neutral head. */
  neutralHead: Points<'Head'>;
  /** (K, N, 3) m per unit coefficient; coefficients have unit variance. */
  identity: Float32Array;
  identityCount: number;
  /** (E, N, 3) m at weight 1, ARKit names. */
  expression: Float32Array;
  expressionNames: string[];
  landmarks: {
    /** (478, 3) vertex indices of the triangle that holds the landmark. */
    vertices: Uint32Array;
    /** (478, 3) barycentric weights, sum 1. */
    weights: Float32Array;
    /** (478) m: how far the embedding scatters over heads and poses; the fit trusts a landmark less when it is large. */
    residualM: Float32Array;
  };
  /** (N) index into regionNames. */
  regions: Uint8Array;
  regionNames: string[];
  joints: Joint[];
  /** (N, 4) joint indices and (N, 4) weights, sum 1. */
  skinJoints: Uint8Array;
  skinWeights: Float32Array;
  /** Finest first; absent in models that a user brings. */
  lods?: HeadLod[];
};
