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
  addShapes(neutralHead, model.identity, length, (k) => coefficients[k]!, model.identityCount);
  const positionsHead: Points<'Head'> = Float32Array.from(neutralHead);
  const expression = (e: number): number => coefficients[model.identityCount + e]!;
  addShapes(positionsHead, model.expression, length, expression, model.expressionNames.length);
  return { neutralHead, positionsHead };
}

/** out += Σ weight · shape, rounded after each shape; three at once, as the time goes into reading and writing `out`. */
function addShapes(
  out: Float32Array,
  shapes: Float32Array,
  length: number,
  weightOf: (shape: number) => number,
  count: number,
): void {
  const used: number[] = [];
  for (let shape = 0; shape < count; shape++) if (weightOf(shape) !== 0) used.push(shape);
  let next = 0;
  for (; next + 3 <= used.length; next += 3) {
    const [a, b, c] = [used[next]!, used[next + 1]!, used[next + 2]!];
    const [wa, wb, wc] = [weightOf(a), weightOf(b), weightOf(c)];
    const [from, second, third] = [a * length, b * length, c * length];
    for (let i = 0; i < length; i++) {
      const one = Math.fround(out[i]! + wa * shapes[from + i]!);
      const two = Math.fround(one + wb * shapes[second + i]!);
      out[i] = two + wc * shapes[third + i]!;
    }
  }
  for (; next < used.length; next++) {
    const weight = weightOf(used[next]!);
    const from = used[next]! * length;
    for (let i = 0; i < length; i++) out[i]! += weight * shapes[from + i]!;
  }
}
