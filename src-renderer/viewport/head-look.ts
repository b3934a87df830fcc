import type { ShapeWeights } from './expressions.ts';
import type { Lighting } from './lights.ts';
import type { Shading } from './shadings.ts';

/** How the viewport shows its heads: one value says all of it. */
export type HeadLook = {
  shading: Shading;
  /** The quads of the topology over the shaded head. */
  wireframe: boolean;
  /** What differs from the expression that the file opens with. */
  weights: ShapeWeights;
  /** Names of parts that are left out (`hair`, `eye-left`, …). */
  hidden: readonly string[];
  lighting: Lighting;
  turning: boolean;
  secondsPerTurn: number;
  /** Where the second head begins, [0, 1] of the width from the left; of no effect without a second head. */
  wipe: number;
  /** From where the photo was taken, instead of orbiting. */
  throughPhoto: boolean;
};

/** One turn in 20 s is slow enough to judge a profile as it passes. */
export const SECONDS_PER_TURN = 20;

export const HEAD_LOOK_DEFAULTS: HeadLook = {
  shading: 'textured',
  wireframe: false,
  weights: {},
  hidden: [],
  lighting: { rig: 'studio', rotationDeg: 0 },
  turning: false,
  secondsPerTurn: SECONDS_PER_TURN,
  wipe: 0.5,
  throughPhoto: false,
};
