/**
 * Enlarges planes smoothly: (C, S, S) → (C, T, T), Catmull–Rom (the interpolating cubic with a = −0.5), border repeated.
 * Bilinear enlargement was dropped: at a factor of four its creases show as a grid in skin.
 */
export function enlargePlanes(planes: Float32Array, size: number, target: number): Float32Array {
  const taps = cubicTaps(size, target, (i) => ((i + 0.5) * size) / target - 0.5);
  return resamplePlanes(planes, size, taps, taps);
}

/** (T, 4) source places and weights of each target place. */
export type CubicTaps = { taps: Int32Array; weights: Float32Array };

/** (C, S, S) → (C, T, T), with taps of the columns and of the rows. */
export function resamplePlanes(
  planes: Float32Array,
  size: number,
  columns: CubicTaps,
  rows: CubicTaps,
): Float32Array {
  const channels = planes.length / (size * size);
  const target = columns.weights.length / 4;
  const wide = new Float32Array(channels * size * target);
  for (let row = 0; row < channels * size; row++) {
    for (let x = 0; x < target; x++) {
      let sum = 0;
      for (let k = x * 4; k < x * 4 + 4; k++)
        sum += columns.weights[k]! * planes[row * size + columns.taps[k]!]!;
      wide[row * target + x] = sum;
    }
  }
  const out = new Float32Array(channels * target * target);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < target; y++) {
      const to = (channel * target + y) * target;
      const rowAt = (k: number): Float32Array => {
        const from = (channel * size + rows.taps[y * 4 + k]!) * target;
        return wide.subarray(from, from + target);
      };
      const [row0, row1, row2, row3] = [rowAt(0), rowAt(1), rowAt(2), rowAt(3)];
      const w0 = rows.weights[y * 4]!;
      const w1 = rows.weights[y * 4 + 1]!;
      const w2 = rows.weights[y * 4 + 2]!;
      const w3 = rows.weights[y * 4 + 3]!;
      for (let x = 0; x < target; x++) {
        const two = Math.fround(Math.fround(w0 * row0[x]!) + w1 * row1[x]!);
        out[to + x] = Math.fround(two + w2 * row2[x]!) + w3 * row3[x]!;
      }
    }
  }
  return out;
}

/** `place`: where, in px of the source, the centre of a target pixel lies. */
export function cubicTaps(size: number, target: number, place: (target: number) => number): CubicTaps {
  const taps = new Int32Array(target * 4);
  const weights = new Float32Array(target * 4);
  for (let i = 0; i < target; i++) {
    const at = place(i);
    const start = Math.floor(at);
    const t = at - start;
    for (let k = 0; k < 4; k++) taps[i * 4 + k] = clampIndex(start - 1 + k, size);
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
  return { taps, weights };
}

function clampIndex(index: number, size: number): number {
  return Math.min(size - 1, Math.max(0, index));
}
