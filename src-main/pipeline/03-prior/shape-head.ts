/**
 * The head model's mesh for given coefficients: neutral + Σ identity, then + Σ expression. No pose: the camera has it.
 * HeadModel, (K + E) coefficients → (N, 3) m twice, head frame.
 */
import type { Points } from '../../camera/frames.ts';
import type { HeadModel } from './head-model.ts';

export function shapeHead(
  model: HeadModel,
  coefficients: ArrayLike<number>,
): { neutralHead: Points<'Head'>; positionsHead: Points<'Head'> } {
  const length = model.topology.vertexCount * 3;
  const neutralHead: Points<'Head'> = Float32Array.from(model.neutralHead);
  for (let k = 0; k < model.identityCount; k++)
    addScaled(neutralHead, model.identity, k * length, coefficients[k]!);
  const positionsHead: Points<'Head'> = Float32Array.from(neutralHead);
  for (let e = 0; e < model.expressionNames.length; e++) {
    addScaled(positionsHead, model.expression, e * length, coefficients[model.identityCount + e]!);
  }
  return { neutralHead, positionsHead };
}

function addScaled(out: Float32Array, shapes: Float32Array, from: number, weight: number): void {
  if (weight === 0) return;
  for (let i = 0; i < out.length; i++) out[i]! += weight * shapes[from + i]!;
}
