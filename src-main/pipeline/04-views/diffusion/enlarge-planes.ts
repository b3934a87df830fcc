/**
 * Enlarges planes smoothly: (C, S, S) → (C, T, T), Catmull–Rom (the interpolating cubic with a = −0.5), border repeated.
 * Bilinear enlargement was dropped: at a factor of four its creases show as a grid in skin.
 */
export function enlargePlanes(planes: Float32Array, size: number, target: number): Float32Array {
  const channels = planes.length / (size * size);
  const { first, weights } = cubicTaps(size, target);
  const wide = new Float32Array(channels * size * target);
  for (let row = 0; row < channels * size; row++) {
    for (let x = 0; x < target; x++) {
      let sum = 0;
      for (let k = 0; k < 4; k++)
        sum += weights[x * 4 + k]! * planes[row * size + clampIndex(first[x]! + k, size)]!;
      wide[row * target + x] = sum;
    }
  }
  const out = new Float32Array(channels * target * target);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < target; y++) {
      const to = (channel * target + y) * target;
      for (let k = 0; k < 4; k++) {
        const weight = weights[y * 4 + k]!;
        const from = (channel * size + clampIndex(first[y]! + k, size)) * target;
        for (let x = 0; x < target; x++) out[to + x] = out[to + x]! + weight * wide[from + x]!;
      }
    }
  }
  return out;
}

function cubicTaps(size: number, target: number): { first: Int32Array; weights: Float32Array } {
  const first = new Int32Array(target);
  const weights = new Float32Array(target * 4);
  for (let i = 0; i < target; i++) {
    const at = ((i + 0.5) * size) / target - 0.5;
    const start = Math.floor(at);
    const t = at - start;
    first[i] = start - 1;
    weights.set(
      [
        -0.5 * t + t * t - 0.5 * t ** 3,
        1 - 2.5 * t * t + 1.5 * t ** 3,
        0.5 * t + 2 * t * t - 1.5 * t ** 3,
        -0.5 * t * t + 0.5 * t ** 3,
      ],
      i * 4,
    );
  }
  return { first, weights };
}

function clampIndex(index: number, size: number): number {
  return Math.min(size - 1, Math.max(0, index));
}
