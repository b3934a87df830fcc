import type { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';

/** Shape name → weight, usually in [0, 1]. */
export type ShapeWeights = Record<string, number>;

export type Expressions = {
  /** The weights that the file opens with: the photo's expression. */
  photo: ShapeWeights;
  set(weights: ShapeWeights): void;
};

/** Expression shapes by name: one name moves the skin, the mouth, the teeth and the tongue together. */
export function createExpressions(meshes: readonly Mesh[]): Expressions {
  const targets = new Map<string, { target: MorphTarget; opened: number }[]>();
  for (const { morphTargetManager } of meshes) {
    for (let index = 0; index < (morphTargetManager?.numTargets ?? 0); index++) {
      const target = morphTargetManager!.getTarget(index);
      const parts = targets.get(target.name) ?? [];
      targets.set(target.name, [...parts, { target, opened: target.influence }]);
    }
  }
  return {
    photo: Object.fromEntries(
      [...targets].map(([name, parts]) => [name, Math.max(...parts.map(({ opened }) => opened))]),
    ),
    set(weights) {
      for (const [name, parts] of targets) {
        for (const { target, opened } of parts) target.influence = weights[name] ?? opened;
      }
    },
  };
}
