import type { ShapeWeights } from '../viewport/head-viewport.ts';

/**
 * Poses that show where a rig breaks: lids, corners of the mouth, jaw, brows. Weights of ARKit shapes as a face makes them
 * together; what is not named is 0. `Both` stands for `Left` and `Right`.
 */
const POSES = {
  smile: { mouthSmileBoth: 0.75, cheekSquintBoth: 0.45, eyeSquintBoth: 0.2, mouthDimpleBoth: 0.2 },
  laugh: {
    mouthSmileBoth: 0.9,
    jawOpen: 0.35,
    cheekSquintBoth: 0.7,
    eyeSquintBoth: 0.5,
    mouthUpperUpBoth: 0.3,
  },
  surprise: { browInnerUp: 0.8, browOuterUpBoth: 0.7, eyeWideBoth: 0.8, jawOpen: 0.4, mouthFunnel: 0.2 },
  anger: { browDownBoth: 0.9, eyeSquintBoth: 0.4, noseSneerBoth: 0.5, mouthPressBoth: 0.5, jawForward: 0.2 },
  sadness: { browInnerUp: 0.85, mouthFrownBoth: 0.7, mouthShrugLower: 0.35, eyeLookDownBoth: 0.2 },
  disgust: { noseSneerBoth: 0.85, mouthUpperUpBoth: 0.5, browDownBoth: 0.45, mouthFrownBoth: 0.3 },
  blink: { eyeBlinkBoth: 1 },
  ah: { jawOpen: 0.75, mouthStretchBoth: 0.1 },
  oo: { mouthPucker: 0.8, mouthFunnel: 0.35, jawOpen: 0.08 },
  lookAside: { eyeLookOutLeft: 0.8, eyeLookInRight: 0.8 },
} as const satisfies Record<string, Record<string, number>>;

export type PoseName = keyof typeof POSES;
export const POSE_NAMES = Object.keys(POSES) as PoseName[];

/** Weights of all `names`, so that nothing of the photo's expression stays. */
export function poseWeights(pose: PoseName | 'neutral', names: readonly string[]): ShapeWeights {
  const weights: ShapeWeights = Object.fromEntries(names.map((name) => [name, 0]));
  if (pose === 'neutral') return weights;
  for (const [name, weight] of Object.entries(POSES[pose])) {
    const sides = name.endsWith('Both') ? ['Left', 'Right'] : [''];
    for (const side of sides) {
      const shape = name.replace(/Both$/, '') + side;
      if (shape in weights) weights[shape] = weight;
    }
  }
  return weights;
}
