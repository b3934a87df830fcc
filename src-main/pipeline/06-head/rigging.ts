import type { Points } from '../../camera/frames.ts';
import type { HeadLod } from '../03-prior/head-model.ts';

/** The expression shapes of the fitted head (52 ARKit names in the model that is shipped). */
export type ExpressionShapes = {
  names: string[];
  /** (E) in [0, 1]: the expression of the photo. */
  weights: Float32Array;
  /** (E, N, 3) m per unit weight, head frame. */
  deltasHead: Float32Array;
};

export type RigJoint = {
  name: string;
  /** Index of the parent, −1 for the root; parents come before their children. */
  parent: number;
  positionHead: readonly [number, number, number];
};

export type HeadRig = {
  joints: RigJoint[];
  /** (N, 4) joint indices, 0 where the weight is 0, and (N, 4) weights with sum 1. */
  skinJoints: Uint8Array;
  skinWeights: Float32Array;
};

/** What makes the fitted head move, and its coarser levels. */
export type HeadRigging = {
  shapes: ExpressionShapes;
  /** (N, 3) m, head frame: all weights 0, what shapes are added to. */
  restHead: Points<'Head'>;
  /** Null when the head model has no joints. */
  rig: HeadRig | null;
  lods: readonly HeadLod[];
};
